"""Measure what stopping rules keep of their promises on the labelled sets.

    python -m benchmarks.stopping [--seeds N] [--model M] [--recall R] [--hard SHARE]
                                  [--largest N] [--out RESULTS.json]

Each set is replayed from cold starts in the model's order; each rule is asked as it goes along, and
the certificate is a proposal (a hundred irrelevant in a row) followed by the planned random checks.
``--hard`` makes a share of the relevant records unrankable: they move to places drawn at random.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

from benchmarks.ranking import HERE, SHARED
from pipeline.screen import MODELS, Dataset
from pipeline.screen.stopping import (
    STOPPING_RULES,
    Claim,
    certify_after,
    price_of_certainty,
    replay_stopping,
)

PROPOSAL = "consecutive-irrelevant"
NOT_REPLAYED = ("random-check", "chao")  # they need a check or several learners


def main() -> None:
    """Replay all sets and print one line a rule."""
    options = _options()
    claim = Claim(options.recall)
    outcomes = pl.concat(_replay_set(path, options, claim) for path in _paths(options.largest))
    table = summarise(outcomes, claim)
    for row in table.iter_rows(named=True):
        sys.stdout.write(
            f"{row['rule']:24} reached {row['reached']:.3f} [{row['low']:.3f}, {row['high']:.3f}]  "
            f"recall {row['recall']:.3f}  worst twentieth {row['worst']:.3f}  "
            f"read {row['share_read']:.3f}  price {row['price']:.3f}\n"
        )
    if options.out:
        options.out.write_text(json.dumps(table.to_dicts(), indent=1))


def summarise(outcomes: pl.DataFrame, claim: Claim) -> pl.DataFrame:
    """Return, for each rule, how often it reached the target, with an exact 95 % interval."""
    table = outcomes.group_by("rule", maintain_order=True).agg(
        n=pl.len(),
        n_reached=(pl.col("recall") >= claim.recall).sum(),
        recall=pl.col("recall").mean(),
        worst=pl.col("recall").quantile(0.05),
        share_read=pl.col("share_read").mean(),
        price=pl.col("price").mean(),
    )
    intervals = [
        stats.binomtest(row["n_reached"], row["n"]).proportion_ci()
        for row in table.iter_rows(named=True)
    ]
    return table.with_columns(
        reached=pl.col("n_reached") / pl.col("n"),
        low=pl.Series([interval.low for interval in intervals]),
        high=pl.Series([interval.high for interval in intervals]),
    )


def _replay_set(path: Path, options: argparse.Namespace, claim: Claim) -> pl.DataFrame:
    records = pl.read_csv(path, infer_schema_length=None)
    dataset = Dataset(records, name=path.stem, question="", model=options.model)
    rules = [rule for rule in STOPPING_RULES.values() if rule.name not in NOT_REPLAYED]
    runs = []
    for seed in range(options.seeds):
        rng = np.random.default_rng([seed, records.height])
        order = dataset.simulate(seed=seed, schedule="growing").order
        labels = _harden(order["label"].to_numpy() == 1, options.hard, rng)
        replayed = replay_stopping(labels, rules=rules, claim=claim, rng=rng)
        proposed = replayed.filter(pl.col("rule") == PROPOSAL)["n_read"][0]
        certified = certify_after(labels, proposed, claim=claim, rng=rng)
        price = _price(labels, proposed, claim)
        runs.append(pl.concat([replayed, certified]).with_columns(price=pl.lit(price)))
    sys.stderr.write(f"{path.stem}\n")
    return pl.concat(runs)


def _price(labels: np.ndarray, n_proposed: int, claim: Claim) -> float:
    """Return the share that the price table says will be read in all."""
    unread = labels.size - n_proposed
    found = int(labels[:n_proposed].sum())
    return float((n_proposed + unread * price_of_certainty(found, claim=claim)) / labels.size)


def _harden(labels: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Move a share of the relevant records to random places in the order."""
    relevant = np.flatnonzero(labels)
    moved = rng.choice(relevant, size=round(share * relevant.size), replace=False)
    kept = np.delete(labels, moved)
    return np.insert(kept, rng.integers(0, kept.size + 1, size=moved.size), values=True)


def _paths(largest: int) -> list[Path]:
    split = json.loads((HERE / "ranking_split.json").read_text())
    paths = [SHARED / "ranking" / f"{name}.csv" for name in split["choose"] + split["confirm"]]
    heights = {path: pl.read_csv(path, infer_schema_length=None).height for path in paths}
    return sorted((path for path in paths if heights[path] <= largest), key=heights.__getitem__)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--model", choices=list(MODELS), default="elas-u4")
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--hard", type=float, default=0.0)
    parser.add_argument("--largest", type=int, default=10_000)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
