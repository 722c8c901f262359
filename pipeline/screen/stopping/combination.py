"""Rules made of rules: all of them, any of them, and SAFE as a preset.

SAFE stops its ranked phase only when several habits agree (Boetje & van de Schoot 2024,
10.1186/s13643-024-02502-7). A conjunction is as careful as its most careful part; it does not turn
habits into a guarantee.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from pipeline.screen.stopping.contract import Advice, StoppingRule
from pipeline.screen.stopping.habits import judge_consecutive_irrelevant, judge_share_read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.screen.stopping.contract import Claim, Promise, ScreeningView

__all__ = ["SAFE", "all_of", "any_of", "judge_expected_number", "judge_key_papers", "safe_with"]

_SAFE_RUN: Final = 50  # irrelevant in a row
_SAFE_SHARE: Final = 0.1  # of all records, at least
_SAFE_MULTIPLE: Final = 2.0  # of the relevant records expected from the random phase
_SAFE_SOURCE: Final = "Boetje & van de Schoot 2024, 10.1186/s13643-024-02502-7"
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


def judge_expected_number(
    view: ScreeningView,
    claim: Claim,  # noqa: ARG001
    *,
    multiple: float = _SAFE_MULTIPLE,
) -> Advice:
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
    needed = multiple * rate * view.n_records
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
        keeps_control_apart=any(rule.keeps_control_apart for rule in rules),
        needs_captures=any(rule.needs_captures for rule in rules),
    )


def safe_with(
    in_a_row: int = _SAFE_RUN, *, share_read: float = _SAFE_SHARE, multiple: float = _SAFE_MULTIPLE
) -> StoppingRule:
    """Return SAFE's conjunction with these thresholds.

    Parameters
    ----------
    in_a_row
        Irrelevant records since the last relevant one.
    share_read
        Share of all records that is read at least.
    multiple
        How many times the records expected to be relevant, at the random phase's rate, are read.

    Examples
    --------
    >>> safe_with(100).name
    'safe'
    """
    parts: list[tuple[str, Callable[[ScreeningView, Claim], Advice], bool]] = [
        ("key-papers", judge_key_papers, False),
        ("expected-number", partial(judge_expected_number, multiple=multiple), True),
        ("share-read", partial(judge_share_read, share=share_read), True),
        ("in-a-row", partial(judge_consecutive_irrelevant, n=in_a_row), True),
    ]
    rules = [
        StoppingRule(
            name,
            "habit",
            f"{name}.",
            _SAFE_SOURCE,
            is_monotone,
            judge,
            needs_control=name == "expected-number",
        )
        for name, judge, is_monotone in parts
    ]
    safe = all_of("safe", rules, source=_SAFE_SOURCE)
    return replace(safe, says="Stops when four habits agree and promises nothing about recall.")


SAFE: Final = safe_with()
