"""Who owes which citation: worked out from the words that stand, so that nothing is ever stranded.

Nobody keeps a list of what is whose. A citation needs so many readers; those who have spoken count,
and whoever comes next for it owes the rest: first whom it was handed to, then by the draw of
`pipeline.screen.sharing`. A reviewer who leaves, a file from another tool, a merge, a changed
criterion: each simply gives another answer to the same question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.events import CitationsAssigned
from pipeline.review.stopping.random_phase import list_kept_apart
from pipeline.review.team.batches import available_readers, latest_batch
from pipeline.schemas import RankedCitation
from pipeline.schemas.team import OwedReading, ReviewerDuty
from pipeline.screen.sharing import draw_overlap, rank_readers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.review.team.batches import Batch

__all__ = [
    "is_batch_begun",
    "is_batch_open",
    "list_all_owed",
    "list_duties",
    "list_overlap",
    "list_owed",
    "list_owed_in_batch",
    "list_unreadable",
    "order_for_reading",
]

_STAGE: Final = "title-abstract"
_PLEDGED: Final = -1  # rank of who was named for a citation: before every draw


def list_owed(snapshot: Snapshot) -> dy.DataFrame[OwedReading]:
    """Return who owes which citation now, in reading order.

    That is the frozen batch where there is one, else the shares of a shared queue; empty where one
    person's list is everybody's, and before the first batch of independent readers is frozen.
    """
    batch = latest_batch(snapshot)
    if batch is not None:
        return list_owed_in_batch(snapshot, batch)
    if snapshot.workspace.config.screening.mode == "shared":
        return snapshot.owed_in_all
    return OwedReading.create_empty()


def list_owed_in_batch(snapshot: Snapshot, batch: Batch) -> dy.DataFrame[OwedReading]:
    """Return who owes which citation of a batch."""
    wanted = batch.citations.select(
        "citation_id", "position", n_wanted=pl.lit(batch.n_readers, dtype=pl.Int64)
    )
    readers = available_readers(snapshot)
    if batch.readers:
        readers = tuple(one for one in readers if one in batch.readers)
    return _owed(snapshot, wanted, readers)


def list_all_owed(snapshot: Snapshot) -> dy.DataFrame[OwedReading]:
    """Return who owes which citation in the end, beyond the batch that is frozen now."""
    return _owed(snapshot, _wanted(snapshot), available_readers(snapshot))


def list_unreadable(snapshot: Snapshot) -> pl.Series:
    """Return the citations that lack a reader because everybody available has read them."""
    if snapshot.workspace.config.screening.mode != "independent":
        return pl.Series("citation_id", [], dtype=pl.String)
    lacking = _lacking(snapshot, _wanted(snapshot)).filter(pl.col("n_lacking") > 0)
    open_ones = snapshot.outcomes.filter(
        (pl.col("stage") == _STAGE) & (pl.col("outcome") == "awaiting")
    )
    left = lacking.join(open_ones, on="citation_id", how="semi")
    return left.join(snapshot.owed_in_all, on="citation_id", how="anti")["citation_id"]


def is_batch_open(snapshot: Snapshot) -> bool:
    """Say whether somebody owes a citation of the frozen batch."""
    batch = latest_batch(snapshot)
    return batch is not None and list_owed_in_batch(snapshot, batch).height > 0


def is_batch_begun(snapshot: Snapshot) -> bool:
    """Say whether the frozen batch is open and somebody has spoken since it was frozen.

    One that is drawn at random counts as begun at once: what chance chose stays chosen.
    """
    batch = latest_batch(snapshot)
    if batch is None or not is_batch_open(snapshot):
        return False
    since = snapshot.words.filter(pl.col("event") > batch.event)
    read = batch.citations.join(since, on="citation_id", how="semi")
    return batch.purpose != "screening" or read.height > 0


def list_overlap(snapshot: Snapshot) -> pl.Series:
    """Return the citations of the random share that two people read in a shared queue."""
    config = snapshot.workspace.config.screening
    ids = snapshot.to_screen["citation_id"]
    if config.mode != "shared":
        return ids.clear()
    return ids.filter(draw_overlap(ids, config.overlap, seed=config.seed))


def order_for_reading(
    snapshot: Snapshot, ranked: dy.DataFrame[RankedCitation]
) -> dy.DataFrame[RankedCitation]:
    """Put what the criteria opened again before what nobody has read.

    For independent readers, what nobody owes any more is left out: it waits for a resolution. What
    is kept apart from the ranking stays, so that it shows when the reading comes to it.
    """
    reopened = _own_words(snapshot).filter("is_reopened").select("citation_id").unique()
    queue = ranked.join(
        reopened.with_columns(is_reopened=True), on="citation_id", how="left"
    ).with_columns(pl.col("is_reopened").fill_null(value=False))
    if snapshot.workspace.config.screening.mode == "independent":
        placed = pl.concat([snapshot.owed_in_all["citation_id"], list_kept_apart(snapshot)])
        queue = queue.filter(pl.col("citation_id").is_in(placed.unique().implode()))
    position = pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)
    queue = queue.sort(~pl.col("is_reopened"), "position").with_columns(position=position)
    return RankedCitation.validate(queue.drop("is_reopened"))


def list_duties(snapshot: Snapshot) -> dy.DataFrame[ReviewerDuty]:
    """Return what every reviewer has done and still owes, in one view."""
    config = snapshot.workspace.config
    available = available_readers(snapshot)
    spoken = _spoken(snapshot)
    declared = {one.id: one.role for one in config.reviewers}
    roles = declared | {
        one: "" for one in spoken["reviewer"].unique().sort() if one not in declared
    }
    now, in_the_end = list_owed(snapshot), OwedReading.create_empty()
    if config.screening.mode != "single":
        in_the_end = snapshot.owed_in_all
    elif latest_batch(snapshot) is not None:
        in_the_end = now
    pledges = _pledges(snapshot).join(spoken, on=["citation_id", "reviewer"], how="anti")
    rows = [
        {
            "reviewer": one,
            "role": role,
            "is_available": one in available or role not in ("", "reviewer"),
            "n_decided": _count(spoken, one),
            "n_maybe": _count(spoken.filter("is_maybe"), one),
            "n_owed": _count(in_the_end, one),
            "n_to_read": _count(now, one),
            "n_reopened": _count(in_the_end.filter("is_reopened"), one),
            "n_pledged": _count(pledges, one),
        }
        for one, role in roles.items()
    ]
    return ReviewerDuty.validate(pl.DataFrame(rows, schema=ReviewerDuty.create_empty().schema))


def _wanted(snapshot: Snapshot) -> pl.DataFrame:
    """Return how many readers each citation needs: citation_id, position, n_wanted."""
    config = snapshot.workspace.config.screening
    n_wanted: pl.Expr = pl.lit(config.n_excludes if config.mode == "independent" else 1)
    if config.mode == "shared":
        overlap = list_overlap(snapshot)
        n_maybe = pl.col("citation_id").is_in(_undecided(snapshot).implode()).cast(pl.Int64)
        n_wanted = 1 + n_maybe + pl.col("citation_id").is_in(overlap.implode()).cast(pl.Int64)
    return _positions(snapshot).with_columns(n_wanted=n_wanted.cast(pl.Int64))


def _positions(snapshot: Snapshot) -> pl.DataFrame:
    """Return every citation to screen with its place; what the order does not hold comes last."""
    ids = snapshot.to_screen.select("citation_id").sort("citation_id")
    placed = ids.join(snapshot.frozen_queue, on="citation_id", how="left", maintain_order="left")
    last = pl.col("position").max().fill_null(0)
    later = last + pl.col("position").is_null().cum_sum()
    return placed.select("citation_id", position=pl.coalesce("position", later).cast(pl.UInt32))


def _undecided(snapshot: Snapshot) -> pl.Series:
    """Return the citations that somebody called maybe and nobody has settled since."""
    spoken = _spoken(snapshot).filter("is_maybe").select("citation_id").unique()
    return spoken.join(snapshot.labels, on="citation_id", how="anti")["citation_id"]


def _owed(
    snapshot: Snapshot, wanted: pl.DataFrame, readers: Sequence[str]
) -> dy.DataFrame[OwedReading]:
    """Return who owes the readings that are lacking: pledged readers first, then by the draw."""
    lacking = _lacking(snapshot, wanted).filter(pl.col("n_lacking") > 0)
    seed = snapshot.workspace.config.screening.seed
    pledges = _pledges(snapshot).with_columns(pledge=pl.lit(_PLEDGED))
    reopened = _own_words(snapshot).filter("is_reopened").select("citation_id", "reviewer").unique()
    owed = (
        rank_readers(lacking["citation_id"], readers, seed=seed)
        .join(_spoken(snapshot), on=["citation_id", "reviewer"], how="anti")
        .join(pledges, on=["citation_id", "reviewer"], how="left")
        .join(reopened.with_columns(is_reopened=True), on=["citation_id", "reviewer"], how="left")
        .with_columns(
            pl.col("is_reopened").fill_null(value=False),
            rank=pl.coalesce("pledge", pl.col("rank").cast(pl.Int32)),
        )
        .sort("citation_id", ~pl.col("is_reopened"), "rank")
        .with_columns(turn=pl.int_range(pl.len()).over("citation_id"))
        .join(lacking, on="citation_id", how="left")
        .filter(pl.col("turn") < pl.col("n_lacking"))
        .select("citation_id", "reviewer", "position", "is_reopened")
        .sort("position", "citation_id", "reviewer")
    )
    return OwedReading.validate(owed)


def _lacking(snapshot: Snapshot, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the citations with ``n_lacking``: how many readings short; resolved ones are out."""
    resolved = snapshot.words.filter(
        (pl.col("stage") == _STAGE) & pl.col("is_resolution") & ~pl.col("is_reopened")
    )
    n_spoken = _spoken(snapshot).group_by("citation_id").len("n_spoken")
    return (
        wanted.join(resolved, on="citation_id", how="anti", maintain_order="left")
        .join(n_spoken, on="citation_id", how="left", maintain_order="left")
        .with_columns(n_lacking=pl.col("n_wanted") - pl.col("n_spoken").fill_null(0).cast(pl.Int64))
    )


