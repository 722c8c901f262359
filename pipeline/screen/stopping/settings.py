"""What a review declares about stopping: the claim, its looks, and SAFE's thresholds.

The rule that proposes is named where the ranking is (``[screening] stopping``); everything that a
certificate needs stands in a table of its own, so that it can be registered in the protocol.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.errors import UnknownNameError
from pipeline.screen.stopping.combination import all_of, safe_with
from pipeline.screen.stopping.contract import Claim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.screen.stopping.contract import StoppingRule

__all__ = ["SafeSettings", "StoppingSettings", "choose_rule"]


class SafeSettings(BaseModel):
    """``[stopping.safe]``: the thresholds of SAFE's ranked phase."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    in_a_row: int = Field(default=50, ge=1)  # irrelevant records
    share_read: float = Field(default=0.1, gt=0, le=1)
    multiple: float = Field(default=2.0, gt=0)  # of the records expected to hold all relevant ones


class StoppingSettings(BaseModel):
    """``[stopping]``: what is to be claimed, in how many looks, and where the unread are counted.

    >>> StoppingSettings().claim
    Claim(recall=0.95, confidence=0.95)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    recall: float = Field(default=0.95, gt=0, lt=1)
    confidence: float = Field(default=0.95, gt=0, lt=1)
    error_shares: tuple[float, ...] = Field(default=(0.8, 0.2), min_length=1)
    n_allowed: int = Field(default=0, ge=0)  # finds that a check is planned to bear
    expected_includes: int | None = Field(default=None, ge=1)  # on title and abstract
    unread: Literal["before-screening", "inside-screened"] = "before-screening"
    safe: SafeSettings = SafeSettings()

    @field_validator("error_shares")
    @classmethod
    def _sum_to_one_at_most(cls, shares: tuple[float, ...]) -> tuple[float, ...]:
        if min(shares) <= 0 or math.fsum(shares) > 1.0 + 1e-12:
            message = "the looks' shares of the error are positive and sum to 1 at most"
            raise ValueError(message)
        return shares

    @property
    def claim(self) -> Claim:
        """What is to be claimed."""
        return Claim(self.recall, self.confidence)


def choose_rule(
    names: str | Sequence[str],
    rules: Mapping[str, StoppingRule],
    *,
    safe: SafeSettings | None = None,
) -> StoppingRule:
    """Return the rule of that name, or the one that asks all of several.

    Parameters
    ----------
    names
        One name, or several.
    rules
        The rules that there are.
    safe
        The thresholds of ``safe``; those of its authors where they are not given.

    Raises
    ------
    UnknownNameError
        A rule is not known.

    >>> from pipeline.screen.stopping import STOPPING_RULES
    >>> choose_rule(["knee", "share-read"], STOPPING_RULES).name
    'knee and share-read'
    """
    chosen = [names] if isinstance(names, str) else list(names)
    if not chosen:
        raise UnknownNameError("stopping rule", "", list(rules))
    found = [
        safe_with(safe.in_a_row, share_read=safe.share_read, multiple=safe.multiple)
        if safe and name == "safe"
        else rules[name]
        for name in chosen
    ]
    return found[0] if len(found) == 1 else all_of(" and ".join(chosen), found)
