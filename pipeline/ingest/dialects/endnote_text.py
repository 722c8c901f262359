"""What the labels of EndNote's "Show All Fields" text mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ENDNOTE_LABELS", "ENDNOTE_TEXT_DIALECTS"]

_FIELDS: Final[Mapping[str, Field]] = {
    "Reference Type": "entry_type",
    "Author": "authors",
    "Year": "year",
    "Title": "title",
    "Translated Title": "original_title",
    "Original Title": "original_title",
    "Book Title": "book_title",
    "Journal": "journal",
    "Conference Name": "journal",
    "Periodical Title": "journal",
    "Alternate Journal": "journal_abbreviation",
    "Volume": "volume",
    "Issue": "issue",
    "Pages": "pages",
    "Article Number": "article_number",
    "Date": "date",
    "Epub Date": "date",
    "ISSN": "issn",
    "ISBN": "issn",
    "DOI": "doi",
    "PMCID": "pmcid",
    "Accession Number": "accession",
    "Keywords": "keyword",
    "Abstract": "abstract",
    "Notes": "note",
    "Research Notes": "note",
    "URL": "url",
    "Language": "language",
    "Type of Article": "publication_type",
    "Type of Work": "publication_type",
    "Thesis Type": "publication_type",
    "Name of Database": "database",
    "Database Provider": "platform",
}
_OTHERS: Final = (
    "Record Number",
    "Short Title",
    "Start Page",
    "Place Published",
    "Publisher",
    "City",
    "Country",
    "University",
    "Institution",
    "Department",
    "Academic Department",
    "Advisor",
    "Editor",
    "Series Editor",
    "Series Title",
    "Series Volume",
    "Secondary Title",
    "Secondary Author",
    "Subsidiary Author",
    "Translator",
    "Translated Author",
    "Edition",
    "Number",
    "Number of Pages",
    "Number of Volumes",
    "Section",
    "Report Number",
    "Document Number",
    "Patent Number",
    "Original Publication",
    "Reprint Edition",
    "Reviewed Item",
    "Legal Note",
    "NIHMSID",
    "Call Number",
    "Label",
    "Caption",
    "Figure",
    "Author Address",
    "Author Affiliation",
    "Access Date",
    "Access Year",
    "Last Update Date",
    "Link to PDF",
    "File Attachments",
    "Custom \\d",
)

ENDNOTE_LABELS: Final = (*_FIELDS, *_OTHERS)
"""Every label that opens a line: a line of running text may hold a colon as well."""

ENDNOTE_TEXT_DIALECTS: Final[tuple[Dialect, ...]] = (Dialect(_FIELDS, None, "EndNote"),)
