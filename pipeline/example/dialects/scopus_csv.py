"""Scopus as CSV: byte-order mark, everything quoted, a placeholder where an abstract is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import Dialect
from pipeline.example.dialects.scopus import (
    SCOPUS_LANGUAGES,
    SCOPUS_STRATEGY,
    SCOPUS_TYPES,
    scopus_abstract,
    scopus_link,
    scopus_title,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["SCOPUS_CSV"]

_COLUMNS: Final = (
    "Authors",
    "Author full names",
    "Title",
    "Year",
    "Source title",
    "Volume",
    "Issue",
    "Art. No.",
    "Page start",
    "Page end",
    "Cited by",
    "DOI",
    "Link",
    "Abstract",
    "Author Keywords",
    "Publisher",
    "ISSN",
    "Language of Original Document",
    "Abbreviated Source Title",
    "Document Type",
    "Publication Stage",
    "Source",
    "EID",
)
_SHARE_WITHOUT_DOI: Final = 0.06


def _write(publication: Publication, accession: str | None, rng: Random) -> str:
    journal = publication.journal
    first, last = publication.pages or ("", "")
    with_doi = rng.random() >= _SHARE_WITHOUT_DOI
    cells = (
        "; ".join(f"{author.family} {author.dotted}" for author in publication.authors),
        "; ".join(f"{author.family}, {author.full_given}" for author in publication.authors),
        scopus_title(publication),
        str(publication.print_year),
        journal.name,
        str(publication.volume),
        str(publication.issue) if publication.pages else "",
        publication.article_number or "",
        first,
        last,
        str(rng.randrange(90)),
        publication.doi.upper() if publication.doi and with_doi else "",
        scopus_link(accession, publication),
        scopus_abstract(publication, rng),
        "; ".join(publication.keywords),
        journal.publisher,
        journal.issn.replace("-", ""),
        SCOPUS_LANGUAGES[publication.language],
        journal.abbreviation,
        SCOPUS_TYPES[publication.kind],
        "Final",
        "Scopus",
        accession or "",
    )
    return ",".join(_quoted(cell) for cell in cells)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _damage(entry: str) -> str:
    """Break off within the full names: a quoted cell is never closed."""
    cells = entry.split('","')
    return f'{cells[0]}","{cells[1][: len(cells[1]) // 2]}'


def _join(entries: Sequence[str]) -> bytes:
    header = ",".join(_quoted(column) for column in _COLUMNS)
    return ("\n".join((header, *entries)) + "\n").encode("utf-8-sig")


SCOPUS_CSV: Final = Dialect(
    name="scopus-csv",
    database="Scopus",
    platform="Scopus",
    file_name="scopus-1.csv",
    strategy=SCOPUS_STRATEGY,
    accession=lambda serial, _: f"2-s2.0-{99_900_000_000 + serial}",
    write_entry=_write,
    damage_entry=_damage,
    join_entries=_join,
)
