"""What the tags of Ovid's tagged files and the labels of its citation text mean.

Ovid passes on the field codes of each database, so one code may mean two things: ``DO`` is a DOI,
``UI`` and ``AN`` are both accession numbers, ``TT`` and ``OT`` are original titles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["OVID_CITATION_DIALECTS", "OVID_TAGGED_DIALECTS"]

_TAGS: Final[Mapping[str, Field]] = {
    "DB": "database",
    "AN": "accession",
    "UI": "accession",
    "TI": "title",
    "TT": "original_title",
    "OT": "original_title",
    "BT": "book_title",
    "AU": "author",
    "FA": "author",
    "CA": "corporate_author",
    "GN": "corporate_author",
    "SO": "citation",
    "JN": "journal",
    "JT": "journal",
    "NJ": "journal",
    "JA": "journal_abbreviation",
    "NL": "journal_abbreviation",
    "YR": "year",
    "DP": "date",
    "VO": "volume",
    "VL": "volume",
    "IP": "issue",
    "PG": "pages",
    "IS": "issn",
    "IT": "issn",
    "IB": "issn",
    "DO": "doi",
    "DI": "doi",
    "PM": "pmid",
    "AB": "abstract",
    "MH": "keyword",
    "SH": "keyword",
    "HW": "keyword",
    "KW": "keywords",
    "KF": "keywords",
    "DE": "keywords",
    "LG": "language",
    "PT": "publication_type",
    "DT": "publication_type",
    "XL": "url",
    "UR": "url",
    "NT": "note",
}
_LABELS: Final[Mapping[str, Field]] = {
    "Accession Number": "accession",
    "Unique Identifier": "accession",
    "Database": "database",
    "Title": "title",
    "Chapter Title": "title",
    "Article Title": "title",
    "Book Title": "book_title",
    "Original Title": "original_title",
    "Vernacular Title": "original_title",
    "Author": "authors",
    "Authors": "authors",
    "Author/Editor": "authors",
    "Authors Full Name": "author",
    "Source": "citation",
    "Journal": "journal",
    "Journal Name": "journal",
    "Publication": "journal",
    "Journal Abbreviation": "journal_abbreviation",
    "NLM Journal Name": "journal_abbreviation",
    "Year of Publication": "year",
    "Publication Year": "year",
    "Date of Publication": "date",
    "Publication Date": "date",
    "Volume": "volume",
    "Issue": "issue",
    "Issue/Part": "issue",
    "Page": "pages",
    "Pages": "pages",
    "ISSN": "issn",
    "ISSN Print": "issn",
    "ISSN Electronic": "issn",
    "ISBN": "issn",
    "DOI": "doi",
    "DOI Number": "doi",
    "Digital Object Identifier": "doi",
    "PubMed ID": "pmid",
    "PMID": "pmid",
    "Abstract": "abstract",
    "Keywords": "keywords",
    "Keyword": "keywords",
    "Keyword Heading": "keywords",
    "Key Concepts": "keywords",
    "Subject Headings": "keywords",
    "MeSH Subject Headings": "keywords",
    "Language": "language",
    "Publication Type": "publication_type",
    "Document Type": "publication_type",
    "URL": "url",
    "Link to the Ovid Full Text or citation": "url",
    "Notes": "note",
}

OVID_TAGGED_DIALECTS: Final[tuple[Dialect, ...]] = (
    # Medline: AU are short forms beside the full names, and used where those are missing
    Dialect({**_TAGS, "AU": "authors"}, re.compile(r"\n {0,2}FA {1,2}- "), "Ovid"),
    Dialect(_TAGS, None, "Ovid"),
)
OVID_CITATION_DIALECTS: Final[tuple[Dialect, ...]] = (Dialect(_LABELS, None, "Ovid"),)
