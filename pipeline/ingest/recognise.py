"""Which database an entry comes from, which number it has there, and the names of them all.

The trace is in the entry itself: an accession number has the form its database gives it, a link
leads back to it. These traces survive most reference managers. A file's database is what at least
60 % of its entries say; a mixed file has none of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.ingest.dialects.source_names import DATABASE_NAMES, PLATFORM_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "MAJORITY",
    "Origin",
    "Trace",
    "majority",
    "origin_of",
    "standard_database_name",
    "standard_platform_name",
    "traces_in",
]

MAJORITY: Final = 0.60  # share of a file's entries that name its database (notes: 264 of 265 right)

_CODE_LENGTH: Final = 4  # characters of the longest database code that might be a common word
_NOT_WORDS: Final = re.compile(r"[^\w.@]+")


def _plain(name: str) -> str:
    return _NOT_WORDS.sub(" ", name.casefold()).strip()


def _aliases(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    known = {_plain(alias): name for name, aliases in names.items() for alias in aliases}
    return known | {_plain(name): name for name in names}


_DATABASE_OF: Final = _aliases(DATABASE_NAMES)
_PLATFORM_OF: Final = _aliases(PLATFORM_NAMES)
_YEARS: Final = re.compile(r"<[^>]*>|\([^)]*\)|\b(?:19|20)\d\d\b.*$|\bvia\b.*$|\d+$")


@lru_cache(maxsize=4096)
def standard_database_name(name: str) -> str | None:
    """Return the usual name of a database, however a person or an export writes it.

    Examples
    --------
    >>> standard_database_name("APA PsycInfo <2019>")
    'PsycInfo'
    >>> standard_database_name("MEDLINE(R) ALL")
    'Medline'
    >>> standard_database_name("our own catalogue") is None
    True
    """
    return _looked_up(name, _DATABASE_OF)


def standard_platform_name(name: str) -> str | None:
    """Return the usual name of a platform.

    >>> standard_platform_name("OvidSP")
    'Ovid'
    """
    return _looked_up(name, _PLATFORM_OF)


def _looked_up(name: str, known: Mapping[str, str]) -> str | None:
    for attempt in (name, _YEARS.sub(" ", name)):
        plain = _plain(attempt)
        if plain in known:
            return known[plain]
    first = plain.split(" ", 1)[0] if plain else ""
    return known.get(first) if len(first) > _CODE_LENGTH else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from, as far as it says so itself."""

    database: str | None
    accession: str | None


_DATABASE_OF_PREFIX: Final[Mapping[str, str]] = {
    "WOS": "Web of Science",
    "MEDLINE": "Medline",
    "CABI": "CAB Abstracts",
    "INSPEC": "Inspec",
    "ZOOREC": "Zoological Record",
    "BCI": "BIOSIS",
    "BIOSIS": "BIOSIS",
    "KJD": "KCI",
    "RSCI": "RSCI",
    "SCIELO": "SciELO",
    "CCC": "Current Contents",
    "FSTA": "FSTA",
    "CSCD": "Web of Science",
}


class Trace(NamedTuple):
    """What a value of an accession field or a link says about its database."""

    signs: tuple[str, ...]  # one of them has to be there: cheap to look for
    pattern: re.Pattern[str]  # its group 1 is the number
    database: str | None  # None where group 2 says it


