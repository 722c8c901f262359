"""Compare ranking models on the labelled sets, set by set.

    python -m benchmarks.ranking [--half choose|confirm|all] [--models A,B] [--seeds N]
                                 [--priors K] [--schedule S] [--out RESULTS.json]

The first model named is the one that the others are held against. ``NAME/no-question`` runs a model
without the review's question: from a cold start it reads in file order (the files are shuffled)
until it knows one record of each class. Models are chosen on one half of the sets and confirmed
once on the other; the split is fixed in ``ranking_split.json``. A set counts once, as the mean over
its seeds, and the Wilcoxon signed-rank test is over sets.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

from pipeline.screen import MODELS, SCHEDULES, Dataset

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("THRESHER_SHARED", HERE.parent.parent / "shared"))


@dataclass(frozen=True, slots=True)
class SetResult:
    """One model on one set, averaged over seeds."""

    model: str
    dataset: str
    loss: float
    wss95: float
    atd: float
    first_relevant: float
    seconds: float  # processor time of one run, without the features


@dataclass(frozen=True, slots=True)
class Comparison:
    """One model over all sets, against the reference."""

    model: str
    loss: float
    wss95: float
    atd: float
    first_relevant_median: float
    loss_change: float
    wss95_change: float
    share_better: float
    wilcoxon_p: float
    seconds: float


def main() -> None:
    """Run what the command line asks for and print a table."""
    options = _options()
    names = sorted(set_names(options.half), key=lambda name: labelled_path(name).stat().st_size)
    models = options.models.split(",")
    results: list[SetResult] = []
    for name in names:
        results += [_measure(name, model, options) for model in models]
        sys.stderr.write(f"{name}: " + _losses(results[-len(models) :]) + "\n")
    compared = [compare(results, model, models[0]) for model in models]
    for comparison in compared:
        sys.stdout.write(_line(comparison) + "\n")
    if options.out:
        report = {
            "options": {key: str(value) for key, value in vars(options).items()},
            "models": [asdict(comparison) for comparison in compared],
            "sets": [asdict(result) for result in results],
        }
        options.out.write_text(json.dumps(report, indent=1))


def compare(results: list[SetResult], model: str, reference: str) -> Comparison:
    """Return how a model did against the reference on the same sets."""
    mine = [result for result in results if result.model == model]
    theirs = [result for result in results if result.model == reference]
    losses, base = (np.array([run.loss for run in runs]) for runs in (mine, theirs))
    wss, wss_base = (np.array([run.wss95 for run in runs]) for runs in (mine, theirs))
    is_same = bool(np.allclose(losses, base))
    return Comparison(
        model=model,
        loss=float(losses.mean()),
        wss95=float(wss.mean()),
        atd=float(np.mean([run.atd for run in mine])),
        first_relevant_median=float(np.median([run.first_relevant for run in mine])),
        loss_change=float(losses.mean() / base.mean() - 1.0),
        wss95_change=float(wss.mean() - wss_base.mean()),
        share_better=float((losses < base).mean()),
        wilcoxon_p=1.0 if is_same else float(stats.wilcoxon(losses, base).pvalue),
        seconds=float(np.mean([run.seconds for run in mine])),
    )


def _measure(name: str, model: str, options: argparse.Namespace) -> SetResult:
    records = pl.read_csv(labelled_path(name), infer_schema_length=None)
    parts, has_question = model.partition("/")[0], not model.endswith("/no-question")
    question = read_questions().get(name, "") if has_question else ""
    dataset = Dataset(records, name=name, question=question, model=parts)
    started = time.process_time()
    runs = [
        dataset.simulate(seed=seed, n_priors=options.priors, schedule=options.schedule).metrics
        for seed in range(options.seeds)
    ]
    seconds = (time.process_time() - started) / options.seeds
    found = [run for run in runs if run is not None]
    return SetResult(
        model,
        name,
        loss=float(np.mean([run.loss for run in found])),
        wss95=float(np.mean([run.wss95 for run in found])),
        atd=float(np.mean([run.atd for run in found])),
        first_relevant=float(np.mean([run.first_relevant for run in found])),
        seconds=seconds,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=["choose", "confirm", "all"], default="choose")
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--priors", type=int, default=1)
    parser.add_argument("--schedule", choices=list(SCHEDULES), default="growing")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def set_names(half: str) -> list[str]:
    """Return the names of the sets of a half, or of both."""
    split = json.loads((HERE / "ranking_split.json").read_text())
    halves = ("choose", "confirm") if half == "all" else (half,)
    return [name for part in halves for name in split[part]]


def read_questions() -> dict[str, str]:
    """Return the review's question of each labelled set."""
    manifest = pl.read_csv(SHARED / "ranking" / "manifest.csv", infer_schema_length=None)
    return dict(manifest.select("name", pl.col("question").fill_null("")).iter_rows())


def labelled_path(name: str) -> Path:
    """Return where a labelled set lies."""
    return SHARED / "ranking" / f"{name}.csv"


def _losses(results: list[SetResult]) -> str:
    return ", ".join(f"{result.model} {result.loss:.4f}" for result in results)


def _line(row: Comparison) -> str:
    return (
        f"{row.model:24} loss {row.loss:.4f} ({row.loss_change:+.1%})  "
        f"WSS@95 {row.wss95:.3f} ({row.wss95_change:+.3f})  ATD {row.atd:.3f}  "
        f"first {row.first_relevant_median:.1f}  better on {row.share_better:.0%}  "
        f"p = {row.wilcoxon_p:.3g}  {row.seconds:.1f} s a run"
    )


if __name__ == "__main__":
    main()
