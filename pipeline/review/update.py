"""What a run brought: the sentence that an information specialist wants after each update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import EntriesIngested, RunRecorded

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot
    from pipeline.review.workspace import Workspace

__all__ = ["ReviewUpdate", "last_run", "what_is_new"]


@dataclass(frozen=True, slots=True)
class ReviewUpdate:
    """What is new since a run, in the units of the flow."""

    n_entries: int  # read, rejected ones included
    n_rejected: int
    n_records: int  # that no earlier export held
    n_citations: int  # of nothing but such records
    n_likely_relevant: int  # of those, on the relevant side of what the model has learnt

    @property
    def sentence(self) -> str:
        """Say it in one line.

        >>> ReviewUpdate(1214, 2, 214, 37, 9).sentence
        '1,214 entries (2 could not be read), 214 new records, 37 new citations, 9 likely relevant'
        >>> ReviewUpdate(0, 0, 0, 0, 0).sentence
        'nothing new'
        """
        if not self.n_entries:
            return "nothing new"
        rejected = f" ({self.n_rejected:,} could not be read)" if self.n_rejected else ""
        parts = [f"{self.n_entries:,} entries{rejected}", f"{self.n_records:,} new records"]
        parts += [f"{self.n_citations:,} new citations"]
        parts += [f"{self.n_likely_relevant:,} likely relevant"] if self.n_citations else []
        return ", ".join(parts)


def last_run(workspace: Workspace) -> int:
    """Return the sequence number of the last run's event; 0 before the first."""
    runs = workspace.ledger.read(RunRecorded)
    return runs[-1].seq if runs else 0


def what_is_new(snapshot: Snapshot, *, since: int) -> ReviewUpdate:
    """Compare a review with what it was at an earlier event.

    Parameters
    ----------
    snapshot
        The review as it stands.
    since
        The sequence number of that event.
    """
    read = [
        one.event
        for one in snapshot.workspace.ledger.read(EntriesIngested)
        if isinstance(one.event, EntriesIngested) and one.seq > since
    ]
    files = [one.file for one in read]
    is_new = pl.col("file").is_in(files)
    earlier = snapshot.entries.filter(~is_new).select("record_id")
    records = snapshot.entries.filter(is_new).select("record_id").unique()
    records = records.join(earlier, on="record_id", how="anti")
    citations = _of_new_records(snapshot, records)
    likely = snapshot.queue.join(citations, on="citation_id", how="semi").filter(
        pl.col("score") > 0
    )
    has_learnt = snapshot.labels["is_relevant"].n_unique() > 1
    n_rejected = sum(one.n_rejected for one in read)
    return ReviewUpdate(
        n_entries=sum(one.n_parsed for one in read) + n_rejected,
        n_rejected=n_rejected,
        n_records=records.height,
        n_citations=citations.height,
        n_likely_relevant=likely.height if has_learnt else 0,
    )


def _of_new_records(snapshot: Snapshot, records: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of citations that hold nothing but these records."""
    marked = snapshot.clusters.join(
        records.with_columns(is_new=pl.lit(value=True)), on="record_id", how="left"
    )
    all_new = pl.col("is_new").fill_null(value=False).all()
    return marked.group_by("citation_id").agg(all_new).filter("is_new").select("citation_id")
