"""The desk for full texts: ask for reports, keep what came, assess, declare what stays open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import Event, ReportAssessed, ReportClassified, Retrieved, sha256_of
from pipeline.review.criteria import record_criteria
from pipeline.review.decisions import (
    GivenDecision,
    TakenDecisions,
    require_decision,
    require_reviewer,
    take_decisions,
)
from pipeline.review.desk import Desk
from pipeline.review.retrieval.tracker import find_report, track_reports
from pipeline.review.retrieval.undoing import undoing_last_word
from pipeline.review.snapshot import Snapshot
from pipeline.store import write_bytes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    import dataframely as dy

    from pipeline.schemas.retrieval import SoughtReport

__all__ = ["HuntStep", "RetrievalDesk"]

_STATUSES: Final = ("requested", "retrieved", "not_retrieved")
_STATES: Final = ("awaiting-classification", "ongoing", "needs-translation", "clear")


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntStep:
    """One step of the hunt for a report.

    Parameters
    ----------
    status
        ``requested`` (again: chased), ``retrieved`` or ``not_retrieved``.
    from_whom
        A library, an author, a website.
    happened_on
        The day, where it was not today.
    file
        The document that came: it is copied into the review, under the name of its hash.
    note
        Whatever else is worth keeping.
    """

    status: str
    from_whom: str | None = None
    happened_on: dt.date | None = None
    file: Path | None = None
    note: str | None = None


class RetrievalDesk(Desk):
    """The hunt for full texts and what became of them: ``review.retrieval``."""

    __slots__ = ()

    def tracker(self) -> dy.DataFrame[SoughtReport]:
        """Return every report that was sought, with its hunt, its file and its fate."""
        return track_reports(Snapshot(self.workspace))

    def require(self, reports: Sequence[str]) -> None:
        """Refuse names of which one is no report that is sought.

        Raises
        ------
        UnknownNameError
            The first that is not.
        """
        snapshot = Snapshot(self.workspace)
        for report in reports:
            find_report(snapshot, report)

    def record(self, report: str, step: HuntStep, *, actor: str) -> str:
        """Record a step of the hunt; return the report's id.

        Raises
        ------
        UnknownNameError
            The report is not sought.
        InputError
            A file is given for a report that was not retrieved, or it cannot be read.
        """
        if step.status not in _STATUSES:
            raise UnknownNameError("retrieval status", step.status, _STATUSES)
        report_id, _ = find_report(Snapshot(self.workspace), report)
        kept = None if step.file is None else self._keep(step)
        event = Retrieved.model_validate(
            {
                "report_id": report_id,
                "status": step.status,
                "from_whom": step.from_whom,
                "happened_on": step.happened_on,
                "note": step.note,
                "file": None if kept is None else kept.file,
                "file_sha256": None if kept is None else kept.sha256,
            }
        )
        self._append(event, actor)
        return report_id

    def classify(self, report: str, state: str, *, actor: str, note: str | None = None) -> None:
        """Declare why a report stays open: the state ``clear`` takes that back.

        A report that awaits classification or is of an ongoing study may stay so in a published
        version, on a line of its own; one that needs a translation may not.

        Raises
        ------
        UnknownNameError
            The report is not sought, or there is no such state.
        """
        if state not in _STATES:
            raise UnknownNameError("state of a report", state, _STATES)
        report_id, _ = find_report(Snapshot(self.workspace), report)
        fields = {"report_id": report_id, "state": state, "note": note}
        self._append(ReportClassified.model_validate(fields), actor)

    def assess(
        self,
        report: str,
        decision: str,
        *,
        reviewer: str,
        reasons: Sequence[str] = (),
        note: str | None = None,
        is_resolution: bool = False,
    ) -> TakenDecisions:
        """Decide on a report in full text; on a report that was linked, on it alone.

        Parameters
        ----------
        is_resolution
            It settles what reviewers disagree on, by discussion or as a third person.

        Raises
        ------
        UnknownNameError
            The report is not sought, or the decision, a reason or the reviewer is not known.
        """
        snapshot = Snapshot(self.workspace)
        report_id, citations = find_report(snapshot, report)
        require_reviewer(self.workspace, reviewer)
        given = GivenDecision(
            citations[0],
            decision,
            "full-text",
            reasons=tuple(reasons),
            note=note,
            is_resolution=is_resolution,
        )
        require_decision(self.workspace, given)
        record_criteria(self.workspace, now=self.clock())
        if report_id not in snapshot.report_links["report_id"]:  # its citation is the report
            return take_decisions(self.workspace, [given], reviewer=reviewer, now=self.clock())
        event = ReportAssessed.model_validate(
            {
                "report_id": report_id,
                "citation_ids": citations,
                "reviewer": reviewer,
                "decision": decision,
                "reasons": given.reasons,
                "note": note,
                "criteria_version": self.workspace.config.criteria.version,
                "is_resolution": is_resolution,
                "decided_at": self.clock(),
            }
        )
        self._append(event, reviewer)
        return TakenDecisions(1, 0)

    def undo(self, reports: Sequence[str], *, reviewer: str) -> None:
        """Take back one's own last word on each of these reports, or on none; the ledger keeps it.

        What the reviewer had said before stands again.

        Raises
        ------
        UnknownNameError
            A report is not sought.
        InputError
            The reviewer has no word on one that stands, or it is one on other reports as well.
        """
        snapshot = Snapshot(self.workspace)
        events = [
            undoing_last_word(snapshot, find_report(snapshot, one)[0], reviewer=reviewer)
            for one in dict.fromkeys(reports)
        ]
        self.workspace.ledger.append(events, actor=reviewer, now=self.clock())

    def _keep(self, step: HuntStep) -> _KeptFile:
        """Copy a document into the review under its hash, before anything refers to it."""
        path = step.file
        if path is None or step.status != "retrieved":
            raise InputError(str(path), "was not retrieved", "leave the file out")
        try:
            data = path.read_bytes()
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise InputError(str(path), what, "check its name and its permissions") from error
        if not data:
            raise InputError(str(path), "is empty", "give the document as it came")
        digest = sha256_of(data)
        name = f"{digest}{path.suffix.lower()}"
        kept = self.workspace.folder.full_texts / name
        if not kept.is_file():
            write_bytes(kept, data)
        return _KeptFile(f"{kept.parent.name}/{name}", digest)

    def _append(self, event: Event, actor: str) -> None:
        self.workspace.ledger.append([event], actor=actor, now=self.clock())


@dataclass(frozen=True, slots=True)
class _KeptFile:
    file: str
    sha256: str
