"""The columns of reference managers, screening tools and search engines" front ends."""

from __future__ import annotations

from typing import Final

from pipeline.ingest.dialects.table_shape import (
    ANY_TABLE,
    SEMICOLONS,
    TableDialect,
    columns,
    marks,
)

__all__ = ["ASREVIEW", "COVIDENCE", "PUBLISH_OR_PERISH", "RAYYAN", "REFWORKS", "THRESHER", "ZOTERO"]

PUBLISH_OR_PERISH: Final = TableDialect(
    name="publish-or-perish",
    platform="Publish or Perish",
    marks=marks("gsrank", "cites | querydate"),
    columns=columns(
        {
            "snippet": "abstract",
            "journal": "source",
            "publication_type": "type",
            "first_page": "startpage",
            "last_page": "endpage",
            "url": "articleurl | citationurl | citesurl | relatedurl | fulltexturl",
        }
    ),
)

ZOTERO: Final = TableDialect(
    name="zotero",
    platform="Zotero",
    marks=marks("key | item type", "item type | abstract note"),
    columns=columns(
        {
            "year": "publication year",
            "journal": "publication title",
            "abstract": "abstract note",
            "journal_abbreviation": "journal abbreviation",
            "keywords": "manual tags | automatic tags",
            "entry_type": "item type",
            "database": "library catalog",
            "note": "extra | notes",
            "date": "date",
        }
    ),
    separators=SEMICOLONS | {"issn": " "},
)

REFWORKS: Final = TableDialect(
    name="refworks",
    platform="RefWorks",
    marks=marks("reference type | authors, primary"),
    columns=columns(
        {
            "title": "title primary",
            "authors": "authors, primary",
            "journal": "periodical full",
            "journal_abbreviation": "periodical abbrev",
            "book_title": "title secondary",
            "original_title": "original foreign title",
            "year": "pub year",
            "date": "pub date free from",
            "first_page": "start page",
            "last_page": "other pages",
            "entry_type": "reference type",
            "issn": "issn/isbn",
            "accession": "accession number",
            "language": "language | output language",
            "database": "database | sub file/database | data source",
            "url": "url | links",
            "note": "notes | personal notes",
        }
    ),
    separators=SEMICOLONS,
)

RAYYAN: Final = TableDialect(
    name="rayyan",
    platform="Rayyan",
    marks=marks("key | title | pubmed_id", "key | title | pmc_id", "key | title | notes | day"),
    columns=columns({"pmid": "pubmed_id", "pmcid": "pmc_id", "note": "notes", "accession": "key"}),
    separators={"authors": " and "},
)

COVIDENCE: Final = TableDialect(
    name="covidence",
    platform="Covidence",
    marks=marks("covidence #"),
    columns=columns(
        {
            "year": "published year",
            "accession": "accession number",
            "note": "covidence # | study | notes | tags",
        }
    ),
    separators={"authors": ";"},
)

ASREVIEW: Final = TableDialect(
    name="asreview",
    platform="ASReview",
    marks=marks(
        "asreview_label", "asreview_ranking", "asreview_included", "title | exported_notes_1"
    ),
    columns={
        **ANY_TABLE.columns,  # it adds its own columns to those that the table came with
        **columns(
            {
                "note": "asreview_label | asreview_included | included | label | label_included"
                " | final_included | exported_notes_1 | asreview_note | asreview_time"
                " | asreview_user_name | citation_id | notes",
                "accession": "accession_number | eid",
            }
        ),
    },
    separators={"issn": ";"},
)

THRESHER: Final = TableDialect(
    name="thresher",
    platform="Thresher",
    marks=marks("citation_id | record_ids | title_abstract"),
    columns=columns(
        {
            "original_title": "original_title",
            "journal_abbreviation": "journal_abbreviation",
            "date": "date",
            "entry_type": "entry_type",
            "publication_type": "publication_types",
            "note": "citation_id | title_abstract | full_text | reason | notes",
        }
    ),
    separators=SEMICOLONS | {"publication_type": ";"},
)
"""Our own exports as CSV and XLSX."""
