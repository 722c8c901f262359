"""What people do about the stop: propose it, have it checked, judge the check.

A rule's advice is taken up as a proposal; a check that was registered beforehand certifies it or
fails. "One planned look" and "a failed check re-opens screening" go together because the error is
divided in advance: each sample that is drawn spends its look, and what is left is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, NotReadyError
from pipeline.events import (
    CertificateVoided,
    CheckFailed,
    CheckPlanned,
    RandomPhaseDrawn,
    SampleDrawn,
    SecondLookDrawn,
    StoppingCertified,
    StoppingProposed,
)
from pipeline.review.criteria import record_criteria
from pipeline.review.desk import Desk
from pipeline.review.reading import reading_list
from pipeline.review.snapshot import Snapshot
from pipeline.review.stopping.drawing import draw_places
from pipeline.review.stopping.guards import (
    make_sheet,
    open_sample,
    planned,
    require_no_check,
    require_no_plan,
    require_nothing_open,
)
from pipeline.review.stopping.judging import judge_tally
from pipeline.review.stopping.outlook import (
    StoppingOutlook,
    proposing_rule,
    see_outlook,
    view_screening,
)
from pipeline.review.stopping.planning import CheckPlan, register_plan
from pipeline.review.stopping.random_phase import draw_random_phase, list_blind
from pipeline.review.stopping.second_look import draw_second_look
from pipeline.review.stopping.tally import tally_check
from pipeline.screen.stopping import (
    STOPPING_RULES,
    choose_rule,
)

if TYPE_CHECKING:
    import polars as pl

    from pipeline.review.stopping.tally import CheckTally

__all__ = ["CheckPlan", "StoppingDesk"]

_SEED_DIGITS: Final = 8  # hexadecimal, of the ledger's head


class StoppingDesk(Desk):
    """The stop of one review: ``review.stopping``."""

    __slots__ = ()

    def advice(self, *, rule: str | None = None) -> StoppingOutlook:
        """Say how near the end is; ``rule`` instead of the one that the review declares."""
        snapshot = Snapshot(self.workspace)
        if rule is None:
            return see_outlook(snapshot)
        safe = self.workspace.config.stopping.safe
        return see_outlook(snapshot, rule=choose_rule(rule, STOPPING_RULES, safe=safe))

    def draw_random_phase(self, n: int, *, actor: str, seed: int | None = None) -> RandomPhaseDrawn:
        """Draw citations at random to be read first; from here on they are what reviewers get.

        The ranking learns from them, unless the review's rule compares the ranked reading with them
        (``target``, ``qbcb``). Once they are read, another draw adds to them.

        Parameters
        ----------
        n
            How many citations.
        actor
            Whose word it is.
        seed
            Draws them; None: from the hash of the ledger's last event.

        Raises
        ------
        InputError
            There are not so many citations, or the seed is below 0.
        NotReadyError
            A check, a random phase or a batch is being read, or they would come too late.
        """
        snapshot = Snapshot(self.workspace)
        require_nothing_open(snapshot)
        record_criteria(self.workspace, now=self.clock())
        snapshot = Snapshot(self.workspace)
        event = draw_random_phase(
            snapshot,
            n,
            seed=self._seed(seed),
            is_kept_apart=proposing_rule(snapshot).keeps_control_apart,
        )
        uids = [f"random phase:{snapshot.workspace.ledger.head().seq}"]
        self.workspace.ledger.append([event], actor=actor, now=self.clock(), uids=uids)
        return event

    def _seed(self, given: int | None) -> int:
        """Return the seed that was given, or one that nobody can choose and all can repeat."""
        if given is None:
            return int(self.workspace.ledger.head().hash[:_SEED_DIGITS], 16)
        if given < 0:
            raise InputError("seed", f"is {given}", "give 0 or more")
        return given

    def propose(self, *, actor: str, because: str = "") -> StoppingProposed:
        """Propose to stop: the rule's advice, or a person's own reason where it says no.

        Raises
        ------
        NotReadyError
            The rule would go on and no reason is given, or a check is open.
        """
        snapshot = Snapshot(self.workspace)
        require_no_check(snapshot)
        config, rule = self.workspace.config, proposing_rule(snapshot)
        claim, view = config.stopping.claim, view_screening(snapshot, rule=rule)
        advice = rule.judge(view, claim)
        if not advice.may_stop and not because.strip():
            raise NotReadyError(
                f"the rule {rule.name} would go on ({advice.reason}); give a reason of your own to "
                "propose a stop all the same"
            )
        event = StoppingProposed(
            rule=rule.name if advice.may_stop else "by hand",
            promise=rule.promise if advice.may_stop else "habit",
            recall=claim.recall,
            confidence=claim.confidence,
            statistic=advice.statistic,
            threshold=advice.threshold,
            reason=advice.reason if advice.may_stop else because.strip(),
            n_records=view.n_records,
            n_read=view.n_read,
            n_found=view.n_found,
            criteria_version=config.criteria.version,
        )
        self.workspace.ledger.append([event], actor=actor, now=self.clock())
        return event

    def plan(self, plan: CheckPlan | None = None, *, actor: str) -> CheckPlanned:
        """Register what will be claimed, how surely and in how many looks.

        Raises
        ------
        InputError
            A plan stands already, or its figures are not shares.
        NotReadyError
            Every look of the plan failed: all its error is spent.
        """
        snapshot, given = Snapshot(self.workspace), plan or CheckPlan()
        require_no_plan(snapshot.stopping)
        event = register_plan(
            given,
            self.workspace.config.stopping,
            seed=self._seed(given.seed),
            criteria_version=self.workspace.config.criteria.version,
        )
        self.workspace.ledger.append([event], actor=actor, now=self.clock())
        return event

    def draw(self, *, actor: str) -> SampleDrawn:
        """Draw the sample of the next look; from here on it is what reviewers are given to read.

        Raises
        ------
        NotReadyError
            Nothing was proposed or planned, a check is open, or no look is left.
        """
        snapshot = Snapshot(self.workspace)
        require_no_check(snapshot)
        standing, plan = snapshot.stopping, planned(snapshot.stopping)
        if standing.proposal is None:
            raise NotReadyError("no stop was proposed; see `thresher stop`")
        look = standing.n_looks_spent + 1
        drawn = draw_places(snapshot, plan.plan, look=look)
        clustering, queue = snapshot.clustering, snapshot.queue_in_force
        event = SampleDrawn(
            plan=plan.seq,
            look=look,
            seed=plan.plan.seed,
            places=self.workspace.frames.put(drawn.places),
            clustering=clustering.frame if clustering else None,
            queue=queue.frame if queue else None,
            n_found=drawn.n_found,
            n_unread=drawn.n_unread,
            n_drawn=drawn.n_drawn,
            n_mixed_in=drawn.n_mixed_in,
            criteria_version=plan.plan.criteria_version,
            basis=snapshot.workspace.ledger.head().seq,
        )
        uids = [f"check:{plan.seq}:{look}"]  # two people at once draw one sample
        self.workspace.ledger.append([event], actor=actor, now=self.clock(), uids=uids)
        return event

    def tally(self) -> CheckTally:
        """Say how far the check that is open has come.

        Raises
        ------
        NotReadyError
            No check is open.
        """
        snapshot = Snapshot(self.workspace)
        return tally_check(snapshot, open_sample(snapshot)[1])

    def reading_sheet(self, reviewer: str) -> pl.DataFrame:
        """Return what an open check or random phase gives a reviewer to read, to be filled in.

        Columns ``citation_id, title, abstract, decision``, in the frozen order; nothing tells the
        sample from the others.

        Raises
        ------
        NotReadyError
            Neither is open.
        """
        snapshot = Snapshot(self.workspace)
        if list_blind(snapshot) is None:
            raise NotReadyError("no check or random phase is open; see `thresher stop`")
        return make_sheet(snapshot, reading_list(snapshot, reviewer).citations)

    def judge(self, *, actor: str) -> StoppingCertified | CheckFailed:
        """Judge the check that has been read: a certificate, or a failure that re-opens screening.

        Raises
        ------
        NotReadyError
            No check is open, or some of it has not been read.
        """
        snapshot = Snapshot(self.workspace)
        check, sample = open_sample(snapshot)
        tally = tally_check(snapshot, sample)
        if tally.n_to_read:
            raise NotReadyError(f"{tally.n_to_read} citations of the check are still to be read")
        event = judge_tally(
            snapshot.stopping, check, tally, ledger_hash=self.workspace.ledger.head().hash
        )
        uids = [f"judge:{check.seq}"]
        self.workspace.ledger.append([event], actor=actor, now=self.clock(), uids=uids)
        return event

    def take_back(self, certificate: int, *, reason: str, actor: str) -> None:
        """Take a certificate back, for a reason; what it left unread is to be screened again.

        Raises
        ------
        InputError
            There is no such certificate, or no reason.
        """
        given = Snapshot(self.workspace).stopping.certificates
        if certificate not in {one.seq for one in given if not one.taken_back}:
            raise InputError(
                f"event {certificate}", "is no certificate that stands", "see `thresher stop`"
            )
        if not reason.strip():
            raise InputError("reason", "is empty", "say why the certificate is taken back")
        event = CertificateVoided(certificate=certificate, reason=reason.strip())
        self.workspace.ledger.append([event], actor=actor, now=self.clock())

    def second_look(self, n: int, *, actor: str) -> pl.DataFrame:
        """Give the exclusions that the model favours to look at again, to be filled in.

        Columns ``citation_id, title, abstract, decision``, in shuffled order. Whoever decides
        again lets the later word stand; `advice` says what came of it.

        Raises
        ------
        InputError
            ``n`` is below 1.
        NotReadyError
            Nothing has been excluded, or nothing included, yet.
        """
        if n < 1:
            raise InputError("second look", f"{n} citations", "ask for 1 or more")
        snapshot = Snapshot(self.workspace)
        if snapshot.labels["is_relevant"].n_unique() < 2:  # noqa: PLR2004 - both kinds
            raise NotReadyError("a second look needs an exclusion and an inclusion")
        listed = draw_second_look(snapshot, n)
        event = SecondLookDrawn(frame=self.workspace.frames.put(listed), n_listed=listed.height)
        self.workspace.ledger.append([event], actor=actor, now=self.clock())
        return make_sheet(snapshot, listed.sample(fraction=1.0, shuffle=True, seed=len(listed)))
