"""The columns of the databases and search platforms: data, no code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ingest.dialects.table_shape import SEMICOLONS, TableDialect, columns, marks

if TYPE_CHECKING:
    from pipeline.ingest.contract import Field

__all__ = [
    "COCHRANE",
    "DIMENSIONS",
    "EBSCO",
    "EMBASE",
    "GOOGLE_SCHOLAR",
    "IEEE",
    "LENS",
    "OPENALEX",
    "OVID",
    "PROQUEST",
    "PUBMED",
    "SCOPUS",
    "WEB_OF_SCIENCE",
]

_LISTS: Final[dict[Field, str]] = {"keywords": ";", "issn": ";"}  # authors are written both ways
_BLANK_LINES: Final[dict[Field, str]] = dict.fromkeys(
    ("authors", "keywords", "publication_type", "doi", "issn"), "\n\n"
)

EMBASE: Final = TableDialect(
    name="embase",
    platform="Embase.com",
    database="Embase",
    marks=marks(
        "embase accession id",
        "title | author names | emtree drug index terms",
        "title | author names | emtree medical index terms",
        "title | author names | pui",
        "title | author names | source",
        "title | medline pmid",
        "title | embase link",
        "title | author names | aip/ip entry date",
        "title | author names | full record entry date",
    ),
    columns=columns(
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

SCOPUS: Final = TableDialect(
    name="scopus",
    platform="Scopus",
    database="Scopus",
    marks=marks(
        "eid | title",
        "eid | titles",
        "author(s) id | title",
        "author(s) id | titles",
        "title | source title | art. no.",
        "title | source title | cited by | document type",
    ),
    columns=columns(
        {
            "title": "titles",
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

PUBMED: Final = TableDialect(
    name="pubmed",
    platform="PubMed",
    database="Medline",
    marks=marks("pmid | journal/book", "pmid | nihms id", "pmid | first author | create date"),
    columns=columns(
        {"journal_abbreviation": "journal/book", "year": "publication year", "citation": "citation"}
    ),
)

OVID: Final = TableDialect(
    name="ovid",
    platform="Ovid",
    marks=marks("vn | ti", "orn | ti", "db | ti | so"),
    columns=columns(
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

COCHRANE: Final = TableDialect(
    name="cochrane",
    platform="Cochrane Library",
    marks=marks("cochrane review group code", "central id", "cochrane central id", "cochrane id"),
    columns=columns(
        {
            "title": "article title",
            "authors": "author(s)",
            "journal": "source",
            "year": "publication year",
            "pmid": "pubmed id",
            "accession": "central id | cochrane central id | cochrane id",
            "database": "database name",
            "publication_type": "publication type",
        }
    ),
    separators=SEMICOLONS,
)

EBSCO: Final = TableDialect(
    name="ebsco",
    platform="EBSCOhost",
    marks=marks("plink", "article title | journal title | accession number", "title | longdbname"),
    columns=columns(
        {
            "title": "article title",
            "journal": "journal title | source",
            "date": "publication date | publicationdate",
            "first_page": "first page | pagestart",
            "last_page": "pageend",
            "issn": "issn | issns",
            "accession": "accession number | an",
            "publication_type": "doctype | doctypes",
            "keywords": "subjects | keywords",
            "url": "plink",
            "database": "longdbname",
        }
    ),
    separators=SEMICOLONS,
)

PROQUEST: Final = TableDialect(
    name="proquest",
    platform="ProQuest",
    marks=marks("title | storeid", "title | pubtitle | documenturl"),
    columns=columns(
        {
            "journal": "pubtitle",
            "date": "pubdate",
            "first_page": "startpage",
            "doi": "digitalobjectidentifier",
            "accession": "storeid | accessionnumber",
            "publication_type": "documenttype | articletype",
            "keywords": "identifierkeywords | subjectterms | subjects",
            "url": "documenturl",
            "database": "database",
        }
    ),
    separators=SEMICOLONS,
)

GOOGLE_SCHOLAR: Final = TableDialect(
    name="google-scholar",
    platform="Google Scholar",
    database="Google Scholar",
    marks=marks("authors | title | publication | number | publisher"),
    columns=columns({"journal": "publication", "issue": "number"}),
    separators=SEMICOLONS,
)

LENS: Final = TableDialect(
    name="lens",
    platform="Lens",
    database="Lens",
    marks=marks("lens id"),
    columns=columns(
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
    separators=SEMICOLONS,
)

DIMENSIONS: Final = TableDialect(
    name="dimensions",
    platform="Dimensions",
    database="Dimensions",
    marks=marks("publication id | title", "dimensions url | title"),
    columns=columns(
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
    separators=SEMICOLONS,
)

OPENALEX: Final = TableDialect(
    name="openalex",
    platform="OpenAlex",
    database="OpenAlex",
    marks=marks(
        "authorships.author.display_name",
        "display_name | primary_location.source.display_name",
        "id | display_name | authorships.raw_author_name",
    ),
    columns=columns(
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

IEEE: Final = TableDialect(
    name="ieee",
    platform="IEEE Xplore",
    database="IEEE Xplore",
    marks=marks("document title | ieee terms", "document title | date added to xplore"),
    columns=columns(
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
    separators=SEMICOLONS,
)

WEB_OF_SCIENCE: Final = TableDialect(
    name="web-of-science",
    platform="Web of Science",
    marks=marks(
        "ut (unique wos id)",
        "ut (unique id)",
        "article title | source title | times cited, all databases",
    ),
    columns=columns(
        {
            "title": "article title",
            "original_title": "article title - scielo | article title - chinese"
            " | article title - russian | article title - korean | article title - arabic"
            " | article title - foreign | article title - other",
            "book_title": "book title",
            "authors": "authors | author full names",
            "corporate_author": "group authors",
            "note": "abstract - foreign | abstract - english transliteration | abstract - korean"
            " | abstract - chinese | abstract - russian | abstract - arabic",
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
    separators=SEMICOLONS,
    preferences=(("author full names", "authors"),),
)
