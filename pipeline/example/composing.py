"""Write a publication from its plan: the same plan and seed always give the same publication.

Each publication has a random generator of its own, so that it does not depend on any other and an
example of a million entries could be written in pieces.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final

from pipeline.example.journals import journals
from pipeline.example.people import invent_authors
from pipeline.example.prose import (
    brief_writer,
    write_abstract,
    write_keywords,
    write_title,
    write_translated,
)
from pipeline.example.publication import Publication
from pipeline.example.relatives import (
    PART_ONE,
    as_erratum,
    as_meeting_abstract,
    as_preprint,
    as_second_part,
)
from pipeline.example.themes import THEMES

if TYPE_CHECKING:
    from pipeline.example.journals import Journal
    from pipeline.example.plan import Plan
    from pipeline.example.writer import Writer

__all__ = ["compose"]

_FIRST_YEAR: Final = 2010
_LAST_YEAR: Final = 2022
_YEARS: Final = tuple(range(_FIRST_YEAR, _LAST_YEAR + 1))
_YEAR_WEIGHTS: Final = (2, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 17, 15)
_SHARE_OUTSIDE: Final = 0.03  # of ordinary publications: outside the review's window
_OUTSIDE_YEARS: Final = (2007, 2008, 2009, 2023)
_SHARE_NEXT_YEAR: Final = 0.1  # online in one year, in print in the next
_SHARE_TAIL: Final = 0.75  # titles with a project's name or the like
_SHARE_TAIL_ELIGIBLE: Final = 0.3  # of studies that a reviewer would keep: their titles vary more
_SHARE_WITHOUT_DOI: Final = 0.1
_SHARE_FOREIGN: Final = 0.08  # of publications on themes that have translated titles
_LAST_FIRST_PAGE: Final = 1900


def compose(plan: Plan, seed: int) -> Publication:
    """Return the publication that a plan describes.

    >>> from pipeline.example.plan import Plan
    >>> compose(Plan(7, "views", 7), 1) == compose(Plan(7, "views", 7), 1)
    True
    """
    if plan.relative is not None:
        return _related(plan, compose(plan.relative, seed), seed)
    rng = _generator(plan, seed)
    theme, writer = THEMES[plan.theme], brief_writer(plan.scene, rng)
    title, original_title, language = _titles(plan, writer, rng)
    journal = rng.choice([journal for topic in _shelves(plan) for journal in journals(topic)])
    online, printed = _years(plan, rng)
    first_page = rng.randrange(1, _LAST_FIRST_PAGE)
    return Publication(
        title=title + (PART_ONE if plan.kinship == "part-one" else ""),
        original_title=original_title,
        language=language,
        sections=write_abstract(theme, writer, rng),
        authors=invent_authors(rng),
        journal=journal,
        kind=theme.kind,
        online_year=online,
        print_year=printed,
        month=rng.randrange(1, 13),
        day=rng.randrange(1, 29),
        volume=max(1, printed - journal.first_year),
        issue=rng.randrange(1, 13),
        first_page=first_page,
        last_page=first_page + rng.randrange(3, 19),
        doi=_doi(journal, online, plan.number, rng),
        keywords=write_keywords(theme, writer, rng),
    )


def _generator(plan: Plan, seed: int) -> Random:
    return Random(f"{seed}/publication/{plan.number}")  # noqa: S311 - not for secrets


def _titles(plan: Plan, writer: Writer, rng: Random) -> tuple[str, str | None, str]:
    """Return the title, the title in its own language if that is not English, and the language."""
    theme = THEMES[plan.theme]
    if plan.scene == "mental" and plan.kinship is None and rng.random() < _SHARE_FOREIGN:
        translated = write_translated(theme, writer, rng)
        if translated is not None:
            return translated
    share = _SHARE_TAIL_ELIGIBLE if plan.is_eligible else _SHARE_TAIL
    return write_title(theme, writer, with_tail=rng.random() < share), None, "en"


def _shelves(plan: Plan) -> tuple[str, ...]:
    return ("health", "body") if plan.scene == "physical" else THEMES[plan.theme].shelves


def _years(plan: Plan, rng: Random) -> tuple[int, int]:
    """Return the years online and in print; what a reviewer would keep lies in the window."""
    year = rng.choices(_YEARS, _YEAR_WEIGHTS)[0]
    if not plan.is_eligible and rng.random() < _SHARE_OUTSIDE:
        year = rng.choice(_OUTSIDE_YEARS)
    later = rng.random() < _SHARE_NEXT_YEAR
    printed = year + 1 if later and not (plan.is_eligible and year == _LAST_YEAR) else year
    return year, printed


def _doi(journal: Journal, year: int, number: int, rng: Random) -> str | None:
    """Return a DOI under 10.5555, the prefix that is kept for examples."""
    if rng.random() < _SHARE_WITHOUT_DOI:
        return None
    return f"10.5555/{journal.key}.{year}.{number:06d}"


def _related(plan: Plan, original: Publication, seed: int) -> Publication:
    rng = _generator(plan, seed)
    doi = _doi(original.journal, original.online_year, plan.number, rng)
    original = replace(original, doi=doi, month=rng.randrange(1, 13))
    if plan.kinship == "erratum":
        return as_erratum(original, rng)
    if plan.kinship == "conference":
        return as_meeting_abstract(original, rng)
    if plan.kinship == "preprint":
        return as_preprint(original, rng)
    first = plan.relative or plan
    writer = brief_writer(first.scene, _generator(first, seed))  # the same people and technology
    sections = write_abstract(THEMES[first.theme], writer, rng)
    return as_second_part(original, rng, sections=sections)
