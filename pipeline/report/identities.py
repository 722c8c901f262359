"""What the boxes of the flow must say about one another.

Wherever two boxes count the same unit the check compares the units themselves, not just how many
there are: a report that is lost and another that is counted twice do not cancel out. Where PRISMA
2020 allows a difference (one record may point to several reports) it is noted and holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report.boxes import DATABASE_ARM_BOXES, DECLARED_OPEN, OTHER_ARM_BOXES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Identity", "check_identities"]

_INCLUDED: Final = ("new_reports", "new_reports_of_previous_studies", "total_reports")
_ARMS: Final = {"dbr": "databases and registers", "other": "other methods"}
_N_NAMED: Final = 5  # how many units a note names


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing that must hold between boxes, whether it does, and what to say about it."""

    name: str
    holds: bool
    note: str = ""


def check_identities(rows: pl.DataFrame) -> tuple[Identity, ...]:
    """Check every identity over the rows of a flow.

    >>> from pipeline.schemas import FlowRow
    >>> all(identity.holds for identity in check_identities(FlowRow.create_empty()))
    True
    """
    arms = (("dbr", DATABASE_ARM_BOXES), ("other", OTHER_ARM_BOXES))
    return (
        _counted_once(rows),
        _identified(rows),
        _screened(rows),
        *(check for arm, _ in arms for check in (_sought(rows, arm), _assessed(rows, arm))),
        _other_methods(rows),
        _included(rows),
        _studies(rows),
        *_totals(rows),
    )


def _counted_once(rows: pl.DataFrame) -> Identity:
    repeated = rows.filter(pl.struct("box", "unit", "id").is_duplicated())
    name = "each unit is counted once in a box, under one reason"
    return Identity(name, repeated.is_empty(), _name_units(repeated["id"]))


def _identified(rows: pl.DataFrame) -> Identity:
    identified = _ids(rows, *DATABASE_ARM_BOXES)
    removed = _n(rows, "duplicates", "excluded_automatic", "excluded_other")
    unread = _both(_awaiting(rows, "repair"), identified)
    accounted = removed + _n(rows, "records_screened") + len(unread)
    note = "" if accounted == len(identified) else f"{len(identified)} against {accounted}"
    return Identity(
        "identified = duplicates + automation + other reasons + screened (+ awaiting repair)",
        not note,
        note,
    )


def _screened(rows: pl.DataFrame) -> Identity:
    name = "screened = excluded + sought (+ awaiting screening)"
    screened, excluded = _ids(rows, "records_screened"), _ids(rows, "records_excluded")
    strayed = _minus(excluded, screened)
    if len(strayed):
        return Identity(name, holds=False, note=_name_units(strayed))
    kept = _minus(_minus(screened, excluded), _awaiting(rows, "screening"))
    n_sought = _n(rows, "dbr_sought_reports")
    if len(kept) == n_sought:
        return Identity(name, holds=True)
    note = f"{len(kept)} records kept at screening point to {n_sought} new reports"
    return Identity(name, holds=len(kept) > 0, note=note)


def _sought(rows: pl.DataFrame, arm: str) -> Identity:
    return _partition(
        f"{_ARMS[arm]}: sought = not retrieved + assessed (+ awaiting retrieval)",
        whole=_ids(rows, f"{arm}_sought_reports"),
        parts=[
            _ids(rows, f"{arm}_notretrieved_reports"),
            _ids(rows, f"{arm}_assessed"),
        ],
        shared=[_awaiting(rows, "retrieval")],
    )


def _assessed(rows: pl.DataFrame, arm: str) -> Identity:
    return _partition(
        f"{_ARMS[arm]}: assessed = excluded + included (+ awaiting classification)",
        whole=_ids(rows, f"{arm}_assessed"),
        parts=[_ids(rows, f"{arm}_excluded")],
        shared=[
            _ids(rows, *_INCLUDED).unique(),
            *(_awaiting(rows, name) for name in ("classification", *DECLARED_OPEN)),
        ],
    )


