"""Which platform writes which columns, and what each column holds.

A table is recognised by the names in its header, never by their position: the set of columns is
often the searcher's choice. ``marks`` are the names that together no other platform writes;
dialects are tried in order, so that the more specific stands first. Names are compared folded
(`fold`): case, surrounding quotes and runs of blanks do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ANY_TABLE", "TABLE_DIALECTS", "TableDialect", "fold"]


@dataclass(frozen=True, slots=True)
class TableDialect:
    """One platform's way of writing a table."""

    name: str
    marks: frozenset[str]
    columns: Mapping[str, Field]
    platform: str | None = None
    database: str | None = None
    separators: Mapping[Field, str] = field(default_factory=dict)  # of lists within one cell


def fold(name: str) -> str:
    r"""Fold a column's name for comparison.

    >>> fold('\ufeff"Source  Title" ')
    'source title'
    """
    return " ".join(name.replace("\ufeff", "").strip().strip('"').casefold().split())


_COMMON: Final[dict[str, Field]] = {
    "title": "title",
    "abstract": "abstract",
    "authors": "authors",
    "author": "authors",
    "year": "year",
    "journal": "journal",
    "volume": "volume",
    "issue": "issue",
    "pages": "pages",
    "doi": "doi",
    "pmid": "pmid",
    "pmcid": "pmcid",
    "issn": "issn",
    "keywords": "keywords",
    "language": "language",
    "url": "url",
}
"""Names that mean the same wherever they occur."""


def _columns(**names: str) -> dict[str, Field]:
    """Map folded names, listed per field and separated by `` | ``, over the common ones."""
    own: dict[str, Field] = {}
    for part, listed in names.items():
        own |= dict.fromkeys(listed.split(" | "), part)  # type: ignore[arg-type]
    return _COMMON | own


_SEMICOLONS: Final[dict[Field, str]] = {"authors": ";", "keywords": ";", "issn": ";"}

_SCOPUS: Final = TableDialect(
    name="scopus",
    platform="Scopus",
    database="Scopus",
    marks=frozenset({"eid", "source title", "link"}),
    columns=_columns(
        journal="source title",
        journal_abbreviation="abbreviated source title",
        article_number="art. no.",
        first_page="page start",
        last_page="page end",
        url="link",
        keywords="author keywords | index keywords",
        pmid="pubmed id",
        accession="eid",
        language="language of original document",
        publication_type="document type",
        original_title="title of original document",
        note="publication stage",
    ),
    separators={"keywords": ";", "issn": ";"},  # authors: "; " since 2023, ", " before
)
_GOOGLE_SCHOLAR: Final = TableDialect(
    name="google-scholar",
    platform="Google Scholar",
    database="Google Scholar",
    marks=frozenset({"authors", "title", "publication", "number", "publisher"}),
    columns=_columns(journal="publication", issue="number"),
    separators=_SEMICOLONS,
)
ANY_TABLE: Final = TableDialect(
    name="any",
    marks=frozenset(),
    columns=_columns(
        title="title | titles | article title | article_title | document title | study title"
        " | primary title | primary_title | publication title | paper title | record title"
        " | reference title | title primary | title_primary | ti | t1 | display_name",
        original_title="original title | original_title",
        abstract="abstract | abstracts | abstract note | abstract_note | summary | ab | n2"
        " | notes_abstract | article abstract",
        authors="authors | author | author(s) | author names | author_names | first authors | au"
        " | creators | creator | author full names",
        year="year | publication year | publication_year | pubyear | pub_year | published year"
        " | published_year | year of publication | py | yr",
        date="date | publication date | publication_date | published date | date published",
        journal="journal | journal title | journal_title | journal name | source title"
        " | source_title | publication name | journal/book | secondary title | secondary_title"
        " | publication | jt | jf",
        journal_abbreviation="journal abbreviation | abbreviated source title | ta",
        volume="volume | vol | vol. | vl",
        issue="issue | number | issue number | no. | is",
        pages="pages | page | page range | pagination",
        first_page="start page | start_page | first page | page start | sp",
        last_page="end page | end_page | last page | page end | ep",
        doi="doi | doi link | doi url | do",
        pmid="pmid | pubmed id | pubmed_id | pubmedid",
        pmcid="pmcid | pmc id | pmc_id",
        accession="accession number | accession_number | accession | record id | record_id | id"
        " | key | openalex_id",
        issn="issn | issns | sn",
        keywords="keywords | keyword | author keywords | mesh terms | mesh_terms | kw | tags",
        language="language | la",
        entry_type="type | item type | entry type | entry_type | reference type | type_of_reference"
        " | document type | publication type",
        url="url | urls | link | links",
        note="note | notes | included | label | label_included | asreview_label | final_included"
        " | exclusion reason | asreview_note",
        database="database | database name | source database | source_db | db",
    ),
)
"""A table of no known platform, read by the commonest names; it must have a title column."""

TABLE_DIALECTS: Final[tuple[TableDialect, ...]] = (_SCOPUS, _GOOGLE_SCHOLAR)
