"""Measure time and memory of the dedupe stage on invented records, each size in its own process.

    python -m benchmarks.dedupe_speed SIZE [--new N]

Prints one JSON object: seconds for reading the table, for the stage, with ``--new`` for an
increment of N records against the indexed rest, and the peak of memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from typing import TYPE_CHECKING

from benchmarks.synthetic import synthetic_records
from pipeline.dedupe import (
    deduplicate,
    deduplicate_increment,
    index_records,
    read_records_table,
    score_clusters,
)
from pipeline.schemas import Cluster

if TYPE_CHECKING:
    import polars as pl


def main() -> None:
    """Measure one size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("--new", type=int, default=0)
    options = parser.parse_args()
    table = synthetic_records(options.size, seed=1)
    truth = Cluster.validate(table.select("record_id", citation_id="cluster_id"))
    before_mb = _peak_mb()
    started = time.perf_counter()
    records = read_records_table(table)
    read = time.perf_counter()
    busy = time.process_time()
    found = deduplicate(records)
    done = time.perf_counter()
    measured = {
        "records": options.size,
        "read_seconds": round(read - started, 2),
        "stage_seconds": round(done - read, 2),
        "stage_cpu_seconds": round(time.process_time() - busy, 2),
        "pairs_kept": found.pairs.height,
        "f1": round(score_clusters(found.clusters, truth).f1, 4),
        "peak_mb_before": before_mb,
        "peak_mb": _peak_mb(),
    }
    if options.new:
        measured |= _measure_increment(records, options.new)
    print(json.dumps(measured))  # noqa: T201 – a command


def _measure_increment(records: pl.DataFrame, n_new: int) -> dict[str, float]:
    new = records.sample(n_new, seed=2)
    known = records.join(new.select("record_id"), on="record_id", how="anti")
    before = deduplicate(known)  # type: ignore[arg-type]
    index = index_records(known)  # type: ignore[arg-type]
    started, busy = time.perf_counter(), time.process_time()
    deduplicate_increment(
        new,  # type: ignore[arg-type]
        known,  # type: ignore[arg-type]
        pairs=before.pairs,
        clusters=before.clusters,
        index=index,
    )
    return {
        "new_records": n_new,
        "increment_seconds": round(time.perf_counter() - started, 2),
        "increment_cpu_seconds": round(time.process_time() - busy, 2),
    }


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
