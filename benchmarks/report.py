"""How long the report of a large review takes, and how large its page becomes.

    python -m benchmarks.report [--records 100000] [--decided 30000]

The review is invented and put together without deduplicating or ranking, which have benchmarks of
their own: two exports, a clustering in which every fourth record is a duplicate, and decisions by
two reviewers. What is timed is `Review.report` as the command line calls it, with what was read
from the exports in the cache, as after a run: twice. CPU time counts, because a machine may be
shared.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.events import ClusteringAccepted, Decided
from pipeline.review import Review, SearchDetails
from pipeline.schemas import Cluster, DuplicatePair

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Timing", "main", "make_review", "say", "time_report"]

CONFIG: Final = """
[review]
title = "A large review of nothing in particular"

[[criteria.exclusion]]
id = "design"
text = "Not a trial"
"""
NOW: Final = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DUPLICATE_EVERY: Final = 4
INCLUDED_EVERY: Final = 50
WORDS: Final = ("sleep", "text", "message", "adult", "trial", "night", "light", "care", "clinic")


@dataclass(frozen=True)
class Timing:
    """One report."""

    cpu_seconds: float
    wall_seconds: float
    page_bytes: int
    n_files: int


def make_review(folder: Path, *, n_records: int, n_decided: int) -> Review:
    """Make the review: records, clusters and decisions, no queue."""
    review = Review.init(folder, config=CONFIG, clock=lambda: NOW)
    for part, database in enumerate(("Embase", "Scopus")):
        export = folder.parent / f"{database}.ris"
        numbers = range(part, n_records, 2)
        export.write_text("".join(_entry(number, database) for number in numbers))
        review.add([export], SearchDetails(NOW.date(), database=database))
    review.ingest()
    records = review.snapshot().records["record_id"].sort()
    review.workspace.ledger.append([_clustering(review, records)], actor="thresher", now=NOW)
    review.workspace.ledger.append(
        list(_decisions(review, n_decided=n_decided)), actor="anna", now=NOW
    )
    return review


def _entry(number: int, database: str) -> str:
    title = " ".join(WORDS[(number // 9**place + place) % 9] for place in range(7))
    return (
        f"TY  - JOUR\nT1  - {title} {number}\nA1  - Ek, Anna {number % 977}\n"
        f"Y1  - {number % 23 + 2000}\nN2  - {title} {title} {title}.\n"
        f"DO  - 10.5555/{number}\nU2  - L{number:09d}\nDB  - {database}\nER  - \n\n"
    )


def _clustering(review: Review, records: pl.Series) -> ClusteringAccepted:
    frame = pl.DataFrame({"record_id": records}).with_row_index()
    first = pl.when(pl.col("index") % DUPLICATE_EVERY == 1).then(pl.col("index") - 1)
    home = first.otherwise(pl.col("index")).cast(pl.UInt32)
    clusters = frame.with_columns(citation_id=pl.col("record_id").gather(home))
    accepted = Cluster.validate(clusters.select("record_id", "citation_id"))
    frames = review.workspace.frames
    return ClusteringAccepted(
        frame=frames.put(accepted),
        pairs_frame=frames.put(DuplicatePair.create_empty()),
        model_version="benchmark",
        policy="{}",
        n_records=accepted.height,
        n_citations=accepted["citation_id"].n_unique(),
        n_unsure_pairs=0,
    )


def _decisions(review: Review, *, n_decided: int) -> Iterator[Decided]:
    shown = review.snapshot().citations.select("citation_id", "record_id", "membership_hash")
    for place, (citation, record, members) in enumerate(shown.head(n_decided).iter_rows()):
        is_kept = place % INCLUDED_EVERY == 0
        yield Decided(
            citation_id=citation,
            record_id=record,
            membership_hash=members,
            stage="title-abstract",
            reviewer="anna" if place % 2 else "bo",
            decision="include" if is_kept else "exclude",
            reasons=() if is_kept else ("design",),
            criteria_version="1",
            decided_at=NOW,
        )


def time_report(review: Review) -> Timing:
    """Write the report once."""
    cpu, wall = time.process_time(), time.perf_counter()
    files = review.report()
    return Timing(
        time.process_time() - cpu,
        time.perf_counter() - wall,
        (review.path / "reports" / "report.html").stat().st_size,
        len(files),
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--decided", type=int, default=30_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        review = make_review(
            Path(folder) / "review", n_records=asked.records, n_decided=asked.decided
        )
        say(f"{asked.records:,} records, {asked.decided:,} decided, {os.cpu_count()} cores")
        for name in ("first", "again"):
            one = time_report(review)
            say(
                f"{name}: {one.cpu_seconds:.1f} s CPU, {one.wall_seconds:.1f} s on the clock, "
                f"page {one.page_bytes / 1e6:.2f} MB, {one.n_files} files"
            )
        review.close()


def say(line: str) -> None:
    """Print a line at once, also into a file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
