"""What RIS tags mean, platform by platform.

The specification (Research Information Systems 1990, EndNote's 2011 revision) leaves much open, and
every platform uses the rest in its own way: ``M3`` is a type of work, a classification or a DOI;
``A2`` an editor or, in PsycInfo, a cited author; ``C5`` a PMID in Embase. `_BASE` holds what they
share; each dialect adds its own. The first dialect whose signature is found is used, so reference
managers, which rewrite what databases gave them, come first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["RIS_DIALECTS"]

_BASE: Final[Mapping[str, Field]] = {
    "TY": "entry_type",
    "TI": "title",
    "T1": "title",
    "T2": "journal",
    "BT": "book_title",
    "TT": "original_title",
    "AU": "author",
    "A1": "author",
    "PY": "year",
    "Y1": "year",
    "YR": "year",
    "DA": "date",
    "JF": "journal",
    "JO": "journal_abbreviation",
    "JA": "journal_abbreviation",
    "J1": "journal_abbreviation",
    "J2": "journal_abbreviation",
    "VL": "volume",
    "VO": "volume",
    "IS": "issue",
    "SP": "first_page",
    "EP": "last_page",
    "PG": "pages",
    "C7": "article_number",
    "SN": "issn",
    "DO": "doi",
    "DI": "doi",
    "L3": "doi",
    "AB": "abstract",
    "N2": "abstract",
    "KW": "keyword",
    "LA": "language",
    "M3": "publication_type",
    "PT": "publication_type",
    "UR": "url",
    "L2": "url",
    "LK": "url",
    "N1": "note",
    "DB": "database",
    "DP": "platform",
    "AN": "accession",
}
_WITH_ID: Final[Mapping[str, Field]] = {**_BASE, "ID": "accession"}  # elsewhere a citation key


def _found(*lines: str) -> re.Pattern[str]:
    """Match any of these beginnings of lines: a line feed in front is what is quick to look for."""
    return re.compile(rf"\n(?:{'|'.join(lines)})", re.MULTILINE)


RIS_DIALECTS: Final[tuple[Dialect, ...]] = (
    Dialect(_BASE, _found(r"ID  - \d+\nER  -"), "EndNote"),
    Dialect(
        {**_BASE, "U2": "accession"},
        _found(r"AN  - rayyan-"),
        "Rayyan",
        # an unknown tag is glued to the value before it
        glued=re.compile(r" {4,}([A-Z][A-Z0-9]  - )"),
    ),
    Dialect({**_BASE, "JO": "journal"}, _found(r"NS  -"), "Covidence"),
    Dialect(_BASE, _found(r"ID  - RefID:"), "RefWorks"),
    Dialect(_BASE, _found(r"KW  - eppi-reviewer"), "EPPI-Reviewer"),
    Dialect(_BASE, _found(r"M4  - Citavi"), "Citavi"),
    Dialect(_BASE, _found(r"DA  - \d{4}/\d*/\d*/.*\nPY  - \d{4}$"), "Zotero"),
    Dialect(
        {**_BASE, "U2": "accession", "C5": "pmid", "M3": "publication_type"},
        _found(r"U2  - L\d+$"),
        "Embase.com",
    ),
    Dialect(
        {**_BASE, "C3": "pmid", "JA": "journal"},
        _found(r"Provider: John Wiley", r"AN  -  CN-"),
        "Cochrane Library",
    ),
    Dialect(
        # PsycInfo: M1 is one cited reference a line, M3 a classification, SP "No", EP "Specified"
        {**_WITH_ID, "T2": "book_title", "NL": "journal_abbreviation", "M3": "keyword"},
        _found(r"Link to the Ovid ", r"(?:UR|L[1-4]|LK)  - .*ovidweb\.cgi", r"\d+\. *\nTY  - "),
        "Ovid",
    ),
    Dialect(
        {**_BASE, "C2": "pmid"},
        _found(r"UR  - https?://www\.scopus\.com/", r"DB  - Scopus"),
        "Scopus",
    ),
    Dialect(
        {**_BASE, "JI": "journal_abbreviation", "J9": "journal_abbreviation"},
        _found(
            r"AN  - (?:WOS|MEDLINE|BCI|CABI|INSPEC|ZOOREC|KJD|RSCI|SCIELO|CCC|FSTA):", r"WE  - "
        ),
        "Web of Science",
    ),
    Dialect(_WITH_ID, _found(r"DP  - EBSCOhost"), "EBSCOhost"),
    Dialect(_BASE, _found(r"UR  - https?://\S*proquest\.com/"), "ProQuest"),
    Dialect(
        {**_BASE, "JO": "journal", "U1": "pmid"},
        _found(r"AN  - pub\.\d+$", r"(?:UR|L[1-4]|LK)  - .*app\.dimensions\.ai/"),
        "Dimensions",
        "Dimensions",
    ),
    Dialect(_WITH_ID, _found(r"UR  - https?://(?:www\.|link\.)?lens\.org/"), "Lens", "Lens"),
    Dialect(_BASE, _found(r"AU  - .*\nC1  - "), "OpenAlex", "OpenAlex"),
    Dialect(_BASE, _found(r"TY  - EJOUR\nAU  - "), "MDPI", "MDPI"),
    Dialect(
        {**_BASE, "JO": "journal"},
        _found(r"TY  - .*\nT1  - .*\n(?:A1  - .*\n)+(?:[JTVISEPY].  - .*\n)*(?:PB  - .*\n)?ER  -"),
        "Google Scholar",
        "Google Scholar",
    ),
    Dialect(_BASE, _found(r"ER  - ?\nTY  - .*\n(?:AB|AU|A[1-4])  - "), "Mendeley"),
    Dialect(_BASE),
)
