"""Rules of thumb: easy to say, widely used, and without any promise about recall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.screen.stopping.contract import Advice, StoppingRule

if TYPE_CHECKING:
    from pipeline.screen.stopping.contract import Claim, ScreeningView

__all__ = [
    "CONSECUTIVE_IRRELEVANT",
    "KNEE",
    "SHARE_READ",
    "count_irrelevant_run",
    "judge_consecutive_irrelevant",
    "judge_knee",
    "judge_share_read",
]

_RUN: Final = 100  # records; notes of the field range from 50 to 200
_HALF: Final = 0.5
_KNEE_SLOPES: Final = 156.0  # Cormack & Grossman 2016, section 5
_KNEE_FOUND: Final = 150


def count_irrelevant_run(view: ScreeningView) -> int:
    """Return how many irrelevant records were read since the last relevant one.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import ScreeningView
    >>> count_irrelevant_run(ScreeningView(9, np.array([True, False, False])))
    2
    """
    found = np.flatnonzero(view.labels)
    return view.n_read - (int(found[-1]) + 1 if found.size else 0)


def judge_consecutive_irrelevant(
    view: ScreeningView,
    claim: Claim,  # noqa: ARG001
    *,
    n: int = _RUN,
) -> Advice:
    """Stop after ``n`` irrelevant records in a row.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> judge_consecutive_irrelevant(ScreeningView(500, np.zeros(100, bool)), Claim()).may_stop
    True
    """
    run = count_irrelevant_run(view)
    return Advice(
        "consecutive-irrelevant", run >= n, run, n, f"{run} irrelevant in a row; {n} are asked for"
    )


def judge_share_read(
    view: ScreeningView,
    claim: Claim,  # noqa: ARG001
    *,
    share: float = _HALF,
) -> Advice:
    """Stop when a fixed share of all records has been read.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> judge_share_read(ScreeningView(500, np.zeros(100, bool)), Claim()).may_stop
    False
    """
    read = view.n_read / max(view.n_records, 1)
    return Advice(
        "share-read", read >= share, read, share, f"{read:.0%} read; {share:.0%} are asked for"
    )


def judge_knee(view: ScreeningView, claim: Claim) -> Advice:  # noqa: ARG001
    """Stop when finds have become much rarer after some point than they were before it.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> labels = np.concatenate([np.ones(200, bool), np.zeros(300, bool)])
    >>> judge_knee(ScreeningView(1000, labels), Claim()).may_stop
    True
    """
    found, n = np.cumsum(view.labels), view.n_read
    threshold = _KNEE_SLOPES - min(view.n_found, _KNEE_FOUND)
    ratio = 0.0
    if n > 1:
        places = np.arange(1, n)
        before = found[:-1] / places
        after = (1 + found[-1] - found[:-1]) / (n - places)
        ratio = float(np.max(before / after))
    return Advice(
        "knee",
        ratio >= threshold,
        ratio,
        threshold,
        f"finds are {ratio:.1f} times rarer than before; {threshold:.0f} times are asked for",
    )


CONSECUTIVE_IRRELEVANT: Final = StoppingRule(
    "consecutive-irrelevant",
    promise="habit",
    says=f"Stops after {_RUN} irrelevant records in a row and promises nothing about recall.",
    source="usual practice; see Boetje & van de Schoot 2024, 10.1186/s13643-024-02502-7",
    is_monotone=True,
    judge=judge_consecutive_irrelevant,
)

SHARE_READ: Final = StoppingRule(
    "share-read",
    promise="habit",
    says="Stops when half of the records have been read and promises nothing about recall.",
    source="usual practice",
    is_monotone=True,
    judge=judge_share_read,
)

KNEE: Final = StoppingRule(
    "knee",
    promise="habit",
    says="Stops where the curve of finds bends; reached about 70 % recall in its authors' runs.",
    source="Cormack & Grossman 2016, 10.1145/2911451.2911510",
    is_monotone=False,
    judge=judge_knee,
)
