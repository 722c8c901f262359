"""How a database's indexing changes what a publication says about itself.

The same publication is not described in the same words everywhere: title case, a lost subtitle, a
slip of the keyboard, missing pages or authors. Each entry gets its own small share of that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["as_indexed"]

_SHARE_TITLE_CASE: Final = 0.12
_SHARE_WITHOUT_SUBTITLE: Final = 0.01
_SHARE_MISTYPED: Final = 0.01
_SHARE_WITHOUT_MIDDLE: Final = 0.1  # author lists without middle initials
_SHARE_FIRST_AUTHORS: Final = 0.02  # author lists cut after three names
_SHARE_WITHOUT_ABSTRACT: Final = 0.02
_N_FIRST_AUTHORS: Final = 3
_LONG_TITLE: Final = 40  # characters; shorter ones keep their subtitle
_SMALL_WORDS: Final = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)


def as_indexed(publication: Publication, rng: Random) -> Publication:
    """Return the publication as one database describes it.

    >>> from random import Random
    >>> from pipeline.example.composing import compose
    >>> from pipeline.example.plan import Plan
    >>> publication = compose(Plan(7, "views", 7), 1)
    >>> as_indexed(publication, Random(1)).doi == publication.doi
    True
    """
    authors = publication.authors
    if rng.random() < _SHARE_WITHOUT_MIDDLE:
        authors = tuple(replace(author, middle="") for author in authors)
    if rng.random() < _SHARE_FIRST_AUTHORS:
        authors = authors[:_N_FIRST_AUTHORS]
    is_bare = rng.random() < _SHARE_WITHOUT_ABSTRACT
    return replace(
        publication,
        title=_indexed_title(publication.title, rng),
        authors=authors,
        sections=() if is_bare else publication.sections,
    )


def _indexed_title(title: str, rng: Random) -> str:
    if title.rfind(": ") > _LONG_TITLE and rng.random() < _SHARE_WITHOUT_SUBTITLE:
        title = title[: title.rindex(": ")]
    if rng.random() < _SHARE_TITLE_CASE:
        title = _title_case(title)
    if rng.random() < _SHARE_MISTYPED:
        title = _mistyped(title, rng)
    return title


def _title_case(title: str) -> str:
    first, *rest = title.split(" ")
    return " ".join([first, *(w if w in _SMALL_WORDS else w[:1].upper() + w[1:] for w in rest)])


def _mistyped(title: str, rng: Random) -> str:
    """Swap two neighbouring letters somewhere inside the title."""
    at = rng.randrange(1, len(title) - 2)
    return f"{title[:at]}{title[at + 1]}{title[at]}{title[at + 2 :]}"
