"""Deduplication against its peers, on the same labelled files in one run.

    python -m benchmarks.dedupe [FOLDER] [--peers DIR] [--out REPORT.md]

Thresher is judged twice: by its rules, which were trained on nothing, and by its trees leave one
set out, each set by a model that never saw it. A peer runs in an environment of its own under
``DIR/<name>`` (a virtual environment into which ``pip install`` put it); one that is not there, or
that stops, has a row that says so. False positives and negatives are counted by record as Hair et
al. 2023 (doi 10.1186/s12915-023-01686-z) define them. Time is that of the processor, because other
work on the machine does not change it. Every error of Thresher's is listed in ``dedupe_errors.md``.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.dedupe_errors import DedupeError, find_errors, write_errors
from benchmarks.labelled import LabelledSet, read_labelled_sets
from pipeline.dedupe import RULES, DuplicateScore, deduplicate, score_clusters
from pipeline.dedupe.train import LabelledPairs, labelled_pairs, train_model
from pipeline.schemas import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable

    import dataframely as dy

    from pipeline.dedupe import PairModel
    from pipeline.schemas import Record

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("THRESHER_SHARED", ROOT.parent / "shared"))
PEERS = {  # name in the table: its script; its environment is named after it
    "bib-dedupe 0.11.0": "run_bib_dedupe.py",
    "ASReview 3, exact": "run_asreview.py",
    "srdedupe 0.1.1": "run_srdedupe.py",
}
MIXED = "misq_mixed"  # the set that is reported by itself
TIME_OUT = 3600  # seconds a peer may take for one set
SEED = 20261122


@dataclass(frozen=True)
class Run:
    """How one tool did on one set, or why it did not."""

    tool: str
    set_name: str
    score: DuplicateScore | None
    seconds: float  # of the processor, user and system, its children included
    trouble: str = ""


def main() -> None:
    """Run every tool on every set and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "dedupe")
    parser.add_argument("--peers", type=Path, default=ROOT / ".peers")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "dedupe.md")
    options = parser.parse_args()
    sets = read_labelled_sets(options.folder)
    pairs = {
        labelled.name: labelled_pairs(labelled.name, labelled.records, labelled.truth)
        for labelled in sets
    }
    errors: list[DedupeError] = []
    runs = [run for labelled in sets for run in _run_set(labelled, pairs, options, errors)]
    options.out.write_text(_report(runs), "utf-8")
    options.out.with_name("dedupe_errors.md").write_text(write_errors(errors), "utf-8")
    print(_report(runs))  # noqa: T201 – a command


def _run_set(
    labelled: LabelledSet,
    pairs: dict[str, LabelledPairs],
    options: argparse.Namespace,
    errors: list[DedupeError],
) -> list[Run]:
    seen = [other for name, other in pairs.items() if name != labelled.name]
    trees = train_model(seen, name="unseen", card={}, rng=np.random.default_rng(SEED))
    errors.extend(find_errors(labelled, deduplicate(labelled.records, model=trees)))
    models: dict[str, PairModel] = {"rules": RULES, "trees": trees}
    own: dict[str, Callable[..., dy.DataFrame[Cluster]]] = {"DOI or exact title": _exact}
    own |= {f"Thresher, {name}": partial(_own, model) for name, model in models.items()}
    path = options.folder / f"{labelled.name}.csv"
    return [
        *(_timed(name, labelled, cluster) for name, cluster in own.items()),
        *(_peer(name, script, labelled, path, options.peers) for name, script in PEERS.items()),
    ]


def _timed(name: str, labelled: LabelledSet, cluster: Callable[..., dy.DataFrame[Cluster]]) -> Run:
    started = time.process_time()
    clusters = cluster(labelled.records)
    seconds = time.process_time() - started
    return Run(name, labelled.name, score_clusters(clusters, labelled.truth), seconds)


def _own(model: PairModel, records: dy.DataFrame[Record]) -> dy.DataFrame[Cluster]:
    return deduplicate(records, model=model).clusters


def _exact(records: pl.DataFrame) -> dy.DataFrame[Cluster]:
    """Take the first record with the same DOI, else with the same title, as many tools do."""
    key = pl.coalesce(pl.col("doi").str.to_lowercase(), pl.col("title").str.to_lowercase())
    first = pl.col("record_id").min().over(pl.coalesce(key, pl.col("record_id")))
    return Cluster.validate(records.select("record_id", citation_id=first))


def _peer(name: str, script: str, labelled: LabelledSet, path: Path, peers: Path) -> Run:
    python = (peers / script.removeprefix("run_").removesuffix(".py") / "bin" / "python").absolute()
    if not python.exists():
        return Run(name, labelled.name, None, 0.0, "not installed")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        command = [str(python), str(ROOT / "benchmarks" / "peers" / script), str(path), str(out)]
        started = _children_seconds()
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=TIME_OUT, text=True)  # noqa: S603 – our own scripts
        except subprocess.CalledProcessError as error:
            return Run(name, labelled.name, None, 0.0, error.stderr.strip().splitlines()[-1][:90])
        except subprocess.TimeoutExpired:
            return Run(name, labelled.name, None, 0.0, f"more than {TIME_OUT} s")
        seconds = _children_seconds() - started
        table = pl.read_csv(out, infer_schema=False)
    clusters = Cluster.validate(table.select("record_id", citation_id="cluster_id"))
    return Run(name, labelled.name, score_clusters(clusters, labelled.truth), seconds)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _report(runs: list[Run]) -> str:
    tools = list(dict.fromkeys(run.tool for run in runs))
    names = list(dict.fromkeys(run.set_name for run in runs))
    groups = {"six sets": [n for n in names if n != MIXED], MIXED: [MIXED], "all": names}
    lines = [
        "# Deduplication: false positives / false negatives / F1 (seconds of the processor)",
        "",
        f"| tool | {' | '.join([*groups, *names])} |",
        f"|---{'|---' * (len(groups) + len(names))}|",
    ]
    for tool in tools:
        of_tool = {run.set_name: run for run in runs if run.tool == tool}
        cells = [_cell([of_tool[name] for name in group]) for group in groups.values()]
        cells += [_cell([of_tool[name]]) for name in names]
        lines.append(f"| {tool} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(runs: list[Run]) -> str:
    failed = [run.trouble for run in runs if run.score is None]
    if failed:
        return failed[0]
    scores = [run.score for run in runs if run.score is not None]
    total = sum(scores, DuplicateScore(0, 0, 0))
    seconds = sum(run.seconds for run in runs)
    return f"{total.n_false_positives} / {total.n_false_negatives} / {total.f1:.4f} ({seconds:.1f})"


if __name__ == "__main__":
    main()
