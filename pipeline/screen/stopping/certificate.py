"""From a proposed stop to a claim: the price of certainty, the planned check, the error left.

"One planned look" and "a failed check re-opens screening" go together only if the error is divided
among the permitted looks in advance. A check is drawn from a recorded seed, and what is left after
it is printed; an open conflict or a "maybe" in the sample counts as relevant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import scipy

from pipeline.errors import InputError
from pipeline.screen.stopping.contract import Claim, RandomCheck
from pipeline.screen.stopping.hypergeometric import check_p_value

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CheckResult",
    "draw_check",
    "judge_look",
    "plan_check",
    "plan_mixed_check",
    "price_of_certainty",
    "price_table",
    "supported_recall",
]

_LOOKS: Final = (0.8, 0.2)  # parts of the error for the first check and for one retry
_GRID: Final = 65  # sample sizes tried at once
_MIX_SHARE: Final = 0.2  # of the sample: how many others are read among it
_MIX_LEAST: Final = 5  # records
_FOUND: Final = (10, 20, 40, 81, 150, 300, 600)
_RECALLS: Final = (0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one look at a random check allows to be said."""

    is_certified: bool
    look: int  # from 1
    p_value: float
    error_spent: float  # on this look
    error_left: float  # for the looks that remain
    sentence: str


def price_of_certainty(n_found: int, *, claim: Claim) -> float:
    """Return the share of the unread that must be read, finding nothing, before the claim holds.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim
    >>> round(price_of_certainty(81, claim=Claim(0.95)), 2)
    0.45
    """
    return float(1.0 - claim.error ** (1.0 / claim.n_missing(n_found)))


def price_table(
    *,
    found: Sequence[int] = _FOUND,
    recalls: Sequence[float] = _RECALLS,
    confidence: float = 0.95,
    n_unread: int | None = None,
) -> pl.DataFrame:
    """Return what claims cost: ``n_found, recall, share``; with a remainder, ``n_records``.

    Examples
    --------
    >>> price_table(found=[300], recalls=[0.95])["share"].round(2).to_list()
    [0.17]
    """
    claims = [(n_found, Claim(recall, confidence)) for n_found in found for recall in recalls]
    table = pl.DataFrame(
        {
            "n_found": [n_found for n_found, _ in claims],
            "recall": [claim.recall for _, claim in claims],
            "share": [price_of_certainty(n_found, claim=claim) for n_found, claim in claims],
        },
        schema={"n_found": pl.UInt32, "recall": pl.Float64, "share": pl.Float64},
    )
    if n_unread is None:
        return table
    drawn = [plan_check(n_unread, n_found, claim=claim) for n_found, claim in claims]
    return table.with_columns(n_records=pl.Series(drawn, dtype=pl.UInt32))


def plan_check(
    n_unread: int, n_found: int, *, claim: Claim, n_expected: int = 0, error: float | None = None
) -> int:
    """Return the smallest random sample that certifies if it holds no more than expected.

    Parameters
    ----------
    n_unread
        Records not read when the stop is proposed.
    n_found
        Relevant records found by then.
    claim
        What is to be claimed.
    n_expected
        Relevant records that the sample may hold and still certify.
    error
        The part of the claim's error that this look may spend; all of it unless given.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim
    >>> plan_check(10_000, 81, claim=Claim(0.95))
    4507
    """
    allowed = claim.error if error is None else error
    missing = claim.n_missing(n_found + n_expected) + n_expected
    if missing > n_unread:
        return 0
    low, high = 0, n_unread  # the smallest lies in between, ends included
    while low < high:
        sizes = np.unique(np.linspace(low, high, _GRID).astype(np.int64))
        holds = scipy.stats.hypergeom.cdf(n_expected, n_unread, missing, sizes) <= allowed
        first = int(np.argmax(holds)) if holds.any() else sizes.size - 1
        low, high = (int(sizes[first - 1]) + 1 if first else low), int(sizes[first])
    return low


