"""Embase as Embase.com exports it: RIS with U2 accession numbers and two DB lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import Dialect, abstract_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["EMBASE_RIS"]

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
    "editorial": "Editorial",
    "erratum": "Erratum",
    "conference": "Conference Abstract",
    "preprint": "Preprint",
}
_RESULTS: Final = "https://www.embase.com/search/results"
_SHARE_ONLINE_YEAR: Final = 0.5  # entries dated by online publication
_SHARE_WITHOUT_DOI: Final = 0.12
_SHARE_COPYRIGHT: Final = 0.3
_SHARE_ALSO_IN_MEDLINE: Final = 0.6


def _write(publication: Publication, accession: str | None, rng: Random) -> str:
    online = rng.random() < _SHARE_ONLINE_YEAR
    with_doi = publication.doi is not None and rng.random() >= _SHARE_WITHOUT_DOI
    lines = [
        "TY  - JOUR",
        f"M3  - {_TYPES[publication.kind]}",
        f"Y1  - {publication.online_year if online else publication.print_year}",
        *_place(publication),
        f"SN  - {publication.journal.issn}",
        f"JF  - {publication.journal.name}",
        f"JO  - {_dotted(publication.journal.abbreviation)}",
        f"UR  - {_RESULTS}?subaction=viewrecord&id={accession}&from=export",
        f"U2  - {accession}",
        "DB  - Embase",
        *(["DB  - Medline"] if rng.random() < _SHARE_ALSO_IN_MEDLINE else []),
        *([f"L2  - http://dx.doi.org/{publication.doi}"] if with_doi else []),
        *([f"DO  - {publication.doi}"] if with_doi else []),
        *(f"A1  - {author.family}, {author.dotted}" for author in publication.authors),
        f"T1  - {publication.title}",
        f"LA  - {_LANGUAGES[publication.language]}",
        *(f"KW  - {keyword.lower()}" for keyword in sorted(publication.keywords)),
        *_abstract(publication, with_notice=rng.random() < _SHARE_COPYRIGHT),
        "ER  - ",
    ]
    return "\n".join(lines)


def _place(publication: Publication) -> Iterator[str]:
    yield f"VL  - {publication.volume}"
    if publication.pages is not None:
        yield f"IS  - {publication.issue}"
        yield f"SP  - {publication.pages[0]}"
        yield f"EP  - {publication.pages[1]}"


def _dotted(abbreviation: str) -> str:
    """Write stops after the shortened words, as Embase does."""
    return " ".join(
        word if word[-1] in "eyn" or len(word) < 3 else f"{word}."  # noqa: PLR2004 - "J" stays
        for word in abbreviation.split()
    )


def _abstract(publication: Publication, *, with_notice: bool) -> Iterator[str]:
    if publication.sections:
        notice = (
            f" © {publication.print_year} {publication.journal.publisher}" if with_notice else ""
        )
        yield f"N2  - {abstract_text(publication)}{notice}"


def _damage(entry: str) -> str:
    """Lose the beginning: the line that opens the record, number and authors included."""
    return entry[entry.index("T1  - ") :]


def _join(entries: Sequence[str]) -> bytes:
    return ("\n\n".join(entries) + "\n\n").encode("utf-8-sig")


EMBASE_RIS: Final = Dialect(
    name="embase-ris",
    database="Embase",
    platform="Embase.com",
    file_name="embase.ris",
    strategy=(
        "('mental health'/exp OR psychiatr*:ti,ab) AND ('telehealth'/exp OR "
        "'mobile application'/exp OR digital:ti,ab OR online:ti,ab) AND (implement*:ti,ab OR "
        "barrier*:ti,ab OR facilitator*:ti,ab OR adopt*:ti,ab) AND [2010-2022]/py"
    ),
    accession=lambda serial, _: f"L{9_900_000_000 + serial}",
    write_entry=_write,
    damage_entry=_damage,
    join_entries=_join,
)
