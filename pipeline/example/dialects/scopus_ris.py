"""Scopus as RIS: the accession number only in the address, article numbers in C7, notes in N1."""

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
    from collections.abc import Iterator, Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["SCOPUS_RIS"]

_SHARE_WITHOUT_DOI: Final = 0.06


def _write(publication: Publication, accession: str | None, rng: Random) -> str:
    journal = publication.journal
    with_doi = publication.doi is not None and rng.random() >= _SHARE_WITHOUT_DOI
    lines = [
        "TY  - JOUR",
        *(f"AU  - {author.family}, {author.dotted}" for author in publication.authors),
        f"TI  - {scopus_title(publication)}",
        f"PY  - {publication.print_year}",
        f"T2  - {journal.name}",
        *_place(publication),
        *([f"DO  - {publication.doi}"] if with_doi else []),
        f"UR  - {scopus_link(accession, publication)}",
        f"AB  - {scopus_abstract(publication, rng)}",
        *(f"KW  - {keyword}" for keyword in publication.keywords),
        f"PB  - {journal.publisher}",
        f"SN  - {journal.issn.replace('-', '')} (ISSN)",
        f"LA  - {SCOPUS_LANGUAGES[publication.language]}",
        f"J2  - {journal.abbreviation}",
        f"M3  - {SCOPUS_TYPES[publication.kind]}",
        "DB  - Scopus",
        f"N1  - Export Date: 14 November 2022; Cited By: {rng.randrange(90)}",
        "ER  -",
    ]
    return "\n".join(lines)


def _place(publication: Publication) -> Iterator[str]:
    yield f"VL  - {publication.volume}"
    if publication.pages is None:
        yield f"C7  - {publication.article_number}"
    else:
        yield f"IS  - {publication.issue}"
        yield f"SP  - {publication.pages[0]}"
        yield f"EP  - {publication.pages[1]}"


def _damage(entry: str) -> str:
    """Lose the beginning, title and first line included."""
    return entry[entry.index("PY  - ") :]


def _join(entries: Sequence[str]) -> bytes:
    return ("\n\n".join(entries) + "\n\n").encode("utf-8-sig")


SCOPUS_RIS: Final = Dialect(
    name="scopus-ris",
    database="Scopus",
    platform="Scopus",
    file_name="scopus-2.ris",
    strategy=SCOPUS_STRATEGY,
    accession=lambda serial, _: f"2-s2.0-{99_900_000_000 + serial}",
    write_entry=_write,
    damage_entry=_damage,
    join_entries=_join,
)
