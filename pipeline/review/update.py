"""What a run brought: the sentence that an information specialist wants after each update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import EntriesIngested, RunRecorded
from pipeline.review.duplicates.history import list_changes
from pipeline.review.screening import relevance_boundary
from pipeline.review.updating.retractions import KEPT, list_retracted
from pipeline.review.updating.vanished import list_vanished

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    n_likely_relevant: int | None  # of those, by what was learnt; None where that is too little
    n_changed: int = 0  # known records that came with other content, retracted ones left out
    n_retracted: int = 0  # citations that are known to be retracted only now
    n_retracted_kept: int = 0  # of those, included studies and reports that are sought
    n_vanished: int = 0  # records that a search in full did not bring any more

    @property
    def sentence(self) -> str:
        """Say it in one line.

        >>> ReviewUpdate(1214, 2, 214, 37, 9).sentence
        '1,214 entries (2 could not be read), 214 new records, 37 new citations, 9 likely relevant'
        >>> ReviewUpdate(0, 0, 0, 0, 0).sentence
        'nothing new'
        >>> ReviewUpdate(9, 0, 0, 0, 0, n_retracted=1, n_retracted_kept=1, n_vanished=3).sentence
        '9 entries, 0 new records, 0 new citations, 1 retracted (1 IN THE REVIEW), 3 vanished'
        """
        if not self.n_entries:
            return "nothing new"
        rejected = f" ({self.n_rejected:,} could not be read)" if self.n_rejected else ""
        parts = [f"{self.n_entries:,} entries{rejected}", f"{self.n_records:,} new records"]
        parts += [f"{self.n_citations:,} new citations"]
        if self.n_citations and self.n_likely_relevant is not None:
            parts += [f"{self.n_likely_relevant:,} likely relevant"]
        return ", ".join([*parts, *self._known_before()])

    def _known_before(self) -> list[str]:
        """Say what became of records that were known; nothing where nothing did."""
        kept = f" ({self.n_retracted_kept:,} IN THE REVIEW)" if self.n_retracted_kept else ""
        said = [
            (self.n_changed, f"{self.n_changed:,} changed"),
            (self.n_retracted, f"{self.n_retracted:,} retracted{kept}"),
            (self.n_vanished, f"{self.n_vanished:,} vanished"),
        ]
        return [text for n, text in said if n]


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
        for one in snapshot.workspace.ledger.read(EntriesIngested, after=since)
        if isinstance(one.event, EntriesIngested)
    ]
    if not read:
        return ReviewUpdate(0, 0, 0, 0, 0)
    is_new = pl.col("file").is_in([one.file for one in read])
    earlier = snapshot.entries.filter(~is_new).select("record_id")
    records = snapshot.entries.filter(is_new).select("record_id").unique()
    records = records.join(earlier, on="record_id", how="anti")
    citations = _of_new_records(snapshot, records)
    n_rejected = sum(one.n_rejected for one in read)
    return ReviewUpdate(
        n_entries=sum(one.n_parsed for one in read) + n_rejected,
        n_rejected=n_rejected,
        n_records=records.height,
        n_citations=citations.height,
        n_likely_relevant=_n_likely_relevant(snapshot, citations),
        **_known_before(snapshot, read, records),
    )


def _n_likely_relevant(snapshot: Snapshot, citations: pl.DataFrame) -> int | None:
    """Count those that score as the relevant decided ones do, had they not been decided yet."""
    boundary = relevance_boundary(snapshot)
    if boundary is None:
        return None
    queued = snapshot.queue.join(citations, on="citation_id", how="semi")
    return queued.filter(pl.col("score") >= boundary).height


def _known_before(
    snapshot: Snapshot, read: Sequence[EntriesIngested], records: pl.DataFrame
) -> dict[str, int]:
    """Count what these files say of records that were known, by the fields of `ReviewUpdate`."""
    changes = list_changes(snapshot).filter(pl.col("export").is_in([one.file for one in read]))
    said_now = changes.filter(pl.col("kind") == "retracted").select("record_id").unique()
    retracted = list_retracted(snapshot).join(
        pl.concat([records, said_now]), on="record_id", how="semi"
    )
    kept = retracted.filter(pl.col("standing").is_in(KEPT))
    vanished = list_vanished(snapshot)
    searches = {one.search_id for one in read}
    return {
        "n_changed": changes.join(said_now, on="record_id", how="anti")["record_id"].n_unique(),
        "n_retracted": retracted["citation_id"].n_unique(),
        "n_retracted_kept": kept["citation_id"].n_unique(),
        "n_vanished": vanished.filter(pl.col("missed_search").is_in(searches)).height,
    }


def _of_new_records(snapshot: Snapshot, records: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of citations that hold nothing but these records."""
    marked = snapshot.clusters.join(
        records.with_columns(is_new=pl.lit(value=True)), on="record_id", how="left"
    )
    all_new = pl.col("is_new").fill_null(value=False).all()
    return marked.group_by("citation_id").agg(all_new).filter("is_new").select("citation_id")
