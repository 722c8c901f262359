"""Measure what stopping rules keep of their promises on the labelled sets.

    python -m benchmarks.stopping_orders FOLDER
    python -m benchmarks.stopping FOLDER [--recall R] [--hard SHARE] [--out RESULTS.json]

Each set is replayed in the orders that `benchmarks.stopping_orders` kept, 20 starts a set; every
rule is asked as the reading goes along. A certificate is a proposal followed by the planned random
checks, mixed as in a review. ``--hard`` makes a share of the relevant records unrankable: they move
to places drawn at random. Rules that need a control set get a tenth of all records.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from scipy import stats

from benchmarks.stopping_orders import read_orders
from pipeline.screen.stopping import (
    STOPPING_RULES,
    Claim,
    ScreeningView,
    certify_after,
    estimate_recall,
    price_of_certainty,
    replay_stopping,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOT_REPLAYED: Final = ("random-check", "chao")  # they need a check or several learners
PROPOSALS: Final = ("consecutive-irrelevant", "poisson", "knee")
LOOKS: Final = {"one look": (1.0,), "two looks": (0.8, 0.2)}
_LOOKS_A_SET: Final = 80  # how often a rule is asked, at most


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked of every run."""

    claim: Claim
    hard: float
    allowed: tuple[int, ...]


def main() -> None:
    """Replay all sets and print one line a rule."""
    options = _options()
    setting = Setting(Claim(options.recall), options.hard, tuple(options.allowed))
    runs = []
    for replayed in read_orders(options.folder):
        for seed, labels in enumerate(replayed.labels):
            rng = np.random.default_rng([seed, labels.size])
            outcomes = replay_run(_harden(labels, setting.hard, rng), setting, rng)
            runs.append(outcomes.with_columns(dataset=pl.lit(replayed.name)))
        sys.stderr.write(f"{replayed.name}\n")
    table = summarise(pl.concat(runs), setting.claim)
    for row in table.iter_rows(named=True):
        sys.stdout.write(_line(row) + "\n")
    if options.out:
        options.out.write_text(json.dumps(table.to_dicts(), indent=1))


def replay_run(labels: NDArray[np.bool_], setting: Setting, rng: np.random.Generator) -> pl.DataFrame:
    """Return what every rule and every certificate came to in one order."""
    every = max(10, labels.size // _LOOKS_A_SET)
    rules = [rule for rule in STOPPING_RULES.values() if rule.name not in NOT_REPLAYED]
    replayed = replay_stopping(labels, rules=rules, claim=setting.claim, rng=rng, look_every=every)
    proposed = dict(replayed.select("rule", "n_read").iter_rows())
    parts = [replayed.with_columns(price=pl.lit(None, dtype=pl.Float64))]
    for name in PROPOSALS:
        price = _price(labels, proposed[name], setting.claim)
        for looks, shares in LOOKS.items():
            for allowed in setting.allowed:
                certified = certify_after(
                    labels,
                    STOPPING_RULES[name],
                    claim=setting.claim,
                    rng=rng,
                    error_shares=shares,
                    n_allowed=allowed,
                    look_every=every,
                ).with_columns(
                    rule=pl.lit(f"certificate after {name}, {looks}, bears {allowed}"),
                    price=pl.lit(price),
                )
                parts.append(certified)
    parts.append(_estimated(labels, proposed["consecutive-irrelevant"]))
    return pl.concat(parts)


def summarise(outcomes: pl.DataFrame, claim: Claim) -> pl.DataFrame:
    """Return, for each rule, how often it reached the target, with an exact 95 % interval."""
    reached = pl.col("recall") >= claim.recall
    table = outcomes.group_by("rule", maintain_order=True).agg(
        n=pl.len(),
        n_reached=reached.sum(),
        recall=pl.col("recall").mean(),
        worst=pl.col("recall").quantile(0.05),
        share_read=pl.col("share_read").mean(),
        excess=(pl.col("recall") - claim.recall).clip(0).mean(),
        price=pl.col("price").mean(),
        n_stopped=pl.col("has_stopped").sum(),
    )
    by_set = outcomes.group_by("rule", "dataset").agg(share=reached.mean())
    worst_set = by_set.group_by("rule").agg(worst_set=pl.col("share").min())
    intervals = [
        stats.binomtest(n_reached, n).proportion_ci()
        for n_reached, n in table.select("n_reached", "n").iter_rows()
    ]
    return table.join(worst_set, on="rule", how="left", maintain_order="left").with_columns(
        reached=pl.col("n_reached") / pl.col("n"),
        low=pl.Series([interval.low for interval in intervals]),
        high=pl.Series([interval.high for interval in intervals]),
    )


def _estimated(labels: NDArray[np.bool_], n_read: int) -> pl.DataFrame:
    """Return whether the interval of the estimate holds the truth, as if that were a target."""
    estimate = estimate_recall(ScreeningView(labels.size, labels[:n_read]))
    rows: Sequence[tuple[str, int, float, float, bool, float | None]] = []
    if estimate is not None:
        truth = float(labels[:n_read].sum()) / labels.sum()
        holds = estimate.low <= truth <= estimate.high
        rows = [("estimate: interval holds the truth", n_read, float(holds), truth, True, None)]
    schema = {
        "rule": pl.String,
        "n_read": pl.UInt32,
        "recall": pl.Float64,
        "share_read": pl.Float64,
        "has_stopped": pl.Boolean,
        "price": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _price(labels: NDArray[np.bool_], n_proposed: int, claim: Claim) -> float:
    """Return the share that the price table says will be read in all."""
    unread = labels.size - n_proposed
    found = int(labels[:n_proposed].sum())
    return float((n_proposed + unread * price_of_certainty(found, claim=claim)) / labels.size)


def _harden(
    labels: NDArray[np.bool_], share: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Move a share of the relevant records to random places in the order."""
    relevant = np.flatnonzero(labels)
    moved = rng.choice(relevant, size=round(share * relevant.size), replace=False)
    kept = np.delete(labels, moved)
    return np.insert(kept, rng.integers(0, kept.size + 1, size=moved.size), values=True)


def _line(row: dict[str, float]) -> str:
    price = f"{row['price']:.3f}" if row["price"] is not None else "    -"
    return (
        f"{row['rule']:58} reached {row['reached']:.3f} [{row['low']:.3f}, {row['high']:.3f}]  "
        f"worst set {row['worst_set']:.2f}  recall {row['recall']:.3f}  twentieth "
        f"{row['worst']:.3f}  read {row['share_read']:.3f}  price {price}  excess "
        f"{row['excess']:.3f}  n {row['n']}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--hard", type=float, default=0.0)
    parser.add_argument("--allowed", type=int, nargs="+", default=[0])
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
