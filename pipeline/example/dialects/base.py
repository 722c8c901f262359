"""What a dialect is: how one platform writes publications into one kind of file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["MONTHS", "Dialect", "abstract_text", "plain_ascii", "wrap"]

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "Ø": "O", "ß": "ss", "ł": "l", "Ł": "L", "ı": "i", "æ": "ae", "–": "-", "…": "..."}
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A platform's export format. ``name`` is unique; databases may have more than one dialect."""

    name: str
    database: str
    platform: str
    file_name: str  # holds {n} where a platform splits its export
    strategy: str  # the search as it was run
    accession: Callable[[int, Publication], str | None]  # of a serial number
    write_entry: Callable[[Publication, str | None, Random], str]
    damage_entry: Callable[[str], str]  # as a broken download leaves it
    join_entries: Callable[[Sequence[str]], bytes]
    entries_per_file: int | None = None  # where the platform exports in batches
    breaks_only_at_the_end: bool = False  # damage elsewhere could not be told from an entry


def wrap(text: str, *, width: int, indent: str) -> str:
    r"""Break a long value into lines as tagged formats do: at blanks, the rest indented.

    >>> wrap("one two three", width=8, indent="  ")
    'one two\n  three'
    """
    lines: list[str] = []
    start = 0
    while len(text) - start > width:
        cut = text.rfind(" ", start, start + width + 1)
        if cut <= start:
            cut = text.find(" ", start + width)
        if cut < 0:
            break
        lines.append(text[start:cut])
        start = cut + 1
    lines.append(text[start:])
    return f"\n{indent}".join(lines)


def plain_ascii(text: str) -> str:
    """Strip diacritics, as Ovid does.

    >>> plain_ascii("Söderlund – Kjær")
    'Soderlund - Kjaer'
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return decomposed.encode("ascii", "ignore").decode("ascii")


def abstract_text(publication: Publication, *, upper: bool = False) -> str:
    """Return the abstract in one paragraph, labels in capitals if the platform prints them so."""
    return " ".join(
        f"{section.label.upper() if upper else section.label}: {section.text}"
        if section.label
        else section.text
        for section in publication.sections
    )
