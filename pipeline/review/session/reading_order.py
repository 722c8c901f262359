"""What comes next for a reader who may skip, undo and be overtaken by a new order."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

__all__ = ["ReadingOrder"]


class ReadingOrder:
    """A reading list that can be replaced while it is read.

    What was served stays served, in its order, until it is decided or skipped: a new order takes
    its place behind it.

    Examples
    --------
    >>> order = ReadingOrder()
    >>> order.take(["a", "b", "c"], [1, 2, 3])
    >>> order.serve(2, decided=())
    ['a', 'b']
    >>> order.take(["c", "b"], [1, 2])
    >>> order.serve(2, decided={"a"})
    ['b', 'c']
    """

    def __init__(self) -> None:
        self._ids: tuple[str, ...] = ()
        self._positions: dict[str, int] = {}
        self._start = 0  # everything before it is decided
        self._again: list[str] = []  # came back by being undone
        self._skipped: dict[str, None] = {}  # in the order of skipping
        self._served: list[str] = []

    def take(
        self, ids: Sequence[str], positions: Sequence[int], *, again: Iterable[str] = ()
    ) -> None:
        """Put another order in the place of this one; what comes again is not in it yet."""
        self._ids, self._start = tuple(ids), 0
        self._positions = dict(zip(ids, positions, strict=True))
        self._again = list(again)
        self._served = [one for one in self._served if self._knows(one)]

    def serve(self, n: int, *, decided: Container[str]) -> list[str]:
        """Return the next citations, at most n, the ones served before first."""
        self._served = [
            one for one in self._served if one not in decided and one not in self._skipped
        ][:n]
        more = (one for one in self._upcoming(decided) if one not in self._served)
        self._served += islice(_distinct(more), n - len(self._served))
        return list(self._served)

    def come_again(self, citation_id: str) -> None:
        """Let a citation come again, after what is shown already."""
        self._skipped.pop(citation_id, None)
        self._again = [citation_id, *(one for one in self._again if one != citation_id)]

    def put_first(self, citation_id: str) -> None:
        """Let a citation come again, at once."""
        self.come_again(citation_id)
        self._served = [citation_id, *(one for one in self._served if one != citation_id)]

    def skip(self, citation_id: str) -> None:
        """Leave a citation for the end."""
        if self._knows(citation_id):
            self._skipped.pop(citation_id, None)
            self._skipped[citation_id] = None

    def position(self, citation_id: str) -> int | None:
        """Return a citation's place in the queue."""
        return self._positions.get(citation_id)

    def n_left(self, decided: Iterable[str]) -> int:
        """Return how many are still to be decided, the skipped ones included."""
        known = {*self._again} - self._positions.keys()
        done = sum(one in self._positions or one in known for one in decided)
        return len(self._positions) + len(known) - done

    def n_skipped(self, decided: Container[str]) -> int:
        """Return how many wait at the end."""
        return sum(one not in decided for one in self._skipped)

    def _knows(self, citation_id: str) -> bool:
        return citation_id in self._positions or citation_id in self._again

    def _upcoming(self, decided: Container[str]) -> Iterator[str]:
        while self._start < len(self._ids) and self._ids[self._start] in decided:
            self._start += 1
        ahead = chain(self._again, islice(self._ids, self._start, None))
        fresh = (one for one in ahead if one not in self._skipped)
        return (one for one in chain(fresh, self._skipped) if one not in decided)


def _distinct(ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in ids:
        if one not in seen:
            seen.add(one)
            yield one