def plan_mixed_check(
    n_unread: int, n_found: int, *, claim: Claim, n_expected: int = 0, error: float | None = None
) -> tuple[int, int]:
    """Return how many of the next in the order are mixed in, and how many of the rest are drawn.

    What is mixed in is set aside before the draw, so that the sample is a plain random one of what
    remains; the parameters are those of `plan_check`.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim
    >>> plan_mixed_check(10_000, 300, claim=Claim(0.95))
    (342, 1648)
    """

    def planned(n_urn: int) -> int:
        return plan_check(n_urn, n_found, claim=claim, n_expected=n_expected, error=error)

    n_mixed_in = min(max(_MIX_LEAST, math.ceil(_MIX_SHARE * planned(n_unread))), n_unread)
    return n_mixed_in, planned(n_unread - n_mixed_in)


def draw_check(unread_ids: Sequence[str], *, n: int, seed: int | Sequence[int]) -> list[str]:
    """Return a random sample of the unread, the same for the same seed whatever their order.

    Examples
    --------
    >>> draw_check(["c", "a", "b"], n=2, seed=1) == draw_check(["a", "b", "c"], n=2, seed=1)
    True
    """
    ordered = sorted(unread_ids)
    if not 0 <= n <= len(ordered):
        raise InputError("check", f"{n} of {len(ordered)} unread cannot be drawn", "draw fewer")
    drawn = np.random.default_rng(seed).choice(len(ordered), size=n, replace=False)
    return [ordered[place] for place in drawn]


def judge_look(
    n_found: int,
    check: RandomCheck,
    *,
    claim: Claim,
    look: int = 1,
    error_shares: Sequence[float] = _LOOKS,
) -> CheckResult:
    """Return what a check allows to be said at this look, and what error is left after it.

    Parameters
    ----------
    n_found
        Relevant records found before the check.
    check
        The sample; an open conflict or "maybe" in it counts as relevant.
    claim
        Registered before the first look.
    look
        Which look this is, from 1.
    error_shares
        How the error was divided among the looks, in advance; they sum to 1 at most.

    Raises
    ------
    InputError
        If the look was not planned, or more error is divided than there is.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim, RandomCheck
    >>> judge_look(300, RandomCheck(9000, 2000, 0), claim=Claim(0.95)).is_certified
    True
    """
    if not 1 <= look <= len(error_shares):
        raise InputError("look", f"{look} was not planned", f"{len(error_shares)} were")
    if math.fsum(error_shares) > 1.0 + 1e-12:
        raise InputError("looks", "divide more error than there is", "shares sum to 1 at most")
    spent = claim.error * error_shares[look - 1]
    left = claim.error * math.fsum(error_shares[look:])
    p_value = check_p_value(n_found, check, claim)
    is_certified = p_value <= spent
    verdict = "supports" if is_certified else "does not support"
    return CheckResult(
        is_certified,
        look,
        p_value,
        spent,
        left,
        f"Look {look}: {check.n_relevant} relevant among {check.n_drawn} drawn at random from "
        f"{check.n_unread} unread records; this {verdict} a recall of at least "
        f"{claim.recall:.0%} at {claim.confidence:.0%} confidence (p = {p_value:.3g}, "
        f"{spent:.3g} allowed, {left:.3g} left).",
    )


def supported_recall(n_found: int, check: RandomCheck, *, error: float) -> float:
    """Return the largest recall that the check supports: a lower confidence limit.

    Parameters
    ----------
    n_found
        Relevant records found before the check.
    check
        The sample; an open conflict or "maybe" in it counts as relevant.
    error
        The chance of saying too much.

    Examples
    --------
    >>> from pipeline.screen.stopping import RandomCheck
    >>> round(supported_recall(81, RandomCheck(10_000, 4_507, 0), error=0.05), 3)
    0.953
    """
    low, high = check.n_relevant, check.n_unread - (check.n_drawn - check.n_relevant)
    while low < high:  # the most relevant records that the unread may hold, given what was drawn
        middle = (low + high + 1) // 2
        chance = scipy.stats.hypergeom.cdf(check.n_relevant, check.n_unread, middle, check.n_drawn)
        low, high = (middle, high) if chance > error else (low, middle - 1)
    found = n_found + check.n_relevant
    return found / (n_found + low) if n_found + low else 1.0
