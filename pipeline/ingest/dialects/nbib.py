"""What the tags of PubMed text mean (NLM, MEDLINE/PubMed data element descriptions)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["NBIB_DIALECTS"]

_BASE: Final[Mapping[str, Field]] = {
    "PMID": "pmid",
    "PMC": "pmcid",
    "TI": "title",
    "BTI": "book_title",
    "CTI": "book_title",
    "TT": "original_title",
    "AB": "abstract",
    "OAB": "abstract",
    "FAU": "author",
    "AU": "authors",  # short forms: used where the full ones are missing
    "CN": "corporate_author",
    "DP": "date",
    "DEP": "date",
    "JT": "journal",
    "TA": "journal_abbreviation",
    "VI": "volume",
    "IP": "issue",
    "PG": "pages",
    "LID": "doi",
    "AID": "doi",
    "IS": "issn",
    "MH": "keyword",
    "OT": "keyword",
    "LA": "language",
    "PT": "publication_type",
    "SO": "citation",
    "OWN": "database",
    "GN": "note",
}

NBIB_DIALECTS: Final[tuple[Dialect, ...]] = (
    Dialect(
        {**_BASE, "AN": "accession", "ID": "accession"},
        re.compile(r"\nOWN - ERIC"),
        "PubMed",
        "ERIC",
    ),
    Dialect({**_BASE, "PMC": "accession"}, re.compile(r"\A\s*PMC - "), "PubMed", "PubMed Central"),
    Dialect(_BASE, None, "PubMed", "Medline"),
)
