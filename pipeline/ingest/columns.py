"""The parts of many entries, field by field: what lets a value be cleaned without a look at most.

Entries come as lists of named values; cleaning them one entry after the other asks twenty questions
of every entry that most have the same answer to. Turned into columns, a question is asked once: if
no author of a file holds an ampersand, none has to be searched for entities; a journal that occurs
a hundred times is cleaned once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, TypeVar

from pipeline.ingest.text import plain_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.ingest.contract import Field, RawEntry

__all__ = ["Column", "Parts", "columns_of", "either", "first_of", "lists_of"]

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Column:
    """All values of one field: ``owners`` says whose each is, counted from 0, ascending."""

    owners: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def append(self, owner: int, value: str) -> None:
        """Add a value.

        >>> column = Column()
        >>> column.append(3, "a")
        >>> column
        Column(owners=[3], values=['a'])
        """
        self.owners.append(owner)
        self.values.append(value)

    def plain(self) -> Column:
        """Return the column with its values in plain text."""
        return self.cleaned(plain_texts)

    def cleaned(self, clean: Callable[[Sequence[str]], list[str]]) -> Column:
        """Return the column with its values as a function of them all leaves them.

        >>> Column([0, 2], ["a", "b"]).cleaned(lambda values: [v.upper() for v in values])
        Column(owners=[0, 2], values=['A', 'B'])
        """
        return Column(self.owners, clean(self.values))

    def lines(self) -> Column:
        r"""Return every line as a value of its own: some tools write a tag once for a whole list.

        >>> Column([0, 1], ["a", "b\n c\n"]).lines()
        Column(owners=[0, 1, 1], values=['a', 'b', 'c'])
        """
        if "\n" not in "|".join(self.values):
            return self
        return self.split(lambda value: value.split("\n"))

    def split(self, parted: Callable[[str], Iterable[str]]) -> Column:
        """Return the pieces of every value as values of their own, stripped, the empty left out.

        >>> Column([0, 1], ["a; b;", "c"]).split(lambda value: value.split(";"))
        Column(owners=[0, 0, 1], values=['a', 'b', 'c'])
        """
        pieces = [
            (owner, piece)
            for owner, value in zip(self.owners, self.values, strict=True)
            for part in parted(value)
            if (piece := part.strip())
        ]
        return Column([owner for owner, _ in pieces], [piece for _, piece in pieces])

    def where(self, holds: Callable[[str], bool]) -> Column:
        """Return the values for which something holds.

        >>> Column([0, 1], ["a", ""]).where(bool)
        Column(owners=[0], values=['a'])
        """
        is_kept = list(map(holds, self.values))
        if all(is_kept):
            return self
        return Column(list(compress(self.owners, is_kept)), list(compress(self.values, is_kept)))


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a number of entries, as one column a field."""

    n_entries: int
    columns: dict[Field, Column]

    def __getitem__(self, name: Field) -> Column:
        """Return a field's column; a field that nobody has is an empty one."""
        return self.columns.get(name) or Column()


def columns_of(entries: Sequence[RawEntry]) -> Parts:
    """Turn entries into columns; empty values are left out.

    >>> from pipeline.ingest.contract import RawEntry
    >>> entries = [RawEntry(1, "", (("title", "A"),)), RawEntry(5, "", (("title", "B"),))]
    >>> columns_of(entries)["title"]
    Column(owners=[0, 1], values=['A', 'B'])
    """
    columns: dict[Field, Column] = {}
    for owner, entry in enumerate(entries):
        for name, value in entry.parts:
            if value:
                column = columns.get(name)
                if column is None:
                    column = columns[name] = Column()
                column.owners.append(owner)
                column.values.append(value)
    return Parts(len(entries), columns)


def either(
    first: Sequence[ResultT | None], *others: Sequence[ResultT | None]
) -> list[ResultT | None]:
    """Return the first value of each entry that is there.

    >>> either(["a", None, None], [None, "b", None])
    ['a', 'b', None]
    """
    found = list(first)
    for other in others:
        found = [b if a is None else a for a, b in zip(found, other, strict=True)]
    return found


def first_of(
    n_entries: int, *columns: Column, clean: Callable[[str], ResultT | None]
) -> list[ResultT | None]:
    """Return for each entry the first value of which something is left, column after column.

    >>> first_of(3, Column([0, 0, 1], ["", "a", ""]), Column([0, 1], ["b", "c"]), clean=str)
    ['a', 'c', None]
    """
    found: list[ResultT | None] = [None] * n_entries
    for column in columns:
        for owner, value in zip(column.owners, column.values, strict=True):
            if found[owner] is None and (cleaned := clean(value)):
                found[owner] = cleaned
    return found


def lists_of(n_entries: int, *columns: Column, is_distinct: bool = True) -> list[list[str]]:
    """Return for each entry its values, column after column, the empty left out.

    >>> lists_of(2, Column([0, 0], ["b", "a"]), Column([0, 1], ["a", ""]))
    [['b', 'a'], []]
    """
    found: list[list[str]] = [[] for _ in range(n_entries)]
    for column in columns:
        for owner, value in zip(column.owners, column.values, strict=True):
            if value:
                found[owner].append(value)
    if is_distinct:
        return [[*dict.fromkeys(values)] if len(values) > 1 else values for values in found]
    return found
