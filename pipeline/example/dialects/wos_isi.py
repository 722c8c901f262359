"""Web of Science as plain text: wrapped values, capitals, 500 records a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import MONTHS, Dialect, abstract_text, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["WOS_ISI"]

_WIDTH: Final = 75
_INDENT: Final = " " * 3
_LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
}
_TYPES: Final = {
    "article": "Article",
    "review": "Review",
    "editorial": "Editorial Material",
    "erratum": "Correction",
    "conference": "Meeting Abstract",
    "preprint": "Article",
}
_SHARE_CAPITALS: Final = 0.1  # titles all in capitals
_SHARE_WITHOUT_DOI: Final = 0.08


def _write(publication: Publication, accession: str | None, rng: Random) -> str:
    title = publication.title
    if rng.random() < _SHARE_CAPITALS:
        title = title.upper()
    with_doi = publication.doi is not None and rng.random() >= _SHARE_WITHOUT_DOI
    journal = publication.journal
    lines = [
        "PT J",
        _list("AU", [f"{author.family}, {author.initials}" for author in publication.authors]),
        _list("AF", [f"{author.family}, {author.full_given}" for author in publication.authors]),
        _field("TI", title),
        _field("SO", journal.name.upper()),
        f"LA {_LANGUAGES[publication.language]}",
        f"DT {_TYPES[publication.kind]}",
        *([_field("DE", "; ".join(publication.keywords))] if publication.keywords else []),
        *([_field("AB", abstract_text(publication))] if publication.sections else []),
        f"PU {journal.publisher.upper()}",
        f"SN {journal.issn}",
        f"J9 {journal.abbreviation.upper()}",
        f"JI {journal.abbreviation}",
        *_place(publication),
        *([f"DI {publication.doi}"] if with_doi else []),
        f"UT {accession}",
        "ER",
    ]
    return "\n".join(lines)


def _place(publication: Publication) -> Iterator[str]:
    if publication.online_year == publication.print_year:
        yield f"PD {MONTHS[publication.month - 1].upper()}"
    yield f"PY {publication.print_year}"
    yield f"VL {publication.volume}"
    if publication.pages is None:
        yield f"AR {publication.article_number}"
    else:
        yield f"IS {publication.issue}"
        yield f"BP {publication.pages[0]}"
        yield f"EP {publication.pages[1]}"
    if publication.online_year < publication.print_year:
        yield f"EA {MONTHS[publication.month - 1].upper()} {publication.online_year}"


def _list(tag: str, values: Sequence[str]) -> str:
    return f"{tag} " + f"\n{_INDENT}".join(values)


def _field(tag: str, value: str) -> str:
    return f"{tag} " + wrap(value, width=_WIDTH, indent=_INDENT)


def _damage(entry: str) -> str:
    """Lose the beginning, title and first line included."""
    return entry[entry.index("\nSO ") + 1 :]


def _join(entries: Sequence[str]) -> bytes:
    header = "FN Clarivate Analytics Web of Science\nVR 1.0\n"
    return (header + "".join(f"{entry}\n\n" for entry in entries) + "EF").encode("utf-8-sig")


WOS_ISI: Final = Dialect(
    name="wos-isi",
    database="Web of Science",
    platform="Web of Science",
    file_name="wos-{n}.txt",
    strategy=(
        'TS=("mental health" OR psychiatr*) AND TS=(digital OR online OR internet OR app OR '
        "tele*) AND TS=(implement* OR barrier* OR facilitator* OR adopt*) AND PY=2010-2022"
    ),
    accession=lambda serial, _: f"WOS:{999_900_000_000 + serial:015d}",
    write_entry=_write,
    damage_entry=_damage,
    join_entries=_join,
    entries_per_file=500,
)