def _partition(
    name: str,
    *,
    whole: pl.Series,
    parts: Sequence[pl.Series],
    shared: Sequence[pl.Series],
) -> Identity:
    """Check that each unit of the whole is in one part; ``shared`` parts serve both arms."""
    found = pl.concat([*parts, *(_both(part, whole) for part in shared)])
    wrong = pl.concat(
        [_minus(whole, found), _minus(found, whole), found.filter(found.is_duplicated())]
    ).unique()
    return Identity(name, wrong.is_empty(), _name_units(wrong))


def _other_methods(rows: pl.DataFrame) -> Identity:
    name = "other methods: identified >= sought"
    identified, sought = _n(rows, *OTHER_ARM_BOXES), _n(rows, "other_sought_reports")
    if identified >= sought:
        not_sought = _n(rows, "other_not_sought")
        note = (
            f"{not_sought} of the {identified} records from other methods were not sought"
            if not_sought
            else ""
        )
        return Identity(name, holds=True, note=note)
    note = f"{identified} records from other methods point to {sought} reports"
    return Identity(name, holds=identified > 0, note=note)


def _included(rows: pl.DataFrame) -> Identity:
    """Check that what is included now was assessed now; an update may also reopen the past."""
    name = "new reports were assessed"
    new = _ids(rows, "new_reports", "new_reports_of_previous_studies")
    reopened = _minus(new, _ids(rows, "dbr_assessed", "other_assessed"))
    if reopened.is_empty():
        return Identity(name, holds=True)
    if not _n(rows, "previous_reports", "total_reports"):
        return Identity(name, holds=False, note=_name_units(reopened))
    note = f"new reports from records of an earlier version, in no box of this one: {len(reopened)}"
    return Identity(name, holds=True, note=note)


def _studies(rows: pl.DataFrame) -> Identity:
    name = "reports of included studies >= studies"
    boxes = ("total_studies", "total_reports")
    studies, reports = boxes if _n(rows, boxes[1]) else ("new_studies", "new_reports")
    n_studies, n_reports = _n(rows, studies), _n(rows, reports)
    if n_reports >= n_studies:
        return Identity(name, holds=True)
    note = f"{n_reports} reports describe {n_studies} studies"
    return Identity(name, holds=n_reports > 0, note=note)


def _totals(rows: pl.DataFrame) -> list[Identity]:
    return [
        _total(rows, "studies", new=("new_studies",)),
        _total(rows, "reports", new=("new_reports", "new_reports_of_previous_studies")),
    ]


def _total(rows: pl.DataFrame, unit: str, *, new: tuple[str, ...]) -> Identity:
    previous, withdrawn = _n(rows, f"previous_{unit}"), _n(rows, f"withdrawn_{unit}")
    total = _n(rows, f"total_{unit}")
    name = f"total {unit} = previous - withdrawn + new"
    is_update = previous + total > 0
    expected = previous - withdrawn + _n(rows, *new)
    note = f"{total} against {expected}" if is_update and total != expected else ""
    return Identity(name, not note, note)


def _rows(rows: pl.DataFrame, boxes: tuple[str, ...]) -> pl.DataFrame:
    return rows.filter(pl.col("box").is_in(boxes))


def _n(rows: pl.DataFrame, *boxes: str) -> int:
    return _rows(rows, boxes).height


def _ids(rows: pl.DataFrame, *boxes: str) -> pl.Series:
    return _rows(rows, boxes)["id"]


def _awaiting(rows: pl.DataFrame, stage: str) -> pl.Series:
    return rows.filter((pl.col("box") == "awaiting") & (pl.col("name") == stage))["id"]


def _both(left: pl.Series, right: pl.Series) -> pl.Series:
    return left.filter(left.is_in(right.implode()))


def _minus(left: pl.Series, right: pl.Series) -> pl.Series:
    return left.filter(~left.is_in(right.implode()))


def _name_units(ids: pl.Series) -> str:
    named = ids.unique().sort()
    rest = len(named) - _N_NAMED
    return ", ".join(named.head(_N_NAMED)) + (f" and {rest} more" if rest > 0 else "")
