"""The team's desk: who reads what, what is disputed, and how well the reviewers agree.

What blinding means here: while a batch is open, no list, view or file of Thresher shows a reviewer
another's word on it, a score or a model's term. Whoever can open ``ledger.sqlite`` with another
program can read everything all the same: where that matters, keep the ledger in PostgreSQL and let
reviewers only through the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError, NotReadyError, UnknownNameError
from pipeline.events import CitationsAssigned, Event, ReviewerAvailability
from pipeline.review.criteria import lock_criteria, record_criteria
from pipeline.review.decisions import GivenDecision, take_decisions
from pipeline.review.desk import Desk
from pipeline.review.retrieval.desk import RetrievalDesk
from pipeline.review.snapshot import Snapshot
from pipeline.review.stopping.random_phase import list_blind
from pipeline.review.team.agreement import AgreementReport, report_agreement
from pipeline.review.team.batches import available_readers, draw_batch
from pipeline.review.team.conflicts import (
    OpenDispute,
    list_disputes,
    n_hidden,
    require_dispute,
)
from pipeline.review.team.duties import (
    is_batch_begun,
    is_batch_open,
    list_duties,
    list_unreadable,
)
from pipeline.review.team.handout import write_handout
from pipeline.review.team.undoing import undoing_resolution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    import dataframely as dy

    from pipeline.schemas.team import Dispute, ReviewerDuty

__all__ = ["TeamDesk"]

_SETTLING = ("include", "exclude")


class TeamDesk(Desk):
    """Two or more reviewers: ``review.team``."""

    __slots__ = ()

    def duties(self) -> dy.DataFrame[ReviewerDuty]:
        """Return what every reviewer has done and owes."""
        return list_duties(Snapshot(self.workspace))

    def lacking_readers(self) -> list[str]:
        """Return the citations that need another reviewer than those who are available."""
        return list_unreadable(Snapshot(self.workspace)).to_list()

    def is_batch_open(self) -> bool:
        """Say whether a batch is frozen that somebody has still to read."""
        return is_batch_open(Snapshot(self.workspace))

    def leave(self, reviewer: str, *, actor: str, note: str | None = None) -> None:
        """Give a reviewer's unread citations to the others; their decisions stand."""
        self._set_available(reviewer, is_available=False, actor=actor, note=note)

    def come_back(self, reviewer: str, *, actor: str, note: str | None = None) -> None:
        """Count a reviewer in again."""
        self._set_available(reviewer, is_available=True, actor=actor, note=note)

    def assign(
        self, citation_ids: Sequence[str], *, to: str, actor: str, note: str | None = None
    ) -> None:
        """Hand citations to a reviewer before all others.

        Raises
        ------
        UnknownNameError
            A citation or the reviewer is not known, or the reviewer has left.
        InputError
            No citation is named.
        """
        snapshot = Snapshot(self.workspace)
        known = set(snapshot.clusters["record_id"])
        for one in citation_ids:
            if one not in known:
                raise UnknownNameError("citation", one, known)
        _require_available(snapshot, to)
        if not citation_ids:
            raise InputError("assign", "names no citation", "name one or more")
        event = CitationsAssigned(reviewer=to, citation_ids=tuple(citation_ids), note=note)
        self._append(event, actor)

    def reassign(self, reviewer: str, *, to: str, actor: str, note: str | None = None) -> int:
        """Hand all that one reviewer owes to another; return how many citations that is."""
        owed = Snapshot(self.workspace).owed_in_all.filter(pl.col("reviewer") == reviewer)
        if owed.is_empty():
            raise InputError(reviewer, "owes nothing", "see `thresher team`")
        self.assign(owed["citation_id"].to_list(), to=to, actor=actor, note=note)
        return owed.height

    def disputes(self) -> dy.DataFrame[Dispute]:
        """Return what the readers left open, citations and reports, with who said what."""
        return list_disputes(Snapshot(self.workspace))

    def n_hidden(self) -> int:
        """Return how many disputes a batch that is still read blind keeps back."""
        return n_hidden(Snapshot(self.workspace))

    def resolve(
        self,
        name: str,
        decision: str,
        *,
        reviewer: str,
        stage: str | None = None,
        reasons: Sequence[str] = (),
        note: str | None = None,
    ) -> OpenDispute:
        """Settle a dispute, by discussion or as a third person; no earlier word is overwritten.

        Parameters
        ----------
        name
            Of the citation, of any record in it, or of the report that is disputed.
        decision
            ``include`` or ``exclude``.
        reviewer
            Who answers for it.
        stage
            May be left out where the name is open at one stage only.
        reasons, note
            As for any decision.

        Raises
        ------
        UnknownNameError
            The citation or report, the stage, the decision, a reason or the reviewer is not known.
        InputError
            Nothing of that name is open for resolution, or more than one thing is.
        """
        if decision not in _SETTLING:
            raise UnknownNameError("resolution", decision, _SETTLING)
        found = require_dispute(Snapshot(self.workspace), name, stage)
        if found.unit == "report":
            RetrievalDesk(self.workspace, self.clock).assess(
                found.id,
                decision,
                reviewer=reviewer,
                reasons=reasons,
                note=note,
                is_resolution=True,
            )
            return found
        record_criteria(self.workspace, now=self.clock())
        given = GivenDecision(
            found.id, decision, found.stage, reasons=tuple(reasons), note=note, is_resolution=True
        )
        take_decisions(self.workspace, [given], reviewer=reviewer, now=self.clock())
        return found

    def undo_resolution(self, name: str, *, reviewer: str, stage: str | None = None) -> None:
        """Take back one's own last resolution of a citation or a report; the ledger keeps it."""
        snapshot = Snapshot(self.workspace)
        event = undoing_resolution(snapshot, name, reviewer=reviewer, stage=stage)
        self._append(event, reviewer)

    def draw(
        self, n: int, *, purpose: Literal["pilot", "sample"], actor: str, seed: int | None = None
    ) -> int:
        """Draw citations at random that several people read blind; return how many.

        Raises
        ------
        NotReadyError
            Somebody has begun another batch, a check or a random phase is open, or there are fewer
            than two readers.
        InputError
            There are not so many citations.
        """
        snapshot = Snapshot(self.workspace)
        if is_batch_begun(snapshot) or list_blind(snapshot) is not None:
            raise NotReadyError("another batch is still being read; see `thresher team`")
        record_criteria(self.workspace, now=self.clock())
        seed = self.workspace.config.screening.seed if seed is None else seed
        self._append(draw_batch(snapshot, n, purpose=purpose, seed=seed), actor)
        return n

    def agreement(self) -> AgreementReport:
        """Measure how well the reviewers agree at title and abstract."""
        return report_agreement(Snapshot(self.workspace))

    def lock_criteria(self, *, actor: str, note: str | None = None) -> str:
        """Lock the criteria in force: from here on a change is an amendment with a reason."""
        return lock_criteria(self.workspace, actor=actor, now=self.clock(), note=note)

    def hand_out(self, reviewer: str, *, file_format: str = "csv") -> tuple[bytes, int]:
        """Return what a reviewer has to read as a file, and how many citations it holds."""
        return write_handout(Snapshot(self.workspace), reviewer, file_format)

    def _set_available(
        self, reviewer: str, *, is_available: bool, actor: str, note: str | None
    ) -> None:
        declared = [one.id for one in self.workspace.config.reviewers]
        if reviewer not in declared:
            raise UnknownNameError("reviewer", reviewer, declared)
        if (reviewer in available_readers(Snapshot(self.workspace))) == is_available:
            what = "is counted in already" if is_available else "has left already, or reads nothing"
            raise InputError(reviewer, what, "see `thresher team`")
        event = ReviewerAvailability(reviewer=reviewer, is_available=is_available, note=note)
        self._append(event, actor)

    def _append(self, event: Event, actor: str) -> None:
        self.workspace.ledger.append([event], actor=actor, now=self.clock())


def _require_available(snapshot: Snapshot, reviewer: str) -> None:
    available = available_readers(snapshot)
    if reviewer not in available:
        raise UnknownNameError("available reviewer", reviewer, available)
