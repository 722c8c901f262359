"""How well stopping rules keep their promises over many replayed screenings.

Reached is the share of runs whose recall is at least the target, with an exact binomial interval
(Clopper & Pearson 1934, 10.1093/biomet/26.4.404); overshoot is a cost too and shows as excess
(Lewis, Yang & Frieder 2021, 10.1145/3459637.3482415).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl
import scipy

from pipeline.screen.stopping.capture import CHAO
from pipeline.screen.stopping.certificate import price_of_certainty
from pipeline.screen.stopping.combination import SAFE
from pipeline.screen.stopping.control_set import QBCB, TARGET
from pipeline.screen.stopping.habits import CONSECUTIVE_IRRELEVANT, KNEE, SHARE_READ
from pipeline.screen.stopping.hypergeometric import BUSCAR
from pipeline.screen.stopping.poisson import POISSON
from pipeline.screen.stopping.replay import StoppingOutcome, certify_run, replay_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.screen.contract import Labels, Rows
    from pipeline.screen.stopping.contract import Claim, StoppingRule

__all__ = [
    "StoppingScore",
    "make_unrankable",
    "replay_run",
    "scatter_relevant",
    "score_stopping",
]

_REPLAYED: Final = (CONSECUTIVE_IRRELEVANT, SHARE_READ, KNEE, TARGET, QBCB, BUSCAR, POISSON, SAFE)
_PROPOSING: Final = (CONSECUTIVE_IRRELEVANT, POISSON)
_LOOKS: Final[Mapping[str, tuple[float, ...]]] = {"one look": (1.0,), "two looks": (0.8, 0.2)}
_LOOKS_A_RUN: Final = 30  # how often a rule is asked, at most
_CONTROL_SHARE: Final = 0.1  # of all records, for the rules that need a control set
_LEAST_STEP: Final = 10  # records


class StoppingScore(dy.Schema):
    """What a rule came to over many runs; shares are of all records, recall of all relevant."""

    rule = dy.String(primary_key=True)
    n_runs = dy.UInt32()
    reached = dy.Float64(min=0, max=1)  # share of runs with recall at or above the target
    low = dy.Float64(min=0, max=1)  # exact 95 % interval of that share
    high = dy.Float64(min=0, max=1)
    recall = dy.Float64(min=0, max=1)  # mean
    worst_twentieth = dy.Float64(min=0, max=1)  # recall that all but a twentieth of runs exceed
    share_read = dy.Float64(min=0, max=1)  # mean; control sets and checks included
    price = dy.Float64(nullable=True)  # what the price table says will be read; of certificates
    excess = dy.Float64(min=0, max=1)  # mean recall above the target


def replay_run(
    labels: Labels,
    *,
    claim: Claim,
    rng: np.random.Generator,
    allowed: Sequence[int] = (0,),
    proposing: Sequence[StoppingRule] = _PROPOSING,
    proposals: Sequence[Rows] = (),
) -> pl.DataFrame:
    """Return what every rule, and certificates after some of them, came to in one order.

    Parameters
    ----------
    labels
        All labels, in reading order.
    claim
        What is asked of them.
    rng
        Draws control sets and samples.
    allowed
        Finds that a check is planned to bear: one certificate each.
    proposing
        The rules that propose a stop for a certificate.
    proposals
        For each other ranker the places in this order, as it would have read them; ``chao`` is
        replayed where there are some.

    Returns
    -------
    polars.DataFrame
        As `StoppingOutcome`, with ``price``: the share that the price table names, null for rules.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim
    >>> run = replay_run(np.arange(900) < 60, claim=Claim(), rng=np.random.default_rng(0))
    >>> run.filter(pl.col("rule").str.starts_with("certificate")).height
    4
    """
    step = max(_LEAST_STEP, labels.size // _LOOKS_A_RUN)
    is_control = rng.random(labels.size) < _CONTROL_SHARE
    asked = (*_REPLAYED, CHAO) if proposals else _REPLAYED
    rules = replay_rules(
        labels, asked, is_control, claim=claim, look_every=step, proposals=proposals
    )
    proposed = {name: n_read for name, n_read, *_ in rules}
    rows: list[tuple[object, ...]] = [(*row, None) for row in rules]
    for rule, (looks, shares), n_allowed in product(proposing, _LOOKS.items(), allowed):
        certified = certify_run(
            labels,
            rule,
            claim=claim,
            rng=rng,
            error_shares=shares,
            n_allowed=n_allowed,
            look_every=step,
            n_before=max(proposed[rule.name] - step, 0),
        )
        name = f"certificate after {rule.name}, {looks}"
        name += f", bears {n_allowed}" if n_allowed else ""
        rows.append((name, *certified[1:], _price(labels, proposed[rule.name], claim)))
    outcomes = pl.Schema(StoppingOutcome.create_empty().schema)
    outcomes["price"] = pl.Float64()
    return pl.DataFrame(rows, schema=outcomes, orient="row")


def score_stopping(outcomes: pl.DataFrame, *, claim: Claim) -> dy.DataFrame[StoppingScore]:
    """Return, for each rule, how often it reached the target and what it cost.

    Parameters
    ----------
    outcomes
        Rows of `replay_run`, of as many runs as there are.
    claim
        The recall that was to be reached.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim
    >>> run = replay_run(np.arange(900) < 60, claim=Claim(), rng=np.random.default_rng(0))
    >>> score_stopping(run, claim=Claim())["reached"].min()
    1.0
    """
    recall = pl.col("recall")
    table = outcomes.group_by("rule", maintain_order=True).agg(
        n_runs=pl.len(),
        n_reached=(recall >= claim.recall).sum(),
        worst_twentieth=recall.quantile(0.05),
        share_read=pl.col("share_read").mean(),
        price=pl.col("price").mean(),
        excess=(recall - claim.recall).clip(0.0).mean(),
        recall=recall.mean(),
    )
    intervals = [
        scipy.stats.binomtest(n_reached, n_runs).proportion_ci()
        for n_reached, n_runs in table.select("n_reached", "n_runs").iter_rows()
    ]
    scored = table.with_columns(
        reached=pl.col("n_reached") / pl.col("n_runs"),
        low=pl.Series([interval.low for interval in intervals], dtype=pl.Float64),
        high=pl.Series([interval.high for interval in intervals], dtype=pl.Float64),
    )
    return StoppingScore.validate(scored.select(list(StoppingScore.columns())), cast=True)


def make_unrankable(labels: Labels, share: float, rng: np.random.Generator) -> Labels:
    """Return an order in which a share of the relevant records lies at places drawn at random.

    Examples
    --------
    >>> moved = make_unrankable(np.arange(100) < 10, 1.0, np.random.default_rng(0))
    >>> int(moved.sum()), bool(moved[:10].all())
    (10, False)
    """
    return scatter_relevant(labels, (), share, rng)[0]


def scatter_relevant(
    labels: Labels, proposals: Sequence[Rows], share: float, rng: np.random.Generator
) -> tuple[Labels, list[Rows]]:
    """Return `make_unrankable`, and the orders of other rankers, to which the same ones are chance.

    Parameters
    ----------
    labels
        All labels, in reading order.
    proposals
        For each other ranker the places in this order, as it would have read them.
    share
        Of the relevant records.
    rng
        Draws them and their places, in each order anew.

    Examples
    --------
    >>> order = np.arange(100)
    >>> labels, (other,) = scatter_relevant(order < 10, [order], 0.5, np.random.default_rng(0))
    >>> int(labels.sum()), int(labels[other[:5]].sum())
    (10, 5)
    """
    relevant = np.flatnonzero(labels)
    moved = rng.choice(relevant, size=round(share * relevant.size), replace=False)
    order = _scatter(np.arange(labels.size), moved, rng)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return labels[order], [place[_scatter(one, moved, rng)] for one in proposals]


def _scatter(order: Rows, moved: Rows, rng: np.random.Generator) -> Rows:
    """Return an order in which some rows lie at places drawn at random."""
    kept = order[~np.isin(order, moved)]
    return np.insert(kept, rng.integers(0, kept.size + 1, size=moved.size), moved)


def _price(labels: Labels, n_proposed: int, claim: Claim) -> float:
    """Return the share that the price table says will be read in all."""
    n_unread, n_found = labels.size - n_proposed, int(labels[:n_proposed].sum())
    checked = n_unread * price_of_certainty(n_found, claim=claim)
    return float((n_proposed + checked) / max(labels.size, 1))
