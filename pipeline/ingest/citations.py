"""A citation in one string to its parts: journal, date, volume, issue, pages.

``Nat Commun. 2024 May 21;15(1):4063.``, ``BMC Proceedings. 12 (Suppl 3) (no pagination), 2018.``,
``Cognitive Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634.``: split only where an export has
nothing better.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.ingest.contract import Field

__all__ = ["split_citation"]

_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_LONGEST: Final = 600  # characters of a citation that are looked at: the forms may backtrack
_PAGES: Final = r"[A-Za-z]{0,3}\d[\w.]*(?:\s?[-–]\s?[A-Za-z]{0,3}\d[\w.]*)?"
_FORMS: Final = (
    # Journals@Ovid: American Journal Of Industrial Medicine June 2015;58(6):688-696
    re.compile(
        rf"^(?P<journal>[^;]+?)\s+(?P<date>(?:\d{{1,2}}\s+)?[A-Z][a-z]+[\s/,-]*(?:\d{{1,2}},?\s+)?{_YEAR})"
        rf";\s*(?P<volume>[^():;]*?)(?:\((?P<issue>[^)]*)\))?(?::\s*(?P<pages>{_PAGES}))?(?:[.,;]|$)"
    ),
    # PubMed: Cancer. 2006 Jan 10;108(5 Suppl):288-97.
    re.compile(
        rf"^(?P<journal>[^;]+?)\.?\s+(?P<date>{_YEAR}(?:[ /-]\w+){{0,3}}?);\s*(?P<volume>[^():;]*?)"
        rf"(?:\((?P<issue>[^)]*)\))?(?::\s*(?P<pages>{_PAGES}|\w[\w.-]*))?(?:[.,;]|$)"
    ),
    # Ovid PsycInfo: Behavioural Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634.
    re.compile(
        r"^(?P<journal>.+?)[.,]?\s+Vol\.?\s*(?P<volume>[\w-]+)\s*(?:\((?P<issue>[^)]+)\))?,?\s*"
        rf"(?P<date>[A-Z][\w /-]*{_YEAR}|{_YEAR})"
        rf"(?:,\s*(?:ArtID:?\s*(?P<article_number>[\w-]+)|(?:pp?\.?\s*)?(?P<pages>{_PAGES})))?"
    ),
    # Ovid: Source Very Long Title. 28(2):103-106, April 2015.
    re.compile(
        r"^(?P<journal>.+?)\.\s+(?P<volume>\d+)\s*(?:\((?P<issue>[^)]*)\))?:\s*"
        rf"(?P<pages>{_PAGES}),\s*(?P<date>[^,.;]*{_YEAR}(?:\s[A-Z][a-z]{{2}}(?:\s\d+)?)?)"
    ),
    # Ovid Embase: BMC Proceedings. 12 (Supplement 3) (pp 12-34), 2018. Article Number: 7.
    re.compile(
        r"^(?P<journal>.+?)\.\s+(?P<volume>\d+)\s*(?:\((?P<issue>(?!pp|no pag)[^()]*)\))?\s*"
        rf"(?:\((?:pp\s*(?P<pages>{_PAGES})|[^)]*)\))?,\s*(?P<date>{_YEAR})"
        r"(?:.*?Article Number:?\s*(?P<article_number>[\w.-]+))?"
    ),
    # Ovid Embase, of a preprint: medRxiv. (no pagination), 2023.
    re.compile(
        rf"^(?P<journal>.+?)\.\s+\((?:pp\s*(?P<pages>{_PAGES})|no pagination)\),"
        rf"\s*(?P<date>{_YEAR})"
    ),
    # Embase.com: Nature Communications (2024) 15:1 Article Number: 4063
    re.compile(
        rf"^(?P<journal>.+?)\s+\((?P<date>{_YEAR})\)\s+(?P<volume>\d+)(?::(?P<issue>[\w-]+))?"
        rf"(?:\s*\((?P<pages>{_PAGES})\))?(?:.*?Article Number:?\s*(?P<article_number>[\w.-]+))?"
    ),
    # a journal and a year, whatever lies between
    re.compile(rf"^(?P<journal>[^.;]+?)[.,;]?\s+\(?(?P<date>{_YEAR})\)?"),
)
# of a supplement to a journal Ovid Embase names the conference after the journal
_CONFERENCE: Final = re.compile(r"\.\s+Conference:.*")
_PUBLISHED: Final = re.compile(rf"Date of Publication:\s*((?:[\w,]+\s+){{0,3}}?({_YEAR}))\b")


def split_citation(citation: str) -> dict[Field, str]:
    """Return the parts of a citation that are found in it.

    Examples
    --------
    >>> split_citation("Cancer 2006;108(5):288-97")
    {'journal': 'Cancer', 'date': '2006', 'volume': '108', 'issue': '5', 'pages': '288-97'}
    >>> split_citation("Behavioural Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634.")["pages"]
    '623-634'
    >>> split_citation("medRxiv. (no pagination), 2023. Date of Publication: 15 Feb 2023.")
    {'journal': 'medRxiv', 'date': '15 Feb 2023'}
    >>> split_citation("a private letter")
    {}
    """
    text = " ".join(citation[:_LONGEST].split())
    for form in _FORMS:
        found = form.match(text)
        if found:
            parts = {name: value for name, value in _named(found) if value}
            return parts | _more_precise_date(text, parts)
    return {}


def _more_precise_date(text: str, parts: dict[Field, str]) -> dict[Field, str]:
    """Return the date of publication where the citation names it apart, in the same year."""
    published = _PUBLISHED.search(text)
    if published is None or parts.get("date") != published[2]:
        return {}
    return {"date": published[1]}


def _named(found: re.Match[str]) -> list[tuple[Field, str]]:
    names: tuple[Field, ...] = ("journal", "date", "volume", "issue", "pages", "article_number")
    parts = found.groupdict()
    parts["journal"] = _CONFERENCE.sub("", parts["journal"])
    return [(name, (parts.get(name) or "").strip(" .,")) for name in names]
