"""Publications that resemble another one and must not be merged with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.example.journals import journals

if TYPE_CHECKING:
    from random import Random

    from pipeline.example.publication import Publication, Section

__all__ = ["PART_ONE", "as_erratum", "as_meeting_abstract", "as_preprint", "as_second_part"]

PART_ONE: Final = ". Part I: baseline"
_PART_TWO: Final = ". Part II: follow-up"
_SHARE_SHORT_TITLES: Final = 0.5  # of meeting abstracts: without the subtitle


def as_erratum(original: Publication, rng: Random) -> Publication:
    """Return the correction of an article: a page of its own, no abstract."""
    page = original.last_page + rng.randrange(1, 40)
    return replace(
        original,
        title=f"Correction to: {original.title}",
        original_title=None,
        language="en",
        sections=(),
        kind="erratum",
        first_page=page,
        last_page=page,
    )


def as_meeting_abstract(original: Publication, rng: Random) -> Publication:
    """Return what was said at a meeting before: a shorter title and text, in a supplement."""
    title, mark, _ = original.title.rpartition(": ")
    page = rng.randrange(1, 400)
    return replace(
        original,
        title=title if mark and rng.random() < _SHARE_SHORT_TITLES else original.title,
        sections=original.sections[-2:],
        journal=rng.choice([j for j in journals("meeting") if j != original.journal]),
        kind="conference",
        first_page=page,
        last_page=page,
        keywords=(),
    )


def as_preprint(original: Publication, rng: Random) -> Publication:
    """Return the version that was posted before review."""
    return replace(
        original,
        journal=rng.choice(journals("preprint")),
        kind="preprint",
        print_year=original.online_year,
        first_page=rng.randrange(10_000, 99_999),
    )


def as_second_part(
    original: Publication, rng: Random, *, sections: tuple[Section, ...]
) -> Publication:
    """Return the second part of a publication whose title says that it is the first."""
    page = original.last_page + 1
    return replace(
        original,
        title=original.title.replace(PART_ONE, _PART_TWO),
        sections=sections,
        first_page=page,
        last_page=page + rng.randrange(3, 19),
    )
