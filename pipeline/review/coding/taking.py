"""Judgements come in: one at a time from a card, or many from a table; all of them or none.

A judgement is checked against the text, the codebook and the rule of blindness before anything is
written. Nothing overwrites an earlier one: a coder's later word stands because it is later.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import CodingFinished, TagUndone
from pipeline.review.coding.checking import TagChecker, refuse_reopening
from pipeline.review.coding.texts import keep_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipeline.review.coding.given import GivenTag
    from pipeline.review.coding.snapshot import CodingSnapshot
    from pipeline.review.workspace import Workspace

__all__ = ["TakenTags", "finish_text", "require_coder", "take_tags", "undo_tag"]


@dataclass(frozen=True, slots=True)
class TakenTags:
    """What became of the judgements that were given: their sequence numbers in the ledger."""

    events: tuple[int, ...]

    @property
    def n_taken(self) -> int:
        """How many there were."""
        return len(self.events)


def take_tags(
    workspace: Workspace,
    coding: CodingSnapshot,
    given: Sequence[GivenTag],
    *,
    coder: str,
    now: dt.datetime,
) -> TakenTags:
    """Append judgements to the ledger: all of them, or none where one cannot be understood.

    Raises
    ------
    InputError
        A report, suggestion, code, level or place is not there, or the text is not the coder's to
        change any more.
    """
    require_coder(workspace, coder)
    checker = TagChecker(coding, coder=coder, now=now)
    events = [checker.event(one) for one in given]
    for text in {checker.texts[one.report_id, one.source][1] for one in events}:
        keep_text(workspace, text)
    keyed = [f"tag:{one.uid or uuid.uuid4().hex}" for one in given]
    return TakenTags(tuple(workspace.ledger.append(events, actor=coder, now=now, uids=keyed)))


def undo_tag(
    workspace: Workspace, coding: CodingSnapshot, event: int, *, coder: str, now: dt.datetime
) -> None:
    """Take back a judgement of one's own; both stay in the ledger. Twice is once.

    Raises
    ------
    InputError
        That event is no judgement of this coder that stands.
    NotReadyError
        Both coders have finished the text: what they disagree on is reconciled.
    """
    own = coding.judged.filter((pl.col("event") == event) & (pl.col("coder") == coder))
    undone = TagUndone(judgement=event, coder=coder)
    if own.is_empty():
        if undone in (one.event for one in workspace.ledger.read(TagUndone)):
            return
        what = f"is no judgement of {coder} that stands"
        raise InputError(f"event {event}", what, "see `thresher code`")
    report_id, source = own.select("report_id", "source").row(0)
    refuse_reopening(coding, report_id, source)
    workspace.ledger.append([undone], actor=coder, now=now)


def finish_text(
    workspace: Workspace,
    coding: CodingSnapshot,
    report_id: str,
    *,
    source: str,
    coder: str,
    now: dt.datetime,
) -> None:
    """Record that a coder has read a text to its end; saying so twice is saying it once.

    Raises
    ------
    InputError
        The report is not included, has no such text, or others are coding it already.
    """
    require_coder(workspace, coder)
    checker = TagChecker(coding, coder=coder, now=now)
    digest, text = checker.text_of(report_id, source, where="finish")
    checker.refuse_third(report_id, source)
    keep_text(workspace, text)
    event = CodingFinished.model_validate(
        {"report_id": report_id, "source": source, "text_sha256": digest, "coder": coder}
    )
    uid = f"coded:{report_id}:{source}:{coder}"
    workspace.ledger.append([event], actor=coder, now=now, uids=[uid])


def require_coder(workspace: Workspace, coder: str) -> None:
    """Refuse a coder whom ``review.toml`` does not know, once it lists reviewers.

    Raises
    ------
    UnknownNameError
        With the nearest one that it does.
    """
    declared = [one.id for one in workspace.config.reviewers]
    if declared and coder not in declared:
        raise UnknownNameError("reviewer", coder, declared)
