"""What the tags of Web of Science plain text mean (Clarivate, Core Collection field tags)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ISI_DIALECTS"]

_BASE: Final[Mapping[str, Field]] = {
    "PT": "entry_type",
    "DT": "publication_type",
    "TI": "title",
    "FT": "original_title",
    "AF": "author",
    "AU": "authors",  # short forms: used where the full ones are missing
    "CA": "corporate_author",
    "GP": "corporate_author",
    "SO": "journal",
    "J9": "journal_abbreviation",
    "JI": "journal_abbreviation",
    "PY": "year",
    "PD": "date",
    "VL": "volume",
    "IS": "issue",
    "BP": "first_page",
    "EP": "last_page",
    "PS": "pages",
    "AR": "article_number",
    "SN": "issn",
    "EI": "issn",
    "DI": "doi",
    "AB": "abstract",
    "DE": "keywords",
    "ID": "keywords",
    "LA": "language",
    "PM": "pmid",
    "UT": "accession",
}

ISI_DIALECTS: Final[tuple[Dialect, ...]] = (Dialect(_BASE, None, "Web of Science"),)
