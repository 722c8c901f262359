"""Rules made of rules: all of them, any of them, and SAFE as a preset.

SAFE stops its ranked phase only when several habits agree (Boetje & van de Schoot 2024,
10.1186/s13643-024-02502-7). A conjunction is as careful as its most careful part; it does not turn
habits into a guarantee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.screen.stopping.contract import Advice, StoppingRule
from pipeline.screen.stopping.habits import judge_consecutive_irrelevant, judge_share_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.screen.stopping.contract import Claim, Promise, ScreeningView

__all__ = ["SAFE", "all_of", "any_of", "judge_expected_number", "judge_key_papers"]

_SAFE_RUN: Final = 50  # irrelevant in a row
_SAFE_SHARE: Final = 0.1  # of all records, at least
_SAFE_MULTIPLE: Final = 2  # of the relevant records expected from the random phase
_WEAKEST_FIRST: Final[tuple[Promise, ...]] = ("habit", "estimate", "guarantee")


def all_of(name: str, rules: Sequence[StoppingRule], *, source: str = "") -> StoppingRule:
    """Return a rule that stops when every one of the rules would.

    Examples
    --------
    >>> from pipeline.screen.stopping import STOPPING_RULES
    >>> both = all_of("both", [STOPPING_RULES["knee"], STOPPING_RULES["share-read"]])
    >>> both.promise, both.is_monotone
    ('habit', False)
    """
    return _combine(name, rules, source, is_conjunction=True)


def any_of(name: str, rules: Sequence[StoppingRule], *, source: str = "") -> StoppingRule:
    """Return a rule that stops when one of the rules would; it promises no more than the weakest.

    Examples
    --------
    >>> from pipeline.screen.stopping import STOPPING_RULES
    >>> any_of("either", [STOPPING_RULES["knee"], STOPPING_RULES["qbcb"]]).promise
    'habit'
    """
    return _combine(name, rules, source, is_conjunction=False)


def judge_key_papers(view: ScreeningView, claim: Claim) -> Advice:  # noqa: ARG001
    """Stop when every record named beforehand has been found.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> judge_key_papers(ScreeningView(9, np.ones(1, bool)), Claim()).may_stop
    True
    """
    missing = view.n_key_papers_missing
    return Advice("key-papers", missing == 0, missing, 0, f"{missing} key papers not found yet")


def judge_expected_number(view: ScreeningView, claim: Claim) -> Advice:  # noqa: ARG001
    """Stop when twice as many records are read as the random phase expects to be relevant.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ControlSet, ScreeningView
    >>> view = ScreeningView(1000, np.zeros(90, bool), control=ControlSet(100, 5, 0))
    >>> judge_expected_number(view, Claim()).threshold
    100.0
    """
    control = view.control
    rate = control.n_relevant / control.n_drawn if control.n_drawn else 0.0
    needed = _SAFE_MULTIPLE * rate * view.n_records
    return Advice(
        "expected-number",
        control.n_relevant > 0 and view.n_read >= needed,
        view.n_read,
        needed,
        f"{view.n_read} read; the random phase ({control.n_relevant} of {control.n_drawn} "
        f"relevant) asks for {needed:.0f}",
    )


def _combine(
    name: str, rules: Sequence[StoppingRule], source: str, *, is_conjunction: bool
) -> StoppingRule:
    def judge(view: ScreeningView, claim: Claim) -> Advice:
        given = [rule.judge(view, claim) for rule in rules]
        n_willing = sum(advice.may_stop for advice in given)
        needed = len(given) if is_conjunction else 1
        reason = "; ".join(f"{advice.rule}: {advice.reason}" for advice in given)
        return Advice(name, n_willing >= needed, n_willing, needed, reason)

    names = (" and " if is_conjunction else " or ").join(rule.name for rule in rules)
    strength = (max if is_conjunction else min)(
        _WEAKEST_FIRST.index(rule.promise) for rule in rules
    )
    return StoppingRule(
        name,
        promise=_WEAKEST_FIRST[strength],
        says=f"Stops when {names} would.",
        source=source or "; ".join(rule.source for rule in rules),
        is_monotone=all(rule.is_monotone for rule in rules),
        judge=judge,
        needs_control=any(rule.needs_control for rule in rules),
    )


def _judge_safe_run(view: ScreeningView, claim: Claim) -> Advice:
    return judge_consecutive_irrelevant(view, claim, n=_SAFE_RUN)


def _judge_safe_share(view: ScreeningView, claim: Claim) -> Advice:
    return judge_share_read(view, claim, share=_SAFE_SHARE)


_SAFE_SOURCE: Final = "Boetje & van de Schoot 2024, 10.1186/s13643-024-02502-7"

SAFE: Final = all_of(
    "safe",
    [
        StoppingRule(
            "key-papers", "habit", "All key papers found.", _SAFE_SOURCE, False, judge_key_papers
        ),
        StoppingRule(
            "expected-number",
            "habit",
            "Twice the records expected to be relevant are read.",
            _SAFE_SOURCE,
            True,
            judge_expected_number,
            needs_control=True,
        ),
        StoppingRule(
            "a tenth read", "habit", "A tenth is read.", _SAFE_SOURCE, True, _judge_safe_share
        ),
        StoppingRule(
            "fifty in a row", "habit", "Fifty in a row.", _SAFE_SOURCE, True, _judge_safe_run
        ),
    ],
    source=_SAFE_SOURCE,
)
