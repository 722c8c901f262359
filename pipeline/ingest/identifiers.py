"""The numbers by which a publication is known: DOI, PMID, ISSN and ISBN, links.

Each is looked for in the value of a field that may hold one, as exports write them: bare, as a URL,
with a prefix, with the kind of number in brackets behind it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from pipeline.ingest.text import plain_text

__all__ = ["doi_in", "is_link", "issns_in", "link_in", "pmid_in", "pmid_in_note", "says_doi"]

_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+", re.IGNORECASE)
_OTHER_ID: Final = re.compile(r"\[(?!doi\])[a-z ]{2,12}\]\s*$", re.IGNORECASE)  # "… [pii]"
_SAYS_DOI: Final = re.compile(
    r"^\s*(?:doi\s*:|https?://(?:dx\.)?doi\.org/|10\.\d{4,9}/)", re.IGNORECASE
)
_PMID: Final = re.compile(r"(?<![\w.-])(\d{1,9})(?![\w.-])(?!\s*\[PMCID\])")
_PMID_IN_NOTE: Final = re.compile(r"\bPMID:?\s*(\d{4,9})\b")
_LONGEST_PMID: Final = 9  # digits
_ISSN: Final = re.compile(r"(?<![\dXx-])(\d{4})-?(\d{3}[\dXx])(?![\dXx-])")
_ISBN: Final = re.compile(r"(?<![\d-])(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\d-])")
_URL: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def doi_in(value: str) -> str | None:
    """Return the DOI in the value of a field that may hold one: bare, as URL, with a prefix.

    Examples
    --------
    >>> doi_in("http://dx.doi.org/10.1002/CPP.2398"), doi_in("10.1016/j.x.2019.03.004 [doi]")
    ('10.1002/cpp.2398', '10.1016/j.x.2019.03.004')
    >>> doi_in("S1769-7212(19)30059-X [pii]") is None
    True
    """
    if "10." not in value or ("]" in value and _OTHER_ID.search(value)):
        return None
    if "%" in value and "%2f" in value.lower():
        value = unquote(value)
    found = _DOI.search(plain_text(value) if "&" in value else value)
    if not found:
        return None
    doi = found.group().rstrip(".,;'}]").lower()
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    return doi


def says_doi(value: str) -> bool:
    """Say whether a value of another field is a DOI by its own account.

    >>> says_doi("doi:10.1037/x0001"), says_doi("Journal Article")
    (True, False)
    """
    return _SAYS_DOI.match(value) is not None


def pmid_in(value: str) -> str | None:
    """Return the PMID in the value of a field that holds one.

    >>> pmid_in("PUBMED 21314913,EMBASE 51"), pmid_in("PMC12")
    ('21314913', None)
    """
    if value.isdecimal() and len(value) <= _LONGEST_PMID:
        return value
    found = _PMID.search(value)
    return found.group(1) if found else None


def pmid_in_note(note: str) -> str | None:
    """Return the PMID that a note names as such.

    >>> pmid_in_note("Accession Number: 5. PMID: NLM123"), pmid_in_note("PMID: 123456")
    (None, '123456')
    """
    found = _PMID_IN_NOTE.search(note) if "PMID" in note else None
    return found.group(1) if found else None


def issns_in(value: str) -> list[str]:
    """Return the ISBNs in a value without their hyphens, then its ISSNs with theirs.

    >>> issns_in("0886-2605, 15526518"), issns_in("978-3-16-148410-0")
    (['0886-2605', '1552-6518'], ['9783161484100'])
    """
    isbns = [re.sub(r"[^\dX]", "", isbn.upper()) for isbn in _ISBN.findall(value)]
    issns = _ISSN.findall(_ISBN.sub(" ", value))
    return isbns + [f"{left}-{right.upper()}" for left, right in issns]


def is_link(value: str) -> bool:
    """Say whether a value begins as a link does.

    >>> is_link("https://clinicaltrials.gov/show/NCT1"), is_link("Cancer")
    (True, False)
    """
    return _URL.match(value) is not None


def link_in(value: str) -> str | None:
    """Return the first link in a value.

    >>> link_in("see <https://example.org/a>.")
    'https://example.org/a'
    """
    found = _URL.search(value)
    return found.group().rstrip(".,;") if found else None