def _spoken(snapshot: Snapshot) -> pl.DataFrame:
    """Return who has spoken of which citation: citation_id, reviewer, is_maybe."""
    return (
        _own_words(snapshot)
        .filter(~pl.col("is_reopened"))
        .group_by("citation_id", "reviewer")
        .agg(is_maybe=(pl.col("decision") == "maybe").any())
    )


def _own_words(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.words.filter((pl.col("stage") == _STAGE) & ~pl.col("is_resolution"))


def _pledges(snapshot: Snapshot) -> pl.DataFrame:
    """Return whom citations were handed to by name: the latest word on each."""
    events = snapshot.workspace.ledger.read(CitationsAssigned, as_of=snapshot.as_of)
    latest = {
        citation: one.event.reviewer
        for one in events
        if isinstance(one.event, CitationsAssigned)
        for citation in one.event.citation_ids
    }
    schema = {"record_id": pl.String, "reviewer": pl.String}
    pledged = pl.DataFrame(list(latest.items()), schema=schema, orient="row")
    now = pledged.join(snapshot.clusters, on="record_id")  # a citation's id is a record's
    return now.select("citation_id", "reviewer").unique("citation_id", maintain_order=True)


def _count(frame: pl.DataFrame, reviewer: str) -> int:
    return frame.filter(pl.col("reviewer") == reviewer)["citation_id"].n_unique()
