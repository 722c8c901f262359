"""A review of up to a million records, from exports to the first ranking: time and memory by stage.

Invented records are written as RIS exports of five databases, 25,000 entries a file; each stage of
the review then runs in a process of its own, whose seconds (of the clock, and of the processor, its
own workers included) and peak of memory are noted. At last the deduplication is done again in a
copy, in shards on a Dask cluster of two processes on this machine, and compared frame by frame.

    python -m benchmarks.scale SIZE [--folder DIR] [--without-cluster]

Prints one JSON object a stage, and the sum. The folder is kept where one is named.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from benchmarks.synthetic import synthetic_records
from pipeline.dedupe import score_clusters
from pipeline.review import Review, SearchDetails
from pipeline.schemas import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.events import ClusteringAccepted

__all__ = ["main"]

_DATABASES: Final = ("Medline", "Embase", "Scopus", "PsycInfo", "CINAHL")
_PER_FILE: Final = 25_000  # entries
_N_SHARDS: Final = 8
_TAGS: Final = (
    ("TI", "title"),
    ("PY", "year"),
    ("JO", "journal"),
    ("VL", "volume"),
    ("IS", "issue"),
    ("SP", "pages"),
    ("DO", "doi"),
    ("AB", "abstract"),
    ("AN", "record_id"),
)


def main() -> None:
    """Measure one size, or run one stage where a stage is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stage", choices=sorted(_STAGES))
    parser.add_argument("--without-cluster", action="store_true")
    options = parser.parse_args()
    if options.stage:
        _print(_measure(options.stage, options.folder, options.size))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        stages = [name for name in _STAGES if name != "cluster" or not options.without_cluster]
        measured = [_run_stage(name, folder, options.size) for name in stages]
        counted = [one for one in measured if one["stage"] in ("add", "ingest", "dedupe", "rank")]
        total = {
            "size": options.size,
            "stage": "add to rank",
            "seconds": round(sum(float(str(one["seconds"])) for one in counted), 1),
            "cpu_seconds": round(sum(float(str(one["cpu_seconds"])) for one in counted), 1),
            "peak_mb": max(int(str(one["peak_mb"])) for one in counted),
        }
        _print(total)


def _run_stage(name: str, folder: Path, size: int) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.scale", str(size)]
    command += ["--stage", name, "--folder", str(folder)]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    measured: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    _print(measured)
    return measured


def _print(measured: dict[str, object]) -> None:
    print(json.dumps(measured), flush=True)  # noqa: T201 - a command


def _measure(name: str, folder: Path, size: int) -> dict[str, object]:
    started = time.perf_counter()
    found = _STAGES[name](folder, size)
    seconds = time.perf_counter() - started
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {
        "size": size,
        "stage": name,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_mb": own.ru_maxrss // 1024,
        "largest_worker_mb": children.ru_maxrss // 1024,
        "load": round(os.getloadavg()[0], 1),
        **found,
    }


# ── the stages ──────────────────────────────────────────────────────────────────────────────────
def _write(folder: Path, size: int) -> dict[str, object]:
    """Write the exports, and the truth beside them."""
    records = synthetic_records(size, seed=1)
    truth = records.select("record_id", "cluster_id", database=_database(records))
    truth.write_parquet(folder / "truth.parquet")
    exports = folder / "exports"
    shutil.rmtree(exports, ignore_errors=True)
    for number, database in enumerate(_DATABASES):
        own = records.filter(pl.Series(truth["database"] == database))
        path = exports / database
        path.mkdir(parents=True)
        for first in range(0, own.height, _PER_FILE):
            text = _as_ris(own.slice(first, _PER_FILE))
            (path / f"{number}-{first:07d}.ris").write_text(text, encoding="utf-8")
    n_bytes = sum(path.stat().st_size for path in exports.rglob("*.ris"))
    return {"export_mb": n_bytes >> 20}


