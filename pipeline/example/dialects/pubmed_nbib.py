"""Medline as PubMed exports it: .nbib, six-space continuation, dates and DOIs in several fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import MONTHS, Dialect, abstract_text, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["PUBMED_NBIB"]

_WIDTH: Final = 84  # characters a line, after the tag
_INDENT: Final = " " * 6
_LANGUAGES: Final = {"en": "eng", "de": "ger", "es": "spa", "fr": "fre", "pt": "por"}
_TYPES: Final = {
    "article": "Journal Article",
    "review": "Review",
    "editorial": "Editorial",
    "erratum": "Published Erratum",
    "conference": "Congress",
    "preprint": "Preprint",
}
_SHARE_COPYRIGHT: Final = 0.15  # abstracts that end in the publisher's notice
_SHARE_WITHOUT_DOI: Final = 0.04
_SHARE_DOI_TWICE: Final = 0.8  # in AID besides LID
_SHARE_HEADINGS: Final = 0.5  # keywords that are MeSH headings


def _write(publication: Publication, accession: str | None, rng: Random) -> str:
    lines = [
        f"PMID- {accession}",
        "OWN - NLM",
        f"STAT- {rng.choice(('MEDLINE', 'MEDLINE', 'PubMed-not-MEDLINE'))}",
        *_issue(publication),
        *_title(publication),
        *_place(publication, with_doi=rng.random() >= _SHARE_WITHOUT_DOI),
        *_abstract(publication, with_notice=rng.random() < _SHARE_COPYRIGHT),
        *_authors(publication),
        f"LA  - {_LANGUAGES[publication.language]}",
        f"PT  - {_TYPES[publication.kind]}",
        *_electronic_date(publication),
        f"TA  - {publication.journal.abbreviation}",
        f"JT  - {publication.journal.name}",
        *_keywords(publication, rng),
        f"EDAT- {publication.online_year}/{publication.month:02d}/{publication.day:02d} 06:00",
        *(
            [f"AID - {publication.doi} [doi]"]
            if publication.doi and rng.random() < _SHARE_DOI_TWICE
            else []
        ),
        "PST - ppublish",
        _field("SO", _citation(publication)),
    ]
    return "\n".join(lines)


def _issue(publication: Publication) -> Iterator[str]:
    yield f"IS  - {publication.journal.issn} (Electronic)"
    yield f"VI  - {publication.volume}"
    if not publication.journal.has_article_numbers:
        yield f"IP  - {publication.issue}"
    month = MONTHS[publication.month - 1]
    same_year = publication.online_year == publication.print_year
    yield f"DP  - {publication.print_year} {month if same_year else 'Jan'}"


def _title(publication: Publication) -> Iterator[str]:
    if publication.original_title is None:
        yield _field("TI", _stopped(publication.title))
        return
    yield _field("TI", f"[{_stopped(publication.title)}]")
    yield _field("TT", _stopped(publication.original_title))


def _stopped(title: str) -> str:
    return title if title.endswith(("?", ".", "!")) else f"{title}."


def _place(publication: Publication, *, with_doi: bool) -> Iterator[str]:
    if publication.pages is None:
        yield f"PG  - {publication.article_number}"
    else:
        yield f"PG  - {_contracted(*publication.pages)}"
    if publication.doi and with_doi:
        yield f"LID - {publication.doi} [doi]"


def _contracted(first: str, last: str) -> str:
    """Drop the digits that the last page shares with the first: 188-97."""
    if len(first) == len(last) and first != last:
        shared = next(i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b)
        last = last[shared:]
    return first if first == last else f"{first}-{last}"


def _abstract(publication: Publication, *, with_notice: bool) -> Iterator[str]:
    if not publication.sections:
        return
    yield _field("AB", abstract_text(publication, upper=True))
    if with_notice:
        yield f"CI  - © {publication.print_year}. {publication.journal.publisher}."


def _authors(publication: Publication) -> Iterator[str]:
    for author in publication.authors:
        yield f"FAU - {author.family}, {author.full_given}"
        yield f"AU  - {author.family} {author.initials}"


def _electronic_date(publication: Publication) -> Iterator[str]:
    if publication.journal.has_article_numbers or publication.online_year < publication.print_year:
        yield f"DEP - {publication.online_year}{publication.month:02d}{publication.day:02d}"


def _keywords(publication: Publication, rng: Random) -> Iterator[str]:
    for keyword in publication.keywords:
        heading = rng.random() < _SHARE_HEADINGS
        yield f"MH  - {'*' if heading else ''}{keyword.title()}" if heading else f"OT  - {keyword}"


def _citation(publication: Publication) -> str:
    month = MONTHS[publication.month - 1]
    doi = f" doi: {publication.doi}." if publication.doi else ""
    pages = publication.article_number or "-".join(publication.pages or ())
    journal, year, volume = (
        publication.journal.abbreviation,
        publication.print_year,
        publication.volume,
    )
    return f"{journal}. {year} {month};{volume}:{pages}.{doi}"


def _field(tag: str, value: str) -> str:
    return f"{tag:<4}- {wrap(value, width=_WIDTH, indent=_INDENT)}"


def _damage(entry: str) -> str:
    """Stop before the title, as a download that breaks off does."""
    return entry[: entry.index("\nTI  - ")]


def _join(entries: Sequence[str]) -> bytes:
    text = "\n" + "\n\n".join(entries) + "\n"
    return text.replace("\n", "\r\n").encode()


PUBMED_NBIB: Final = Dialect(
    name="pubmed-nbib",
    database="Medline",
    platform="PubMed",
    file_name="medline-pubmed.nbib",
    strategy=(
        '("Mental Disorders"[Mesh] OR "mental health"[tiab] OR psychiatr*[tiab]) AND '
        '("Telemedicine"[Mesh] OR "Mobile Applications"[Mesh] OR digital[tiab] OR online[tiab] OR '
        "internet[tiab]) AND (implement*[tiab] OR barrier*[tiab] OR facilitator*[tiab] OR "
        "adopt*[tiab]) AND 2010:2022[dp]"
    ),
    accession=lambda serial, _: str(90_000_000 + serial),  # PubMed is far from this number
    write_entry=_write,
    damage_entry=_damage,
    join_entries=_join,
    breaks_only_at_the_end=True,  # entries have no closing line that could be missing
)
