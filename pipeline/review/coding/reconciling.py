"""Two coders settle what they disagree on, once both have finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import TagReconciled
from pipeline.review.coding.taking import require_coder
from pipeline.schemas.coding import POLARITIES
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipeline.review.coding.snapshot import CodingSnapshot
    from pipeline.review.workspace import Workspace

__all__ = ["Settlement", "read_settlements_table", "settle_disagreements"]

_PLACE = ("report_id", "source", "text_sha256", "start", "end", "quote", "page", "extract_kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is to become of tags on which two coders disagree.

    Parameters
    ----------
    events
        The judgements that it settles; the first gives the place and whatever is not said here.
    is_kept
        Whether a tag remains.
    code, polarity, level
        What was agreed, where it is neither coder's word.
    note
        Why.
    """

    events: tuple[int, ...]
    is_kept: bool
    code: str | None = None
    polarity: str | None = None
    level: str | None = None
    note: str | None = None


def read_settlements_table(table: pl.DataFrame, *, where: str) -> list[Settlement]:
    """Read what was settled from a table of text columns.

    Parameters
    ----------
    table
        ``event`` (or several, separated by ``;``), ``decision`` (keep or drop), and if there
        ``code``, ``polarity``, ``level`` and ``note``. A row without a decision is left open.
    where
        The file's name, for messages.

    Raises
    ------
    InputError
        A column is missing, or a value cannot be read.

    >>> table = pl.DataFrame({"event": ["7; 9", "8"], "decision": ["keep", ""]})
    >>> [(one.events, one.is_kept) for one in read_settlements_table(table, where="s.csv")]
    [((7, 9), True)]
    """
    for column in ("event", "decision"):
        if column not in table.columns:
            raise InputError(where, f"lacks a column {column}", "add it")
    settled = []
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        line = f"{where}, line {number}"
        cells = {name: (cell or "").strip() for name, cell in row.items()}
        if not cells["decision"]:
            continue
        if cells["decision"].lower() not in {"keep", "drop"}:
            raise UnknownNameError(f"{line}: decision", cells["decision"], ("keep", "drop"))
        numbers = [part.strip() for part in cells["event"].split(";")]
        if not all(part.isascii() and part.isdigit() for part in numbers):
            raise InputError(line, f"event is {cells['event']!r}", "write whole numbers")
        said = {name: cells.get(name) or None for name in ("code", "polarity", "level", "note")}
        events, is_kept = tuple(map(int, numbers)), cells["decision"].lower() == "keep"
        settled.append(Settlement(events=events, is_kept=is_kept, **said))
    return settled


def settle_disagreements(
    workspace: Workspace,
    coding: CodingSnapshot,
    settlements: Sequence[Settlement],
    *,
    reviewer: str,
    now: dt.datetime,
) -> list[int]:
    """Record what reconciliation decided: all of it, or nothing where one cannot be understood.

    Raises
    ------
    InputError
        A judgement is not open, or a code or direction is not known.
    """
    require_coder(workspace, reviewer)
    events = [_event(coding, one, reviewer=reviewer) for one in settlements]
    return workspace.ledger.append(events, actor=reviewer, now=now)


def _event(coding: CodingSnapshot, one: Settlement, *, reviewer: str) -> TagReconciled:
    is_open = coding.confirmed.disagreements
    known = is_open["event"].to_list()
    for event in one.events:
        if event not in known:
            what = f"event {event} is no open disagreement"
            raise InputError("reconciliation", what, "see `thresher code --disagreements`")
    if not one.events:
        raise InputError("reconciliation", "names no judgement", "name those that it settles")
    row = is_open.filter(pl.col("event") == one.events[0]).row(0, named=True)
    fields: dict[str, Any] = {name: row[name] for name in _PLACE}
    said = {name: getattr(one, name) or row[name] for name in ("code", "polarity", "level", "note")}
    read_codes(coding.codebook).require(said["code"])
    if said["polarity"] not in POLARITIES:
        raise UnknownNameError("polarity", said["polarity"], POLARITIES)
    return TagReconciled.model_validate(
        {
            **fields,
            **said,
            "settles": one.events,
            "is_kept": one.is_kept,
            "codebook": coding.codebook.id,
            "codebook_version": coding.codebook.version,
            "reviewer": reviewer,
        }
    )
