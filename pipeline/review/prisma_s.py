"""What a searcher says about a search beside its strategy: limits, filters, peer review, updates.

The items are those of PRISMA-S that no export can tell (Rethlefsen et al. 2021, *PRISMA-S: an
extension to the PRISMA Statement for Reporting Literature Searches in Systematic Reviews*,
Systematic Reviews 10:39, doi 10.1186/s13643-020-01542-z; the numbers in the code are its items).
They are written in a small TOML file that is kept beside the exports.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import InputError

__all__ = ["SearchFile", "SearchLimit", "Statement", "read_search_file", "stated_lines"]

_Text = Annotated[str, Field(min_length=1)]
_HELP: Final = (
    "known are searched_on, database, platform, kind, hits, strategy, searcher, peer_review, "
    "updates_planned, filters = […], [[limits]] with limit and reason"
)


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SearchLimit(_Read):
    """A limit of a search (item 9), and why it was set."""

    limit: _Text
    reason: _Text


class SearchFile(_Read):
    """A search as its searcher describes it in a file."""

    searched_on: dt.date | None = None
    database: _Text | None = None
    platform: _Text | None = None
    kind: Literal["database", "register", "website", "organisation", "citation"] | None = None
    hits: int | None = Field(default=None, ge=0)
    strategy: _Text | None = None
    limits: tuple[SearchLimit, ...] = ()
    filters: tuple[_Text, ...] = ()
    searcher: _Text | None = None
    peer_review: _Text | None = None
    updates_planned: _Text | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of a search and changes no count."""

    limits: tuple[str, ...] = ()  # each with its reason
    filters: tuple[str, ...] = ()  # published ones, as cited (item 10)
    searcher: str | None = None
    peer_review: str | None = None  # how, by whom, when (item 14)
    updates_planned: str | None = None  # how often, or why none (item 12)


def read_search_file(text: str, *, where: str) -> SearchFile:
    r"""Read a description of a search.

    Raises
    ------
    InputError
        It is no TOML, or says what is not known here.

    >>> text = 'peer_review = "PRESS"\n[[limits]]\nlimit = "English"\nreason = "no translator"'
    >>> read_search_file(text, where="search.toml").limits[0].reason
    'no translator'
    """
    try:
        return SearchFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(where, f"is not TOML ({error})", _HELP) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(where, f"{name}: {first['msg'].lower()}", _HELP) from error


def stated_lines(statement: Statement) -> list[str]:
    """Return what is stated as lines that a table can show.

    >>> stated_lines(Statement(limits=("English (no translator)",), searcher="A. Ek"))
    ['Limit: English (no translator)', 'Searcher: A. Ek']
    """
    named = (
        *(("Limit", limit) for limit in statement.limits),
        *(("Filter", cited) for cited in statement.filters),
        ("Searcher", statement.searcher),
        ("Peer review", statement.peer_review),
        ("Updates planned", statement.updates_planned),
    )
    return [f"{name}: {text}" for name, text in named if text]
