"""What stopping rules would have done in a screening whose labels are all known.

Rules that need more than the ranked reading (a control set, a check) get it drawn at random from
the same set, and what it cost is part of the share read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl

from pipeline.screen.stopping.certificate import judge_look, plan_check
from pipeline.screen.stopping.contract import Claim, ControlSet, RandomCheck, ScreeningView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.screen.contract import Labels
    from pipeline.screen.stopping.contract import StoppingRule

__all__ = ["CERTIFICATE", "StoppingOutcome", "certify_after", "replay_stopping"]

CERTIFICATE: Final = "certificate"  # a proposal, then the planned random check
_LOOK_EVERY: Final = 25  # records between two looks at a rule
_ERROR_SHARES: Final = (0.8, 0.2)


class StoppingOutcome(dy.Schema):
    """Where a rule would have stopped, and what had been found by then."""

    rule = dy.String(primary_key=True)
    n_read = dy.UInt32()  # control set and checks included
    recall = dy.Float64(min=0, max=1)
    share_read = dy.Float64(min=0, max=1)
    has_stopped = dy.Bool()  # False: it read everything


def replay_stopping(
    labels: Labels,
    *,
    rules: Sequence[StoppingRule],
    claim: Claim,
    rng: np.random.Generator,
    look_every: int = _LOOK_EVERY,
    control_share: float = 0.1,
) -> dy.DataFrame[StoppingOutcome]:
    """Return where each rule would have stopped a screening read in this order.

    Parameters
    ----------
    labels
        All labels, in reading order.
    rules
        The rules to ask; each is asked every ``look_every`` records.
    claim
        What they are asked about.
    rng
        Draws the control set.
    control_share
        Share of all records drawn into the control set.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import STOPPING_RULES, Claim
    >>> outcomes = replay_stopping(np.arange(400) < 20, rules=[STOPPING_RULES["share-read"]],
    ...     claim=Claim(), rng=np.random.default_rng(0))
    >>> outcomes["n_read"].to_list()
    [200]
    """
    is_control = rng.random(labels.size) < control_share
    rows = [_replay_rule(rule, labels, is_control, claim, look_every) for rule in rules]
    return StoppingOutcome.validate(
        pl.DataFrame(rows, schema=StoppingOutcome.create_empty().schema, orient="row")
    )


def certify_after(
    labels: Labels,
    n_proposed: int,
    *,
    claim: Claim,
    rng: np.random.Generator,
    error_shares: Sequence[float] = _ERROR_SHARES,
) -> dy.DataFrame[StoppingOutcome]:
    """Return how a screening ends that was proposed to stop, then checked at random, and re-opened.

    After a failed check the ranked reading goes on for as long as the sample had been, before the
    next planned look; after the last one everything is read.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim
    >>> labels = np.arange(4000) < 300
    >>> outcome = certify_after(labels, 500, claim=Claim(), rng=np.random.default_rng(0))
    >>> outcome["has_stopped"].to_list()
    [True]
    """
    is_read = np.arange(labels.size) < n_proposed
    for look in range(1, len(error_shares) + 1):
        unread = np.flatnonzero(~is_read)
        n_found = int(labels[is_read].sum())
        error = claim.error * error_shares[look - 1]
        n_drawn = plan_check(unread.size, n_found, claim=claim, error=error)
        drawn = rng.choice(unread, size=n_drawn, replace=False)
        check = RandomCheck(unread.size, n_drawn, int(labels[drawn].sum()))
        is_read[drawn] = True
        result = judge_look(n_found, check, claim=claim, look=look, error_shares=error_shares)
        if result.is_certified:
            return _framed(_outcome(CERTIFICATE, labels, is_read, has_stopped=True))
        is_read[np.flatnonzero(~is_read)[:n_drawn]] = True
    return _framed(_outcome(CERTIFICATE, labels, np.ones_like(is_read), has_stopped=False))


def _framed(*outcomes: tuple[str, int, float, float, bool]) -> dy.DataFrame[StoppingOutcome]:
    return StoppingOutcome.validate(
        pl.DataFrame(list(outcomes), schema=StoppingOutcome.create_empty().schema, orient="row")
    )


def _replay_rule(
    rule: StoppingRule, labels: Labels, is_control: Labels, claim: Claim, look_every: int
) -> tuple[str, int, float, float, bool]:
    control_relevant = is_control & labels
    for n_read in range(look_every, labels.size + 1, look_every):
        control = ControlSet(
            int(is_control.sum()), int(control_relevant.sum()), int(control_relevant[:n_read].sum())
        )
        view = ScreeningView(labels.size, labels[:n_read], control=control)
        if rule.judge(view, claim).may_stop:
            is_read = np.arange(labels.size) < n_read
            if rule.needs_control:
                is_read |= is_control
            return _outcome(rule.name, labels, is_read, has_stopped=True)
    return _outcome(rule.name, labels, np.ones_like(labels), has_stopped=False)


def _outcome(
    rule: str, labels: Labels, is_read: Labels, *, has_stopped: bool
) -> tuple[str, int, float, float, bool]:
    n_read, n_relevant = int(is_read.sum()), int(labels.sum())
    recall = float(labels[is_read].sum()) / n_relevant if n_relevant else 1.0
    return rule, n_read, recall, n_read / max(labels.size, 1), has_stopped
