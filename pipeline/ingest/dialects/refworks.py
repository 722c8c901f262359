"""What the tags of RefWorks' own format mean (RefWorks tagged format, ProQuest)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["REFWORKS_DIALECTS"]

_TAGS: Final[Mapping[str, Field]] = {
    "RT": "entry_type",
    "T1": "title",
    "T2": "book_title",
    "OT": "original_title",
    "A1": "author",
    "JF": "journal",
    "JO": "journal_abbreviation",
    "YR": "year",
    "FD": "date",
    "VO": "volume",
    "IS": "issue",
    "SP": "first_page",
    "OP": "last_page",
    "SN": "issn",
    "DO": "doi",
    "AB": "abstract",
    "K1": "keyword",
    "LA": "language",
    "PMID": "pmid",
    "AN": "accession",
    "DB": "database",
    "DS": "database",
    "SF": "database",
    "LK": "url",
    "UL": "url",
    "NO": "note",
}

REFWORKS_DIALECTS: Final[tuple[Dialect, ...]] = (Dialect(_TAGS, None, "RefWorks"),)
