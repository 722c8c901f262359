"""How far the reading has come: pace, time left, and what the finds so far let one expect.

The pace is the median of the latest decisions, so that a telephone call does not count. The curve
and the estimate are of the review, not of one reviewer: settled outcomes in the order in which they
were first decided.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pipeline.screen.stopping import ScreeningView, estimate_recall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.review.session.own_words import Word
    from pipeline.review.snapshot import Snapshot

__all__ = ["Outlook", "Pace", "measure_pace", "take_outlook", "view_screening"]

_RECENT: Final = 40  # decisions that the pace is taken from
_FEWEST: Final = 3  # decisions below which no pace is told
_N_POINTS: Final = 80  # of the curve


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a citation, and for all that are left; None before there is anything to measure."""

    seconds_each: float | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The recall curve so far and what it says; hidden from blinded reviewers."""

    n_read: int
    n_found: int
    n_records: int
    expected: float | None  # relevant citations in all, where they can be estimated
    sentence: str
    curve: tuple[tuple[int, int], ...]  # (read, found), from (0, 0)
    step: str = ""  # where the stop stands, and what to do next


def measure_pace(words: Sequence[Word], *, n_left: int) -> Pace:
    """Return the pace of the latest decisions, and what it makes of the rest.

    Examples
    --------
    >>> measure_pace([], n_left=10)
    Pace(seconds_each=None, seconds_left=None)
    """
    seconds = [word.seconds for word in words[-_RECENT:] if word.seconds is not None]
    if len(seconds) < _FEWEST:
        return Pace(None, None)
    each = statistics.median(seconds)
    return Pace(each, each * n_left)


def view_screening(snapshot: Snapshot) -> ScreeningView:
    """Return the settled title–abstract outcomes in the order in which they were first decided."""
    first = (
        snapshot.decisions.filter(pl.col("stage") == "title-abstract")
        .group_by("citation_id")
        .agg(pl.col("event").min())
    )
    labels = (
        snapshot.labels.join(first, on="citation_id", how="left")
        .join(snapshot.to_screen, on="citation_id", how="semi")
        .sort("event", "citation_id", nulls_last=True)
    )
    return ScreeningView(snapshot.to_screen.height, labels["is_relevant"].to_numpy())


def take_outlook(view: ScreeningView, *, step: str = "") -> Outlook:
    """Return the curve so far and the sentence on what is left.

    Parameters
    ----------
    view
        The screening as it stands.
    step
        Where the stop stands, and what to do next.

    Examples
    --------
    >>> take_outlook(ScreeningView(10, np.array([True, False]))).curve
    ((0, 0), (1, 1), (2, 1))
    """
    found = np.concatenate([[0], np.cumsum(view.labels)])
    places = np.unique(np.linspace(0, view.n_read, min(_N_POINTS, view.n_read + 1)).astype(int))
    estimate = estimate_recall(view)
    if estimate is None:
        sentence = (
            f"{view.n_found} found in {view.n_read} read: too few to estimate how many are left"
        )
    else:
        sentence = f"{estimate.sentence}. An estimate, never a certificate"
    return Outlook(
        n_read=view.n_read,
        n_found=view.n_found,
        n_records=view.n_records,
        expected=None if estimate is None else view.n_found + estimate.n_left,
        sentence=sentence[:1].upper() + sentence[1:],
        curve=tuple((int(place), int(found[place])) for place in places),
        step=step[:1].upper() + step[1:],
    )
