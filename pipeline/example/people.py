"""Invented authors: common names from many languages, put together by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.example.wording import read_list

if TYPE_CHECKING:
    from random import Random

__all__ = ["Author", "invent_authors"]

__all__ = ["Author", "invent_authors"]

_INITIALS: Final = "ABCDEFGHJKLMNPRSTVW"
_SHARE_MIDDLE: Final = 0.35  # authors who sign with a middle initial
_TEAM_SIZES: Final = (1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 12)


@dataclass(frozen=True, slots=True)
class Author:
    """A person as the publication prints the name."""

    family: str
    given: str
    middle: str = ""  # one initial, or nothing

    @property
    def initials(self) -> str:
        """Initials without stops: ``"AM"``."""
        return self.given[:1] + self.middle

    @property
    def dotted(self) -> str:
        """Initials with stops: ``"A.M."``."""
        return "".join(f"{letter}." for letter in self.initials)

    @property
    def full_given(self) -> str:
        """Given name and middle initial without a stop: ``"Anna M"``."""
        return f"{self.given} {self.middle}" if self.middle else self.given


def invent_authors(rng: Random) -> tuple[Author, ...]:
    """Return the author list of one publication, one to twelve different people.

    >>> from random import Random
    >>> invent_authors(Random(1)) == invent_authors(Random(1))
    True
    """
    families = rng.sample(read_list("family_names.txt"), rng.choice(_TEAM_SIZES))
    return tuple(
        Author(family, rng.choice(read_list("given_names.txt")), _middle(rng))
        for family in families
    )


def _middle(rng: Random) -> str:
    return rng.choice(_INITIALS) if rng.random() < _SHARE_MIDDLE else ""
