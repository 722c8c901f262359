"""What stopping rules would have done in a screening whose labels are all known.

Rules that need more than the ranked reading (a control set, a check) get it drawn at random from
the same set, and what it cost is part of the share read. Rankers that are compared list the same
records in orders of their own, given as places in the order that is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import dataframely as dy
import numpy as np
import polars as pl

from pipeline.screen.stopping.certificate import judge_look, plan_mixed_check
from pipeline.screen.stopping.contract import Claim, ControlSet, RandomCheck, ScreeningView
from pipeline.screen.stopping.ensemble import count_captures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.screen.contract import Labels, Rows
    from pipeline.screen.stopping.contract import StoppingRule

__all__ = [
    "CERTIFICATE",
    "OutcomeRow",
    "StoppingOutcome",
    "certify_after",
    "certify_run",
    "replay_rules",
    "replay_stopping",
]

OutcomeRow: TypeAlias = "tuple[str, int, float, float, bool]"  # of `StoppingOutcome`

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
    proposals: Sequence[Rows] = (),
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
    proposals
        For each other ranker the places in this order, as it would have read them.

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
    rows = replay_rules(
        labels, rules, is_control, claim=claim, look_every=look_every, proposals=proposals
    )
    return _framed(*rows)


def replay_rules(
    labels: Labels,
    rules: Sequence[StoppingRule],
    is_control: Labels,
    *,
    claim: Claim,
    look_every: int,
    proposals: Sequence[Rows] = (),
) -> list[OutcomeRow]:
    """Return what `replay_stopping` puts in a frame, as rows; the control set is given.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import STOPPING_RULES, Claim
    >>> labels = np.arange(400) < 20
    >>> replay_rules(labels, [STOPPING_RULES["share-read"]], np.zeros(400, bool), claim=Claim(),
    ...     look_every=25)
    [('share-read', 200, 1.0, 0.5, True)]
    """
    lists = [np.arange(labels.size), *proposals]
    views = _Views(labels, is_control, lists)
    return [_replay_rule(rule, views, claim, look_every) for rule in rules]


def certify_after(
    labels: Labels,
    rule: StoppingRule,
    *,
    claim: Claim,
    rng: np.random.Generator,
    error_shares: Sequence[float] = _ERROR_SHARES,
    n_allowed: int = 0,
    look_every: int = _LOOK_EVERY,
    n_before: int = 0,
) -> dy.DataFrame[StoppingOutcome]:
    """Return how a screening ends that a rule proposes to stop, and a random check certifies.

    As in a review: the check is mixed among the next in the order, a failed one re-opens the ranked
    reading until the rule proposes again, and after the last planned look everything is read.

    Parameters
    ----------
    labels
        All labels, in reading order.
    rule
        Proposes; it is asked every ``look_every`` records.
    claim
        What is to be certified.
    rng
        Draws the samples.
    error_shares
        Parts of the error, one for each permitted look.
    n_allowed
        Finds that a sample is planned to bear.
    look_every
        Records between two looks at the rule.
    n_before
        Records that are read before it is asked: where it is known not to propose.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import STOPPING_RULES, Claim
    >>> outcome = certify_after(np.arange(4000) < 300, STOPPING_RULES["consecutive-irrelevant"],
    ...     claim=Claim(), rng=np.random.default_rng(0))
    >>> outcome["has_stopped"].to_list()
    [True]
    """
    return _framed(
        certify_run(
            labels,
            rule,
            claim=claim,
            rng=rng,
            error_shares=error_shares,
            n_allowed=n_allowed,
            look_every=look_every,
            n_before=n_before,
        )
    )


def certify_run(
    labels: Labels,
    rule: StoppingRule,
    *,
    claim: Claim,
    rng: np.random.Generator,
    error_shares: Sequence[float],
    n_allowed: int,
    look_every: int,
    n_before: int,
) -> OutcomeRow:
    """Return what `certify_after` puts in a frame, as the row that it is.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import STOPPING_RULES, Claim
    >>> certify_run(np.ones(9, bool), STOPPING_RULES["share-read"], claim=Claim(),
    ...     rng=np.random.default_rng(0), error_shares=(1.0,), n_allowed=0, look_every=1,
    ...     n_before=0)[1:]
    (9, 1.0, 1.0, True)
    """
    reading = _Reading(labels)
    reading.read_next(n_before)
    for look in range(1, len(error_shares) + 1):
        reading.read_until(rule, claim, look_every)
        error = claim.error * error_shares[look - 1]
        n_mixed_in, n_drawn = plan_mixed_check(
            reading.unread.size, reading.n_found, claim=claim, n_expected=n_allowed, error=error
        )
        reading.read_next(n_mixed_in)
        n_found, n_unread = reading.n_found, reading.unread.size
        check = RandomCheck(n_unread, n_drawn, reading.read_at_random(n_drawn, rng))
        result = judge_look(n_found, check, claim=claim, look=look, error_shares=error_shares)
        if result.is_certified:
            return _outcome(CERTIFICATE, labels, reading.is_read, has_stopped=True)
    return _outcome(CERTIFICATE, labels, np.ones_like(labels), has_stopped=False)


class _Reading:
    """A ranked reading with random checks in between, as a rule sees it.

    What a check showed to be irrelevant is left out of the rule's view, as in a review.
    """

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.is_read = np.zeros(labels.size, dtype=np.bool_)
        self._seen: list[bool] = []
        self._n_left_out = 0

    @property
    def unread(self) -> Rows:
        """Places in the order that have not been read."""
        return np.flatnonzero(~self.is_read)

    @property
    def n_found(self) -> int:
        """Relevant records read so far."""
        return int(self.labels[self.is_read].sum())

    def read_next(self, n: int) -> None:
        """Read the next ones in the order."""
        places = self.unread[:n]
        self.is_read[places] = True
        self._seen += self.labels[places].tolist()

    def read_at_random(self, n: int, rng: np.random.Generator) -> int:
        """Read a random sample of the unread; return how many are relevant."""
        places = rng.choice(self.unread, size=n, replace=False)
        self.is_read[places] = True
        n_relevant = int(self.labels[places].sum())
        self._seen += [True] * n_relevant
        self._n_left_out += n - n_relevant
        return n_relevant

    def read_until(self, rule: StoppingRule, claim: Claim, look_every: int) -> None:
        """Read on in the order until the rule proposes to stop, or to the end."""
        while self.unread.size:
            self.read_next(look_every)
            seen = np.array(self._seen, dtype=np.bool_)
            view = ScreeningView(self.labels.size - self._n_left_out, seen)
            if rule.judge(view, claim).may_stop:
                return


def _framed(*outcomes: OutcomeRow) -> dy.DataFrame[StoppingOutcome]:
    return StoppingOutcome.validate(
        pl.DataFrame(list(outcomes), schema=StoppingOutcome.create_empty().schema, orient="row")
    )


class _Views:
    """What a rule would have seen at each place of a ranked reading."""

    def __init__(self, labels: Labels, is_control: Labels, lists: Sequence[Rows]) -> None:
        self.labels, self.is_control, self._lists = labels, is_control, lists
        self._control_found = np.cumsum(is_control & labels)

    def view(self, n_read: int, rule: StoppingRule) -> ScreeningView:
        """Return what is known after so many records; captures only for a rule that asks."""
        found = self._control_found
        control = ControlSet(int(self.is_control.sum()), int(found[-1]), int(found[n_read - 1]))
        captures: tuple[int, ...] = ()
        if rule.needs_captures and len(self._lists) > 1:
            is_read = np.arange(self.labels.size) < n_read
            captures = count_captures(self._lists, is_read, self.labels)
        return ScreeningView(
            self.labels.size,
            self.labels[:n_read],
            control=control,
            captures=captures,
            n_learners=len(self._lists),
        )


def _replay_rule(rule: StoppingRule, views: _Views, claim: Claim, look_every: int) -> OutcomeRow:
    labels = views.labels
    for n_read in range(look_every, labels.size + 1, look_every):
        if rule.judge(views.view(n_read, rule), claim).may_stop:
            is_read = np.arange(labels.size) < n_read
            if rule.needs_control:
                is_read |= views.is_control
            return _outcome(rule.name, labels, is_read, has_stopped=True)
    return _outcome(rule.name, labels, np.ones_like(labels), has_stopped=False)


def _outcome(rule: str, labels: Labels, is_read: Labels, *, has_stopped: bool) -> OutcomeRow:
    n_read, n_relevant = int(is_read.sum()), int(labels.sum())
    recall = float(labels[is_read].sum()) / n_relevant if n_relevant else 1.0
    return rule, n_read, recall, n_read / max(labels.size, 1), has_stopped
