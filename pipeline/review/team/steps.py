"""What a team should do next: criteria to mend, decisions to repeat, readings that are owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.criteria import why_criteria_are_refused
from pipeline.review.team.batches import latest_batch
from pipeline.review.team.conflicts import list_disputes
from pipeline.review.team.duties import is_batch_open, list_duties, list_unreadable

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["team_steps"]


def team_steps(snapshot: Snapshot) -> list[str]:
    """Say what stands against going on, and who owes what; nothing for one contented reviewer."""
    refused = why_criteria_are_refused(snapshot.workspace)
    reopened = snapshot.words.filter("is_reopened")["citation_id"].n_unique()
    disputes = list_disputes(snapshot)
    is_conflict = pl.col("kind") == "conflict"
    n_undecided = disputes.filter(~is_conflict)["id"].n_unique()
    in_full_text = disputes.filter(is_conflict & (pl.col("stage") == "full-text"))
    n_disputed, lacking = in_full_text["id"].n_unique(), len(list_unreadable(snapshot))
    owing = list_duties(snapshot).filter(pl.col("n_to_read") > 0)
    owed = ", ".join(f"{who} {n}" for who, n in owing.select("reviewer", "n_to_read").iter_rows())
    version = snapshot.workspace.config.criteria.version
    is_over = latest_batch(snapshot) is not None and not is_batch_open(snapshot)
    has_unread = snapshot.to_screen.height > snapshot.labels.height
    steps = [
        (refused is not None, str(refused)),
        (reopened, f"{reopened} citations to decide again under criteria version {version}"),
        (owed, f"to read now: {owed}: thresher team"),
        (is_over and has_unread, "the batch is read by all; freeze the next: thresher run"),
        (n_undecided, f"{n_undecided} citations that the readers left open: thresher conflicts"),
        (n_disputed, f"{n_disputed} conflicts at full text: thresher conflicts"),
        (lacking, f"{lacking} citations need another reviewer: thresher team"),
    ]
    return [text for is_due, text in steps if is_due]
