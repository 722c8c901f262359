"""Which platform writes which columns, and what each column holds.

A table is recognised by the names in its header, never by their position: the set of columns is
often the searcher's choice. Each of a dialect's ``marks`` is a set of names that no other platform
writes together; one of the sets is enough. Dialects are tried in order, so that the more specific
stands first. Names are compared folded (`fold`): case, quotes around them and runs of blanks do not
matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ANY_TABLE", "EMBASE", "TABLE_DIALECTS", "TableDialect", "fold"]


@dataclass(frozen=True, slots=True)
class TableDialect:
    """One platform's way of writing a table.

    ``separators`` part the lists within one cell; where none is given a list stays whole.
    """

    name: str
    columns: Mapping[str, Field]
    marks: tuple[frozenset[str], ...] = ()
    platform: str | None = None
    database: str | None = None
    separators: Mapping[Field, str] = field(default_factory=dict)


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


def _columns(own: Mapping[Field, str], *, but: str = "") -> dict[str, Field]:
    """Map folded names, listed per field and parted by `` | ``, over the common ones."""
    names = {name: part for name, part in _COMMON.items() if name not in but.split(" | ")}
    for part, listed in own.items():
        names |= dict.fromkeys(listed.split(" | "), part)
    return names


def _marks(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(listed.split(" | ")) for listed in alternatives)


_SEMICOLONS: Final[dict[Field, str]] = {"authors": ";", "keywords": ";", "issn": ";"}
_LISTS: Final[dict[Field, str]] = {"keywords": ";", "issn": ";"}  # authors are written both ways
_BLANK_LINES: Final[dict[Field, str]] = dict.fromkeys(
    ("authors", "keywords", "publication_type", "doi", "issn"), "\n\n"
)

EMBASE: Final = TableDialect(
    name="embase",
    platform="Embase.com",
    database="Embase",
    marks=_marks(
        "embase accession id",
        "title | author names | emtree drug index terms",
        "title | author names | emtree medical index terms",
        "title | author names | source title | pui",
        "title | medline pmid",
        "title | embase link",
        "title | author names | aip/ip entry date",
        "title | author names | full record entry date",
    ),
    columns=_columns(
        {
            "authors": "author names",
            "citation": "source",
            "journal": "source title",
            "year": "publication year",
            "first_page": "first page",
            "last_page": "last page",
            "date": "date of publication",
            "original_title": "original title",
            "publication_type": "publication type",
            "keywords": "author keywords | emtree drug index terms (major focus)"
            " | emtree drug index terms | emtree medical index terms (major focus)"
            " | emtree medical index terms",
            "language": "article language",
            "accession": "pui | embase accession id",
            "pmid": "medline pmid",
            "url": "embase link",
        },
        but="keywords",
    ),
)
_SCOPUS: Final = TableDialect(
    name="scopus",
    platform="Scopus",
    database="Scopus",
    marks=_marks("eid | title", "author(s) id | title", "title | source title | art. no."),
    columns=_columns(
        {
            "journal": "source title",
            "journal_abbreviation": "abbreviated source title",
            "article_number": "art. no.",
            "first_page": "page start",
            "last_page": "page end",
            "url": "link",
            "keywords": "author keywords | index keywords",
            "pmid": "pubmed id",
            "accession": "eid",
            "language": "language of original document",
            "publication_type": "document type",
        }
    ),
    separators=_LISTS,
)
_PUBMED: Final = TableDialect(
    name="pubmed",
    platform="PubMed",
    database="Medline",
    marks=_marks("pmid | journal/book", "pmid | nihms id", "pmid | first author | create date"),
    columns=_columns(
        {"journal_abbreviation": "journal/book", "year": "publication year", "citation": "citation"}
    ),
)
_OVID: Final = TableDialect(
    name="ovid",
    platform="Ovid",
    marks=_marks("vn | ti", "orn | ti", "db | ti | so"),
    columns=_columns(
        {
            "title": "ti",
            "original_title": "ot",
            "abstract": "ab",
            "authors": "au",
            "citation": "so",
            "journal": "jn | jl",
            "journal_abbreviation": "ja",
            "year": "yr",
            "date": "dp",
            "volume": "vo",
            "issue": "ip",
            "pages": "pg",
            "doi": "do",
            "accession": "an | ui",
            "pmid": "pm",
            "issn": "is | it",
            "language": "lg | la",
            "publication_type": "pt | dt",
            "keywords": "kw | mh | sh | hw | id",
            "database": "db",
            "url": "url",
        }
    ),
    separators=_BLANK_LINES,
)
_COCHRANE: Final = TableDialect(
    name="cochrane",
    platform="Cochrane Library",
    marks=_marks("cochrane review group code", "central id", "cochrane id"),
    columns=_columns(
        {
            "authors": "author(s)",
            "journal": "source",
            "pmid": "pubmed id",
            "accession": "central id | cochrane id",
            "database": "database name",
            "publication_type": "publication type",
        }
    ),
    separators=_SEMICOLONS,
)
_EBSCO: Final = TableDialect(
    name="ebsco",
    platform="EBSCOhost",
    marks=_marks("plink", "article title | journal title | accession number"),
    columns=_columns(
        {
            "title": "article title",
            "journal": "journal title",
            "date": "publication date",
            "first_page": "first page",
            "accession": "accession number",
            "publication_type": "doctype",
            "keywords": "subjects | keywords",
            "url": "plink",
        }
    ),
    separators=_SEMICOLONS,
)
_GOOGLE_SCHOLAR: Final = TableDialect(
    name="google-scholar",
    platform="Google Scholar",
    database="Google Scholar",
    marks=_marks("authors | title | publication | number | publisher"),
    columns=_columns({"journal": "publication", "issue": "number"}),
    separators=_SEMICOLONS,
)
_PUBLISH_OR_PERISH: Final = TableDialect(
    name="publish-or-perish",
    platform="Publish or Perish",
    marks=_marks("gsrank", "cites | querydate"),
    columns=_columns(
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
_ZOTERO: Final = TableDialect(
    name="zotero",
    platform="Zotero",
    marks=_marks("key | item type", "item type | abstract note"),
    columns=_columns(
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
    separators=_SEMICOLONS | {"issn": " "},
)
_REFWORKS: Final = TableDialect(
    name="refworks",
    platform="RefWorks",
    marks=_marks("reference type | authors, primary"),
    columns=_columns(
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
    separators=_SEMICOLONS,
)
_RAYYAN: Final = TableDialect(
    name="rayyan",
    platform="Rayyan",
    marks=_marks("key | title | pubmed_id", "key | title | pmc_id", "key | title | notes | day"),
    columns=_columns({"pmid": "pubmed_id", "pmcid": "pmc_id", "note": "notes"}),
    separators={"authors": " and "},
)
_COVIDENCE: Final = TableDialect(
    name="covidence",
    platform="Covidence",
    marks=_marks("covidence #"),
    columns=_columns(
        {
            "year": "published year",
            "accession": "accession number",
            "note": "covidence # | study | notes | tags",
        }
    ),
    separators={"authors": ";"},
)
_LENS: Final = TableDialect(
    name="lens",
    platform="Lens",
    database="Lens",
    marks=_marks("lens id"),
    columns=_columns(
        {
            "authors": "author/s",
            "date": "date published",
            "year": "publication year",
            "publication_type": "publication type",
            "journal": "source title",
            "issn": "issns",
            "issue": "issue number",
            "first_page": "start page",
            "last_page": "end page",
            "keywords": "keywords | mesh terms",
            "accession": "lens id",
            "url": "external url",
        }
    ),
    separators=_SEMICOLONS,
)
_DIMENSIONS: Final = TableDialect(
    name="dimensions",
    platform="Dimensions",
    database="Dimensions",
    marks=_marks("publication id | title", "dimensions url | title"),
    columns=_columns(
        {
            "accession": "publication id",
            "journal": "source title",
            "book_title": "anthology title",
            "keywords": "mesh terms",
            "date": "publication date",
            "year": "pubyear",
            "pages": "pagination",
            "publication_type": "publication type",
            "url": "dimensions url",
        }
    ),
    separators=_SEMICOLONS,
)
_OPENALEX: Final = TableDialect(
    name="openalex",
    platform="OpenAlex",
    database="OpenAlex",
    marks=_marks(
        "authorships.author.display_name",
        "display_name | primary_location.source.display_name",
        "id | display_name | authorships.raw_author_name",
    ),
    columns=_columns(
        {
            "title": "display_name | title",
            "authors": "authorships.author.display_name",
            "date": "publication_date",
            "year": "publication_year",
            "journal": "primary_location.source.display_name",
            "issn": "primary_location.source.issn_l",
            "volume": "biblio.volume",
            "issue": "biblio.issue",
            "first_page": "biblio.first_page",
            "last_page": "biblio.last_page",
            "pmid": "ids.pmid",
            "pmcid": "ids.pmcid",
            "accession": "id",
            "publication_type": "type",
            "keywords": "keywords.display_name",
        }
    ),
    separators={"authors": "|", "keywords": "|", "issn": "|"},
)
_CLINICAL_TRIALS: Final = TableDialect(
    name="clinicaltrials-gov",
    platform="ClinicalTrials.gov",
    database="ClinicalTrials.gov",
    marks=_marks("nct number"),
    columns=_columns(
        {
            "title": "study title | title",
            "abstract": "brief summary",
            "accession": "nct number",
            "date": "start date",
            "url": "study url | url",
            "keywords": "conditions | interventions",
            "publication_type": "study type",
            "note": "study status | status | acronym",
        }
    ),
    separators={"keywords": "|"},
)
_IEEE: Final = TableDialect(
    name="ieee",
    platform="IEEE Xplore",
    database="IEEE Xplore",
    marks=_marks("document title | ieee terms", "document title | date added to xplore"),
    columns=_columns(
        {
            "title": "document title",
            "journal": "publication title",
            "year": "publication year",
            "date": "issue date | meeting date | online date",
            "first_page": "start page",
            "last_page": "end page",
            "keywords": "author keywords | ieee terms | mesh_terms",
            "publication_type": "document identifier",
            "url": "pdf link",
        }
    ),
    separators=_SEMICOLONS,
)
_WEB_OF_SCIENCE: Final = TableDialect(
    name="web-of-science",
    platform="Web of Science",
    marks=_marks(
        "ut (unique wos id)",
        "ut (unique id)",
        "article title | source title | times cited, all databases",
    ),
    columns=_columns(
        {
            "title": "article title | article title - scielo | article title - chinese"
            " | article title - russian | article title - korean | article title - arabic"
            " | article title - foreign | article title - other | book title",
            "authors": "authors | author full names",
            "corporate_author": "group authors",
            "abstract": "abstract | abstract - foreign | abstract - english transliteration"
            " | abstract - korean",
            "journal": "source title",
            "journal_abbreviation": "journal iso abbreviation | journal abbreviation",
            "first_page": "start page",
            "last_page": "end page",
            "article_number": "article number",
            "date": "publication date",
            "year": "publication year",
            "issn": "issn | eissn",
            "publication_type": "document type",
            "keywords": "author keywords | keywords plus",
            "pmid": "pubmed id",
            "accession": "ut (unique wos id) | ut (unique id)",
        }
    ),
    separators=_SEMICOLONS,
)
_ASREVIEW: Final = TableDialect(
    name="asreview",
    platform="ASReview",
    marks=_marks(
        "asreview_label", "asreview_ranking", "asreview_included", "title | exported_notes_1"
    ),
    columns=_columns(
        {
            "title": "title | primary_title",
            "abstract": "abstract | notes_abstract",
            "authors": "authors | first_authors | author_names",
            "keywords": "keywords | keyword",
            "journal": "journal | journal_name | secondary_title",
            "first_page": "start_page",
            "last_page": "end_page",
            "note": "asreview_label | asreview_included | included | label | label_included"
            " | final_included | exported_notes_1 | asreview_note | notes",
            "entry_type": "type_of_reference",
            "accession": "accession_number",
            "url": "url | urls",
        }
    ),
)
ANY_TABLE: Final = TableDialect(
    name="any",
    columns=_columns(
        {
            "title": "title | titles | article title | article_title | document title"
            " | document_title | study title | primary title | primary_title | paper title"
            " | record title | reference title | ti | t1 | display_name",
            "original_title": "original title | original_title",
            "abstract": "abstract | abstracts | abstract note | abstract_note | summary | ab | n2"
            " | notes_abstract | article abstract",
            "authors": "authors | author | author(s) | author names | author_names | first_authors"
            " | au | creators | creator",
            "year": "year | publication year | publication_year | pubyear | pub_year | py | yr"
            " | published year | published_year | year of publication",
            "date": "date | publication date | publication_date | published date | date published",
            "journal": "journal | journal title | journal_title | journal name | journal_name"
            " | source title | source_title | publication name | journal/book | secondary title"
            " | secondary_title | jt | jf | journaltitle",
            "journal_abbreviation": "journal abbreviation | abbreviated source title | ta",
            "volume": "volume | vol | vol. | vl",
            "issue": "issue | number | issue number | no. | is",
            "pages": "pages | page range | pagination",
            "first_page": "start page | start_page | first page | page start | sp",
            "last_page": "end page | end_page | last page | page end | ep",
            "doi": "doi | doi link | doi url | do",
            "pmid": "pmid | pubmed id | pubmed_id | pubmedid",
            "pmcid": "pmcid | pmc id | pmc_id",
            "accession": "accession number | accession_number | accession",
            "issn": "issn | issns | sn",
            "keywords": "keywords | keyword | author keywords | mesh terms | mesh_terms | kw",
            "language": "language | la",
            "entry_type": "item type | entry type | entry_type | reference type"
            " | type_of_reference | type",
            "publication_type": "document type | publication type | publication_type",
            "url": "url | urls | link | links",
            "note": "note | notes | included | label | label_included | final_included"
            " | decision | exclusion reason",
            "database": "database | database name | source database | source_db | db",
        }
    ),
)
"""A table of no known platform, read by the commonest names; it must have a title column."""

TABLE_DIALECTS: Final[tuple[TableDialect, ...]] = (
    _ASREVIEW,  # adds its columns to a table of any other platform
    _COVIDENCE,
    _PUBLISH_OR_PERISH,
    _ZOTERO,
    _REFWORKS,
    _RAYYAN,
    EMBASE,
    _SCOPUS,
    _PUBMED,
    _OVID,
    _COCHRANE,
    _EBSCO,
    _LENS,
    _DIMENSIONS,
    _OPENALEX,
    _CLINICAL_TRIALS,
    _IEEE,
    _WEB_OF_SCIENCE,
    _GOOGLE_SCHOLAR,
)
