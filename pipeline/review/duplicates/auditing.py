"""Estimate how many automatic merges are wrong, from a random sample that a person judges.

The sample is drawn and written down before anybody looks at it. The interval is the exact one of
Clopper and Pearson 1934 (doi 10.1093/biomet/26.4.404), which never promises more than the sample
can bear; of a small review it says somewhat too little, because it takes the merges as endless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import scipy

from pipeline.errors import InputError, NotReadyError
from pipeline.events import AuditDrawn
from pipeline.review.snapshot import Snapshot
from pipeline.schemas.deduplication import AuditedMerge

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.review.workspace import Workspace

__all__ = ["MergeAudit", "draw_audit", "exact_interval", "read_audit"]

CONFIDENCE: Final = 0.95  # of the interval, two-sided


@dataclass(frozen=True, slots=True)
class MergeAudit:
    """The sample in force, and what has been found in it so far."""

    n_merges: int  # automatic merges that were sampled
    n_drawn: int
    n_judged: int
    n_wrong: int
    seed: int
    low: float  # of the share of wrong merges, at `CONFIDENCE`
    high: float
    sample: dy.DataFrame[AuditedMerge]

    @property
    def is_complete(self) -> bool:
        """Whether every merge of the sample was judged: before, the estimate is a first look."""
        return self.n_judged == self.n_drawn

    @property
    def sentence(self) -> str:
        """The outcome as a report says it."""
        if not self.n_judged:
            return (
                f"Of {self.n_merges} automatic merges a random sample of {self.n_drawn} was drawn; "
                "none is judged yet."
            )
        interim = (
            "" if self.is_complete else f" ({self.n_drawn - self.n_judged} are not judged yet)"
        )
        return (
            f"Of {self.n_merges} automatic merges a random sample of {self.n_drawn} was drawn"
            f"{interim}; {self.n_wrong} of {self.n_judged} judged were wrong: "
            f"{self.n_wrong / self.n_judged:.1%} "
            f"(95 % interval {self.low:.1%} to {self.high:.1%}, Clopper–Pearson)."
        )


def exact_interval(n_found: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the exact interval of a share, as Clopper and Pearson define it.

    >>> low, high = exact_interval(0, 100)
    >>> low, round(high, 4)
    (0.0, 0.0362)
    """
    tail = (1 - confidence) / 2
    low = 0.0 if n_found == 0 else float(scipy.stats.beta.ppf(tail, n_found, n - n_found + 1))
    high = 1.0 if n_found == n else float(scipy.stats.beta.ppf(1 - tail, n_found + 1, n - n_found))
    return low, high


def draw_audit(
    workspace: Workspace, n: int, *, seed: int, actor: str, now: dt.datetime
) -> MergeAudit:
    """Draw a random sample of automatic merges; the same size and seed take up the one in force.

    A merge is a record that went into a citation named after another record, unless a person had
    a word in it. The sample is of at most `n` merges.

    Raises
    ------
    InputError
        The sample is to be empty.
    NotReadyError
        Nothing was merged automatically.
    """
    if n < 1:
        raise InputError("the size of the sample", f"is {n}", "draw at least one merge")
    snapshot = Snapshot(workspace)
    in_force = _last_drawn(snapshot)
    if in_force and in_force.seed == seed and in_force.n_drawn == min(n, in_force.n_merges):
        return _audit(snapshot, in_force)
    clustering = snapshot.clustering
    merges = _automatic_merges(snapshot)
    if clustering is None or merges.is_empty():
        raise NotReadyError("nothing was merged automatically, so there is nothing to audit")
    wanted = min(n, merges.height)
    rows = np.random.default_rng(seed).choice(merges.height, size=wanted, replace=False)
    sample = AuditedMerge.validate(merges[rows].sort("left_id", "right_id"))
    event = AuditDrawn(
        frame=workspace.frames.put(sample),
        clustering=clustering.frame,
        seed=seed,
        n_drawn=sample.height,
        n_merges=merges.height,
    )
    workspace.ledger.append([event], actor=actor, now=now)
    return _audit(Snapshot(workspace), event)


def read_audit(snapshot: Snapshot) -> MergeAudit | None:
    """Return the audit in force with what people have said so far, or None before the first."""
    drawn = _last_drawn(snapshot)
    return None if drawn is None else _audit(snapshot, drawn)


def _automatic_merges(snapshot: Snapshot) -> pl.DataFrame:
    merged = snapshot.clusters.filter(pl.col("record_id") != pl.col("citation_id"))
    ends = [pl.col("record_id"), pl.col("citation_id")]
    pairs = merged.select(
        left_id=pl.min_horizontal(ends), right_id=pl.max_horizontal(ends), citation_id="citation_id"
    )
    unsaid = pairs.join(snapshot.judgements, on=["left_id", "right_id"], how="anti")
    verdict = pl.lit(None, AuditedMerge.create_empty().schema["verdict"])
    return unsaid.with_columns(verdict=verdict).sort("left_id", "right_id")


def _last_drawn(snapshot: Snapshot) -> AuditDrawn | None:
    events = snapshot.workspace.ledger.read(AuditDrawn, as_of=snapshot.as_of)
    event = events[-1].event if events else None
    return event if isinstance(event, AuditDrawn) else None


def _audit(snapshot: Snapshot, drawn: AuditDrawn) -> MergeAudit:
    sample = snapshot.workspace.frames.get(drawn.frame, AuditedMerge)
    said = sample.drop("verdict").join(
        snapshot.judgements, on=["left_id", "right_id"], how="left", maintain_order="left"
    )
    judged = AuditedMerge.validate(said.select(AuditedMerge.column_names()))
    n_judged = judged["verdict"].drop_nulls().len()
    n_wrong = judged.filter(pl.col("verdict") == "distinct").height
    low, high = exact_interval(n_wrong, n_judged) if n_judged else (0.0, 1.0)
    return MergeAudit(
        drawn.n_merges, drawn.n_drawn, n_judged, n_wrong, drawn.seed, low, high, judged
    )