def _database(records: pl.DataFrame) -> pl.Series:
    """Give originals to the databases in turn, and copies to the next one."""
    number = records["cluster_id"].str.slice(1).cast(pl.UInt32)
    is_copy = records["cluster_id"] != records["record_id"]
    place = (number + is_copy.cast(pl.UInt32)) % len(_DATABASES)
    return place.replace_strict(dict(enumerate(_DATABASES)), return_dtype=pl.String)


def _as_ris(records: pl.DataFrame) -> str:
    authors = pl.col("authors").str.split("; ").list.eval("AU  - " + pl.element()).list.join("\n")
    lines = [
        pl.when(pl.col(column).is_not_null()).then(f"{tag}  - " + pl.col(column))
        for tag, column in _TAGS
    ]
    entry = pl.concat_str(
        [pl.lit("TY  - JOUR"), *lines, authors, pl.lit("ER  - \n")],
        separator="\n",
        ignore_nulls=True,
    )
    return "\n".join(records.select(entry).to_series())


def _add(folder: Path, _size: int) -> dict[str, object]:
    shutil.rmtree(folder / "review", ignore_errors=True)
    with Review.init(folder / "review") as review:
        for database in _DATABASES:
            details = SearchDetails(dt.date(2026, 11, 1), database=database)
            review.add([folder / "exports" / database], details)
    return {}


def _ingest(folder: Path, _size: int) -> dict[str, object]:
    with Review.open(folder / "review") as review:
        read = review.ingest(workers=os.cpu_count() or 1)
    return {"entries": sum(one.n_parsed for one in read)}


def _dedupe(folder: Path, _size: int) -> dict[str, object]:
    if not (folder / "sharded").exists():
        shutil.copytree(folder / "review", folder / "sharded")
    with Review.open(folder / "review") as review:
        accepted = review.dedupe()
    return {"citations": accepted.n_citations, "unsure_pairs": accepted.n_unsure_pairs}


def _rank(folder: Path, _size: int) -> dict[str, object]:
    with Review.open(folder / "review") as review:
        n_queued = review.rank().n_queued
    return {"queued": n_queued, "f1": _f1(folder)}


def _f1(folder: Path) -> float:
    with Review.open(folder / "review") as review:
        found = review.snapshot().clusters
    truth = pl.read_parquet(folder / "truth.parquet").select(
        record_id=pl.col("database").str.to_lowercase() + ":" + pl.col("record_id"),
        citation_id="cluster_id",
    )
    return round(score_clusters(found, Cluster.validate(truth)).f1, 4)


def _cluster(folder: Path, _size: int) -> dict[str, object]:
    """Deduplicate the copy in shards, and compare."""
    from flows.prefect_settings import prepare_prefect
    from flows.serving import server_for

    path = folder / "sharded"
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    prepare_prefect(path)
    with server_for("dask"):
        seconds = _compare_on_cluster(path)
    with Review.open(path) as review:
        review.dedupe()
    sharded, whole = _clustering(path), _clustering(folder / "review")
    is_equal = (sharded.frame, sharded.pairs_frame) == (whole.frame, whole.pairs_frame)
    return {"is_equal": is_equal, "n_shards": _N_SHARDS, "shards_seconds": round(seconds, 1)}


def _compare_on_cluster(path: Path) -> float:
    """Compare in shards; return how long the shards took, once cluster and server had started."""
    from prefect import flow

    from flows.comparing import compare_in_shards
    from flows.runners import make_runner

    @flow(name="compare", task_runner=make_runner("dask", n_workers=2))
    def compare() -> float:
        started = time.perf_counter()
        compare_in_shards(path, n_shards=_N_SHARDS)
        return time.perf_counter() - started

    return compare()


def _clustering(path: Path) -> ClusteringAccepted:
    with Review.open(path) as review:
        clustering = review.snapshot().clustering
    if clustering is None:
        raise SystemExit(f"{path}: was not deduplicated")
    return clustering


_STAGES: Final[dict[str, Callable[[Path, int], dict[str, object]]]] = {
    "write": _write,
    "add": _add,
    "ingest": _ingest,
    "dedupe": _dedupe,
    "rank": _rank,
    "cluster": _cluster,
}
"""What is measured, in order; writing the exports is not part of the review."""


if __name__ == "__main__":
    main()