# the first match wins; numbers in Web of Science begin with the name of the database there
_TRACES: Final = (
    Trace(
        tuple(f"{prefix}:" for prefix in _DATABASE_OF_PREFIX),
        re.compile(rf"\b(({'|'.join(_DATABASE_OF_PREFIX)}):[A-Z0-9()]+)"),
        None,
    ),
    Trace(("2-s2.0-",), re.compile(r"(2-s2\.0-\d+)"), "Scopus"),
    Trace(("embase.com/",), re.compile(r"embase\.com/\S*?[?&]id=(L\d+)"), "Embase"),
    Trace(("CN-",), re.compile(r"\b(CN-\d{7,8})\b"), "CENTRAL"),
    Trace(
        ("lens.org/",),
        re.compile(r"lens\.org/(?:[\w/]*/)?((?:\d{3}-){4}\d{2}[\dX])\b"),
        "Lens",
    ),
    Trace(("pub.",), re.compile(r"\b(pub\.\d{10})\b"), "Dimensions"),
    Trace(("openalex.org/",), re.compile(r"openalex\.org/(?:works/)?([Ww]\d+)"), "OpenAlex"),
)
# forms that only an accession field or an AN= in a link gives away
_FORMS: Final = (
    (re.compile(r"\b((?:19|20)\d\d-\d{5}-\d{3})\b"), "PsycInfo"),
    (re.compile(r"^(CD\d{6})\b"), "CDSR"),
    (re.compile(r"^(E[JD]\d{6,7})\b"), "ERIC"),
    (re.compile(r"^(NCT\d{8})\b"), "ClinicalTrials.gov"),
    (re.compile(r"^(\d{3}-\d{3}-\d{3}-\d{3}-\d{2}[\dX])$"), "Lens"),
    (re.compile(r"^(L\d{6,})$"), "Embase"),
)
_CODES: Final = (
    ("ovid", re.compile(r"ovid\S*[?&]D=([a-z]+)")),
    ("ebscohost.com", re.compile(r"ebscohost\.com/\S*?[?&]db=(\w+)")),
)
_NOT_ITS_OWN: Final = ("rayyan-",)  # numbers that tools give
_AN: Final = re.compile(r"[?&]AN=([^&\s]+)")
_SITES: Final = (
    ("scholar.google", "Google Scholar"),
    ("pubmed.ncbi.nlm.nih.gov", "Medline"),
    ("ncbi.nlm.nih.gov/pubmed", "Medline"),
    ("ieeexplore.ieee.org", "IEEE Xplore"),
    ("dl.acm.org", "ACM Digital Library"),
    ("clinicaltrials.gov", "ClinicalTrials.gov"),
)


def traces_in(values: Iterable[str]) -> tuple[Trace, ...]:
    """Return the traces that some of the values may have: what none has is not sought in each.

    >>> [trace.database for trace in traces_in(["eid=2-s2.0-85", "https://example.org/CN-1"])]
    ['Scopus', 'CENTRAL']
    """
    text = "\n".join(values)
    return tuple(trace for trace in _TRACES if any(sign in text for sign in trace.signs))


def origin_of(
    accessions: Sequence[str],
    links: Sequence[str],
    databases: Sequence[str],
    pmid: str | None,
    *,
    traces: Sequence[Trace] | None = None,
) -> Origin:
    """Judge from an entry's own values where it comes from and which number it has there.

    ``traces`` are those that its file may have at all (`traces_in`).

    Examples
    --------
    >>> origin_of(["WOS:000082252000006"], [], [], None)
    Origin(database='Web of Science', accession='WOS:000082252000006')
    >>> origin_of([], ["https://www.embase.com/a?sub=viewrecord&id=L202&from=export"], [], "7")
    Origin(database='Embase', accession='L202')
    >>> origin_of([], [], [], "38773066")
    Origin(database=None, accession=None)
    """
    own = [value for value in accessions if not value.startswith(_NOT_ITS_OWN)]
    traced = _traced((*own, *links), _TRACES if traces is None else traces)
    if traced:
        return traced
    named = next((known for name in databases if (known := standard_database_name(name))), None)
    named = named or _database_in(links)
    own += [found.group(1) for link in links if "AN=" in link and (found := _AN.search(link))]
    formed = _formed(own, named)
    if formed:
        return formed
    accession = own[0].split(";", 1)[0].strip(" .") if own else None
    if pmid and (named == "Medline" or (named is None and accession == pmid)):
        return Origin("Medline", pmid)
    return Origin(named, accession or None)


def _traced(values: Iterable[str], traces: Sequence[Trace]) -> Origin | None:
    for value in values:
        for signs, pattern, database in traces:
            is_likely = any(sign in value for sign in signs)
            if is_likely and (found := pattern.search(value)):
                name = database or _DATABASE_OF_PREFIX[found.group(2)]
                return Origin(name, found.group(1))
    return None


def _formed(accessions: Sequence[str], named: str | None) -> Origin | None:
    """Judge by the form of a number; what the entry itself says about its database wins."""
    for value in accessions:
        for pattern, database in () if value.isdecimal() else _FORMS:  # all have other signs
            found = pattern.search(value)
            if found:
                return Origin(named or database, found.group(1))
    return None


def _database_in(links: Iterable[str]) -> str | None:
    for link in links:
        for sign, pattern in _CODES:
            found = pattern.search(link) if sign in link else None
            if found and (known := standard_database_name(found.group(1))):
                return known
        for site, name in _SITES:
            if site in link:
                return name
    return None


def majority(databases: Sequence[str | None]) -> str | None:
    """Return the database that at least 60 % of a file's entries name, or None.

    >>> majority(["Embase", "Embase", None])
    'Embase'
    >>> majority(["Embase", "Medline"]) is None
    True
    """
    counted = Counter(name for name in databases if name)
    if not counted:
        return None
    name, count = counted.most_common(1)[0]
    return name if count >= MAJORITY * len(databases) else None
