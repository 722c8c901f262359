"""The shape of a table's dialect, and the column names that mean the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ANY_TABLE", "SEMICOLONS", "TableDialect", "columns", "fold", "marks"]


@dataclass(frozen=True, slots=True)
class TableDialect:
    """One platform's way of writing a table.

    ``separators`` part the lists within one cell; where none is given a list stays whole.
    ``preferences`` are pairs of columns that hold the same: where there is the first, the second
    is left out.
    """

    name: str
    columns: Mapping[str, Field]
    marks: tuple[frozenset[str], ...] = ()
    platform: str | None = None
    database: str | None = None
    separators: Mapping[Field, str] = field(default_factory=dict)
    preferences: tuple[tuple[str, str], ...] = ()


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


def columns(own: Mapping[Field, str], *, but: str = "") -> dict[str, Field]:
    """Map folded names, listed per field and parted by `` | ``, over the common ones.

    >>> columns({"pmid": "pubmed id"}, but="doi")["pubmed id"]
    'pmid'
    """
    names = {name: part for name, part in _COMMON.items() if name not in but.split(" | ")}
    for part, listed in own.items():
        names |= dict.fromkeys(listed.split(" | "), part)
    return names


def marks(*alternatives: str) -> tuple[frozenset[str], ...]:
    """Read sets of folded names, each parted by `` | ``.

    >>> sorted(marks("key | item type")[0])
    ['item type', 'key']
    """
    return tuple(frozenset(listed.split(" | ")) for listed in alternatives)


SEMICOLONS: Final[dict[Field, str]] = {"authors": ";", "keywords": ";", "issn": ";"}

ANY_TABLE: Final = TableDialect(
    name="any",
    columns=columns(
        {
            "title": "title | titles | article title | article_title | document title"
            " | document_title | study title | primary title | primary_title | paper title"
            " | record title | reference title | ti | t1 | display_name"
            " | titel | titre | título | titulo | titolo | otsikko | tittel | tytuł",
            "original_title": "original title | original_title"
            " | originaltitel | titre original | título original",
            "abstract": "abstract | abstracts | abstract note | abstract_note | summary | ab | n2"
            " | notes_abstract | article abstract"
            " | zusammenfassung | kurzfassung | résumé | resume | resumen | resumo"
            " | riassunto | samenvatting | sammanfattning | sammendrag",
            "authors": "authors | author | author(s) | author names | author_names | first_authors"
            " | au | creators | creator"
            " | autor | autoren | autor/in | autor(en) | autor:innen | verfasser | auteur"
            " | auteurs | auteur(s) | autores | autor(es) | autore | autori | författare"
            " | forfattere",
            "year": "year | publication year | publication_year | pubyear | pub_year | py | yr"
            " | published year | published_year | year of publication"
            " | jahr | erscheinungsjahr | publikationsjahr | année | annee"
            " | année de publication | año | ano | año de publicación | ano de publicação"
            " | anno | jaar | år",
            "date": "date | publication date | publication_date | published date | date published",
            "journal": "journal | journal title | journal_title | journal name | journal_name"
            " | source title | source_title | publication name | journal/book | secondary title"
            " | secondary_title | jt | jf | journaltitle"
            " | zeitschrift | zeitschriftentitel | revue | revista | periódico | periodico"
            " | título de la fuente"
            " | rivista | tijdschrift | tidskrift | quelle | journaltitel",
            "journal_abbreviation": "journal abbreviation | abbreviated source title | ta",
            "volume": "volume | vol | vol. | vl | band | jahrgang | volumen | tome | deel",
            "issue": "issue | number | issue number | no. | is"
            " | heft | ausgabe | numéro | numero | número | fascicolo | nummer",
            "pages": "pages | page range | pagination"
            " | seiten | seite | páginas | paginas | pagine | pagina's",
            "first_page": "start page | start_page | first page | page start | sp",
            "last_page": "end page | end_page | last page | page end | ep",
            "doi": "doi | doi link | doi url | do",
            "pmid": "pmid | pubmed id | pubmed_id | pubmedid",
            "pmcid": "pmcid | pmc id | pmc_id",
            "accession": "accession number | accession_number | accession | eid",
            "issn": "issn | issns | sn",
            "keywords": "keywords | keyword | author keywords | mesh terms | mesh_terms | kw"
            " | schlagwörter | schlagworte | schlüsselwörter | stichwörter | mots-clés"
            " | mots clés | palabras clave | palavras-chave | parole chiave | trefwoorden",
            "language": "language | la | sprache | langue | idioma | lingua | taal",
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
"""A table of no known platform, read by the commonest names in the languages that spreadsheets and
databases are used in; it must have a title column."""
