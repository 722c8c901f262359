"""Invented journals: name, abbreviation, publisher, and whether it counts pages or articles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline.example.wording import read_list

__all__ = ["Journal", "journals"]

_FIRST_ISSN: Final = 9900000  # seven digits before the check digit; the range is not assigned


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal that does not exist."""

    name: str
    abbreviation: str  # without stops, as Medline has it
    publisher: str
    has_article_numbers: bool
    issn: str
    first_year: int  # volume 1

    @property
    def key(self) -> str:
        """Initial letters, for DOIs: ``"jds"``."""
        return "".join(word[0] for word in self.abbreviation.split() if word[0].isalpha()).lower()


@cache
def journals(topic: str) -> tuple[Journal, ...]:
    """Return the journals of a topic: "mind", "health", "general", "preprint" or "meeting".

    >>> journals("preprint")[0].has_article_numbers
    True
    """
    return tuple(journal for name, journal in _read() if name == topic)


@cache
def _read() -> tuple[tuple[str, Journal], ...]:
    lines = read_list("journals.txt")
    return tuple(_parse(line, number) for number, line in enumerate(lines))


def _parse(line: str, number: int) -> tuple[str, Journal]:
    topic, name, abbreviation, publisher, numbering = (cell.strip() for cell in line.split("|"))
    journal = Journal(
        name=name,
        abbreviation=abbreviation,
        publisher=publisher,
        has_article_numbers=numbering == "articles",
        issn=_issn(_FIRST_ISSN + 37 * number),
        first_year=1965 + number * 13 % 44,
    )
    return topic, journal


def _issn(digits: int) -> str:
    """Add the check digit (ISO 3297: weights 8 to 2, modulo 11)."""
    text = f"{digits:07d}"
    rest = (
        sum(int(digit) * weight for digit, weight in zip(text, range(8, 1, -1), strict=True)) % 11
    )
    check = "0" if rest == 0 else "X" if rest == 1 else str(11 - rest)
    return f"{text[:4]}-{text[4:]}{check}"
