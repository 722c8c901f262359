"""Measure what stopping rules keep of their promises on the labelled sets.

    python -m benchmarks.stopping_orders FOLDER
    python -m benchmarks.stopping FOLDER [--recall R] [--hard SHARE] [--allowed N…] [--out F.json]

Each set is replayed in the orders that `benchmarks.stopping_orders` kept, 20 starts a set; every
rule is asked as the reading goes along. What a set came to is kept in the folder, so that a run
that was cut off goes on where it stood. A certificate is a proposal followed by the planned random
checks, mixed as in a review. ``--hard`` makes a share of the relevant records unrankable: they move
to places drawn at random. Rules that need a control set get a tenth of all records.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from benchmarks.stopping_orders import ReplayedSet, read_orders
from pipeline.events import sha256_of
from pipeline.screen.stopping import (
    STOPPING_RULES,
    Claim,
    ScreeningView,
    estimate_recall,
    replay_run,
    scatter_relevant,
    score_stopping,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_Estimate: TypeAlias = "tuple[float, float, float, bool]"
_ESTIMATES = {
    "share": pl.Float64,
    "truth": pl.Float64,
    "estimate": pl.Float64,
    "holds": pl.Boolean,
}
_AT: tuple[float, ...] = (0.1, 0.2, 0.3, 0.5)  # shares read at which the estimate is tried


def main() -> None:
    """Replay all sets and print one line a rule, then how often the estimate's interval held."""
    options = _options()
    claim = Claim(options.recall)
    done = [_replay(one, claim, options) for one in read_orders(options.folder)]
    outcomes = pl.concat(outcome for outcome, _ in done)
    table = score_stopping(outcomes, claim=claim)
    for row in table.iter_rows(named=True):
        sys.stdout.write(_line(row) + "\n")
    for line in _judge_estimates(pl.concat(estimates for _, estimates in done)):
        sys.stdout.write(line + "\n")
    if options.out:
        options.out.write_text(json.dumps(table.to_dicts(), indent=1))
        outcomes.write_parquet(options.out.with_suffix(".parquet"))


def _replay(
    replayed: ReplayedSet, claim: Claim, options: argparse.Namespace
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the outcomes of a set and its estimates, those kept from earlier as they are."""
    asked = f"{options.recall}-{options.hard}-{options.allowed}-{options.proposing}"
    folder = options.folder / "outcomes" / sha256_of(asked)[:12]
    kept, tried = folder / f"{replayed.name}.parquet", folder / f"{replayed.name}.estimates.parquet"
    if not tried.exists():
        folder.mkdir(parents=True, exist_ok=True)
        runs, estimates = [], list[_Estimate]()
        for seed, given in enumerate(replayed.labels):
            rng = np.random.default_rng([seed, given.size])
            lists = [one[seed] for one in replayed.proposals]
            labels, proposals = scatter_relevant(given, lists, options.hard, rng)
            run = replay_run(
                labels,
                claim=claim,
                rng=rng,
                allowed=options.allowed,
                proposing=[STOPPING_RULES[name] for name in options.proposing],
                proposals=proposals,
            )
            runs.append(run.with_columns(dataset=pl.lit(replayed.name)))
            estimates += _estimates(labels)
        pl.concat(runs).write_parquet(kept)
        pl.DataFrame(estimates, schema=_ESTIMATES, orient="row").write_parquet(tried)
        sys.stderr.write(f"{replayed.name}\n")
    return pl.read_parquet(kept), pl.read_parquet(tried)


def _estimates(labels: NDArray[np.bool_]) -> Iterator[_Estimate]:
    """Yield share read, true recall, estimate, and whether its interval holds the truth."""
    for share in _AT:
        n_read = int(share * labels.size)
        estimate = estimate_recall(ScreeningView(labels.size, labels[:n_read]))
        if estimate is not None:
            truth = float(labels[:n_read].sum() / labels.sum())
            holds = estimate.low - 1e-9 <= truth <= estimate.high + 1e-9
            yield share, truth, estimate.recall, holds


def _judge_estimates(table: pl.DataFrame) -> Iterator[str]:
    for (share,), some in table.group_by("share", maintain_order=True):
        error = some["estimate"] - some["truth"]
        yield (
            f"estimate at {share:.0%} read: {some.height} runs, interval holds the truth in "
            f"{_mean(some['holds']):.3f}, mean error {_mean(error):+.3f}, "
            f"mean absolute error {_mean(error.abs()):.3f}"
        )


def _mean(values: pl.Series) -> float:
    return float(np.mean(values.to_numpy()))


def _line(row: dict[str, float]) -> str:
    price = f"{row['price']:.3f}" if row["price"] is not None else "    -"
    return (
        f"{row['rule']:58} reached {row['reached']:.3f} [{row['low']:.3f}, {row['high']:.3f}]  "
        f"recall {row['recall']:.3f}  twentieth {row['worst_twentieth']:.3f}  "
        f"read {row['share_read']:.3f}  price {price}  excess {row['excess']:.3f}  "
        f"n {row['n_runs']}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--hard", type=float, default=0.0)
    parser.add_argument("--allowed", type=int, nargs="+", default=[0])
    parser.add_argument("--proposing", nargs="+", default=["consecutive-irrelevant", "poisson"])
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
