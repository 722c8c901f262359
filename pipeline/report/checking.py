"""Numbers that somebody typed against the numbers that were counted, box by box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report.boxes import BOXES
from pipeline.report.prisma_csv import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.report.counts import BoxCount, FlowCounts

__all__ = ["Difference", "compare_counts"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A box, or one of its members, with two numbers."""

    key: str
    box: str
    typed: int
    counted: int


def compare_counts(typed: Iterable[BoxCount], counts: FlowCounts) -> Iterator[Difference]:
    """Yield the boxes, and the members of boxes, whose typed number is not the one counted.

    Parameters
    ----------
    typed
        As `read_prisma_csv` returns them. A member that only one side has counts as 0 on the other;
        a box without members on the typed side is compared as a whole.

    >>> from pipeline.report.counts import BoxCount, count_flow
    >>> from pipeline.schemas import FlowRow
    >>> counts = count_flow(FlowRow.create_empty())
    >>> [(one.key, one.typed) for one in compare_counts([BoxCount("duplicates", 3, ())], counts)]
    [('duplicates', 3)]
    """
    for box in typed:
        label = BOXES[box.key].name
        if box.n != counts.n(box.key):
            yield Difference(box.key, label, box.n, counts.n(box.key))
        said = {plain_name(one.name): one.n for one in box.members}
        members = counts.box(box.key).members if said else ()
        found = {plain_name(one.name): one.n for one in members}
        for name in dict.fromkeys([*said, *found]):
            if said.get(name, 0) != found.get(name, 0):
                key = f"{box.key}:{name}"
                yield Difference(key, f"{label}, {name}", said.get(name, 0), found.get(name, 0))
