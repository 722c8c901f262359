"""What a check shall allow to be claimed: the settings, or what was said instead of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.events import CheckPlanned
from pipeline.screen.stopping import Claim

if TYPE_CHECKING:
    from pipeline.screen.stopping import StoppingSettings

__all__ = ["CheckPlan", "register_plan"]


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """What a check shall allow to be claimed; None is what ``review.toml`` says."""

    recall: float | None = None
    confidence: float | None = None
    error_shares: tuple[float, ...] | None = None
    n_allowed: int | None = None
    seed: int | None = None  # None: from the hash of the ledger's last event


def register_plan(
    plan: CheckPlan, settings: StoppingSettings, *, seed: int, criteria_version: str
) -> CheckPlanned:
    """Return the plan as it is registered.

    Raises
    ------
    InputError
        A figure is no share, or the looks divide more error than there is.
    """
    claim = Claim(plan.recall or settings.recall, plan.confidence or settings.confidence)
    shares = plan.error_shares or settings.error_shares
    if min(shares) <= 0 or math.fsum(shares) > 1 + 1e-12:
        raise InputError("looks", f"{shares}", "give shares above 0 that sum to 1 at most")
    allowed = settings.n_allowed if plan.n_allowed is None else plan.n_allowed
    if allowed < 0:
        raise InputError("check", "the finds allowed are below 0", "give 0 or more")
    return CheckPlanned(
        recall=claim.recall,
        confidence=claim.confidence,
        error_shares=shares,
        n_allowed=allowed,
        seed=seed,
        criteria_version=criteria_version,
    )
