"""The flow between two dates: which units came into each box, and which left one.

Not the difference of two numbers, which would hide what came and went: the units themselves are
compared. What leaves a box was undone, withdrawn, merged or decided on.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError
from pipeline.report import FlowCounts, count_flow
from pipeline.schemas import FlowRow
from pipeline.schemas.rows import rows_of

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["FlowPeriod", "flow_between"]

_UNIT: Final = ["box", "name", "unit", "id"]


@dataclass(frozen=True, slots=True)
class FlowPeriod:
    """What happened to the flow between two moments.

    Parameters
    ----------
    since
        The day at whose end it begins.
    came
        The rows that are in a box at the end and were not at the beginning.
    left
        The rows that were in a box at the beginning and are no longer.
    counts
        The rows that came, counted; identities hold for whole flows only and are left out.
    """

    since: dt.date
    came: dy.DataFrame[FlowRow]
    left: dy.DataFrame[FlowRow]
    counts: FlowCounts

    def to_json(self) -> dict[str, object]:
        """Return what ``thresher prisma --since --json`` prints: the usual keys, and two more."""
        left = self.left.group_by("box", maintain_order=True).len("n")
        return {
            **self.counts.to_json(),
            "since": self.since.isoformat(),
            "left": [{"box": box, "n": n} for box, n in left.iter_rows()],
        }


def flow_between(before: Snapshot, after: Snapshot) -> FlowPeriod:
    """Compare the flow, from the first search on, at two moments.

    Raises
    ------
    InputError
        The first moment is not before the second, or is no moment in the past.
    """
    until = after.as_of
    if before.as_of is None or (until is not None and before.as_of >= until):
        raise InputError("--since", "is not before --as-of", "name an earlier day")
    was, now = before.whole_flow, after.whole_flow
    came = rows_of(FlowRow, now.join(was, on=_UNIT, how="anti", nulls_equal=True))
    left = rows_of(FlowRow, was.join(now, on=_UNIT, how="anti", nulls_equal=True))
    template = count_flow(now).template
    day = None if until is None else until.date()
    counts = dataclasses.replace(count_flow(came, template=template, as_of=day), identities=())
    return FlowPeriod(before.as_of.date(), came, left, counts)
