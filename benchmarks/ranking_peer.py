"""Replay the labelled sets with ASReview 3 and with ours, from the same priors in one run.

    python -m benchmarks.ranking_peer [--sets small|all|A,B] [--seeds N] [--folder DIR] [--write]

ASReview runs in its own environment (``make .peers/asreview``) with its default model, to the end
of the set, as ours do: all learn again after every record. Priors are one relevant and one
irrelevant record, drawn as in the published runs of ``elas_u4.csv``, which are held against what
comes out. ``blend`` also reads the review's question, which ASReview has no place for. Every run is
kept in the folder and not repeated. ``--write`` puts table and curves into BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import polars as pl

from benchmarks.ranking import (
    HERE,
    SHARED,
    SetResult,
    compare,
    labelled_path,
    read_questions,
    set_names,
)
from pipeline.screen import Dataset, recall_curve, screening_metrics

if TYPE_CHECKING:
    from pipeline.screen.contract import Labels, Rows

PEER: Final = "ASReview 3.0.8"
OURS: Final = ("elas-u4", "blend")
_PYTHON: Final = HERE.parent / ".peers" / "asreview" / "bin" / "python"
_RUNNER: Final = HERE / "peers" / "run_asreview_ranking.py"
_HALVES: Final = ("all", "choose", "confirm")
_SMALL: Final = 500  # records: the sets that `--sets small` takes
_N_POINTS: Final = 201  # of a curve
_COLOURS: Final = {PEER: "#8a8a8a", "elas-u4": "#0072b2", "blend": "#d55e00"}


@dataclass(frozen=True, slots=True)
class Run:
    """One replay: the rows in reading order, priors first, and processor seconds of all of it."""

    model: str
    dataset: str
    seed: int
    rows: tuple[int, ...]
    seconds: float


class Peer:
    """ASReview in its own environment, started by the first replay that is asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "_process" in vars(self):
            self._process.communicate()  # ends at the end of its input

    def replay(self, name: str, seed: int, priors: Rows) -> Run:
        """Return what it reads from these rows on, to the end."""
        self._process.stdin.write(f"{labelled_path(name)} {','.join(map(str, priors))}\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return Run(PEER, name, seed, tuple(told["rows"]), told["seconds"])

    @cached_property
    def _process(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own script
            [str(_PYTHON), str(_RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )


def main() -> None:
    """Run what is missing, and report."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    with Peer() as peer:
        runs = [
            run
            for name in _chosen(options.sets)
            for seed in range(options.seeds)
            for run in _replay_all(name, seed, options.folder, peer)
        ]
    report = report_runs(runs, options.sets)
    sys.stdout.write(report)
    if options.write:
        (HERE.parent / "docs" / "ranking_curves.svg").write_bytes(draw_curves(runs))
        _write(HERE.parent / "BENCHMARKS.md", report)


def report_runs(runs: list[Run], sets: str) -> str:
    """Return the table of all models, the published runs that were met, and the machine."""
    results = [_summary(model, name, runs) for model, name in _pairs(runs)]
    n_sets, n_runs = len({run.dataset for run in runs}), len(runs) // (1 + len(OURS))
    counted = f"{n_sets} sets, {n_runs} starts from one prior pair, learning after every record"
    lines = [
        f"`make bench-ranking SETS={sets}`: {counted}; {_machine()}.",
        "",
        "| sets | | loss | WSS@95 | ATD | better on | Wilcoxon p | CPU-s | faster, by set |",
        "|---|---|---|---|---|---|---|---|---|",
        *(line for half in _HALVES for line in _lines(results, half)),
        "",
        _against_published(runs),
        "",
        "![mean recall against the share of records read](docs/ranking_curves.svg)",
    ]
    return "\n".join(lines) + "\n"


def draw_curves(runs: list[Run]) -> bytes:
    """Return mean recall over sets against the share of records read, as SVG."""
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    read = np.linspace(0.0, 1.0, _N_POINTS)
    for model in (PEER, *OURS):
        curves = [_curve(run, read) for run in runs if run.model == model]
        mean, width = 100 * np.mean(curves, axis=0), 4.0 if model == PEER else 1.6
        axes.plot(100 * read, mean, color=_COLOURS[model], linewidth=width, label=model)
    axes.set(xlabel="records read, %", ylabel="relevant records found, %", xlim=(0, 100))
    axes.set_ylim(0, 101)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower right")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def _replay_all(name: str, seed: int, folder: Path, peer: Peer) -> list[Run]:
    """Return the runs of all models from one start, those kept from earlier without repeating."""
    kept = folder / f"{name}-{seed}.json"
    if kept.is_file():
        return [_run(**fields) for fields in json.loads(kept.read_text())]
    records = pl.read_csv(labelled_path(name), infer_schema_length=None)
    priors = _draw_pair(records["label"].to_numpy() == 1, seed)
    runs = [peer.replay(name, seed, priors)]
    runs += [_replay_ours(records, name, seed, priors, model) for model in OURS]
    kept.write_text(json.dumps([asdict(run) for run in runs]))
    seconds = ", ".join(f"{run.model} {run.seconds:.1f} s" for run in runs)
    sys.stderr.write(f"{name} {seed}: {seconds}\n")
    return runs


def _run(*, rows: list[int], **others: str | float) -> Run:
    return Run(rows=tuple(rows), **others)


def _replay_ours(records: pl.DataFrame, name: str, seed: int, priors: Rows, model: str) -> Run:
    question = read_questions().get(name, "")
    started = time.process_time()
    numbered = records.with_columns(record_id=pl.int_range(records.height).cast(pl.String))
    dataset = Dataset(numbered, name=name, question=question, model=model)
    order = dataset.simulate(seed=seed, priors=priors).order
    seconds = time.process_time() - started
    return Run(model, name, seed, tuple(order["record_id"].cast(pl.Int64)), seconds)


def _draw_pair(labels: Labels, seed: int) -> Rows:
    """Return one relevant and one irrelevant record, drawn as the published runs drew them."""
    legacy = np.random.RandomState(seed)
    return np.array([legacy.choice(np.flatnonzero(labels)), legacy.choice(np.flatnonzero(~labels))])


def _found(run: Run) -> Labels:
    """Return the labels in reading order, priors left out."""
    labels = pl.read_csv(labelled_path(run.dataset), infer_schema_length=None)["label"].to_numpy()
    return labels[np.array(run.rows)][2:] == 1


def _curve(run: Run, read: np.ndarray) -> np.ndarray:
    curve = recall_curve(_found(run))
    shares = np.arange(curve.size + 1) / curve.size
    return np.interp(read, shares, np.concatenate([[0.0], curve]))


def _pairs(runs: list[Run]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((run.model, run.dataset) for run in runs))


def _summary(model: str, name: str, runs: list[Run]) -> SetResult:
    mine = [run for run in runs if (run.model, run.dataset) == (model, name)]
    found = [screening_metrics(_found(run)) for run in mine]
    return SetResult(
        model,
        name,
        loss=float(np.mean([one.loss for one in found])),
        wss95=float(np.mean([one.wss95 for one in found])),
        atd=float(np.mean([one.atd for one in found])),
        first_relevant=float(np.mean([one.first_relevant for one in found])),
        seconds=sum(run.seconds for run in mine),
    )


def _lines(results: list[SetResult], half: str) -> list[str]:
    """Return a line for each model over the sets of a half that were replayed; none for one set."""
    names = set(set_names(half))
    mine = [one for one in results if one.dataset in names]
    n_sets = len({one.dataset for one in mine})
    heads = (f"{half} ({n_sets})", "", "")
    pairs = zip(heads, (PEER, *OURS), strict=True)
    return [f"| {head} {_line(mine, model)}" for head, model in pairs] if n_sets > 1 else []


def _line(results: list[SetResult], model: str) -> str:
    row = compare(results, model, PEER)
    mine, theirs = (
        np.array([one.seconds for one in results if one.model == name]) for name in (model, PEER)
    )
    figures = [
        f"{row.loss:.4f}",
        f"{row.wss95:.3f}",
        f"{row.atd:.3f}",
        "",
        "",
        f"{mine.sum():.0f}",
        "",
    ]
    if model != PEER:
        figures[0] += f" ({row.loss_change:+.1%})"
        figures[1] += f" ({row.wss95_change:+.3f})"
        figures[3:5] = f"{row.share_better:.0%}", f"{row.wilcoxon_p:.2g}"
        least, most = (theirs / mine).min(), (theirs / mine).max()
        figures[6] = f"{least:.1f} to {most:.1f} times, all {theirs.sum() / mine.sum():.1f}"
    return f"| {model} | {' | '.join(figures)} |"


def _against_published(runs: list[Run]) -> str:
    published = pl.read_csv(SHARED / "ranking" / "elas_u4.csv")
    expected = {
        (name, seed): (n95, n100)
        for name, seed, n95, n100 in published.select("dataset", "seed", "n95", "n100").iter_rows()
    }
    told = []
    for model in (PEER, "elas-u4"):
        known = [run for run in runs if run.model == model and (run.dataset, run.seed) in expected]
        found = [screening_metrics(_found(run)) for run in known]
        n_met = sum(
            (one.n95, one.n100) == expected[run.dataset, run.seed]
            for one, run in zip(found, known, strict=True)
        )
        told.append(f"{model} {n_met} of {len(known)}")
    return f"Published runs met, n95 and n100 both: {', '.join(told)}."


def _machine() -> str:
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return f"Python {platform.python_version()}, {cores} cores, one thread each, load {load:.0f}"


def _write(path: Path, report: str) -> None:
    start, end = (
        f"<!-- ranking: {word} -->\n" for word in ("written by `make bench-ranking`", "end")
    )
    head, _, rest = path.read_text(encoding="utf-8").partition(start)
    tail = rest.partition(end)[2]
    path.write_text(f"{head}{start}{report}{end}{tail}", encoding="utf-8")


def _chosen(sets: str) -> list[str]:
    """Return the names of the sets, the smallest first."""
    manifest = pl.read_csv(SHARED / "ranking" / "manifest.csv", infer_schema_length=None)
    sizes = dict(manifest.select("name", pl.col("n").cast(pl.Int64)).iter_rows())
    if sets in ("small", "all"):
        names = [one for one in set_names("all") if sets == "all" or sizes[one] <= _SMALL]
    else:
        names = sets.split(",")
    return sorted(names, key=sizes.__getitem__)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", default="small", help="small (up to 500 records), all, or names")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=HERE.parent / ".bench-ranking")
    parser.add_argument("--write", action="store_true", help="into BENCHMARKS.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
