"""Which citations are one report, and which reports are one study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import UnknownNameError
from pipeline.events import ReportLinked, StudyLinked
from pipeline.review.snapshot import Snapshot
from pipeline.review.state import read_report_links

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from pipeline.review.workspace import Workspace

__all__ = ["link_report", "link_study"]


def link_report(
    workspace: Workspace,
    report_id: str,
    citation_ids: Sequence[str],
    *,
    actor: str,
    now: dt.datetime,
) -> None:
    """Record that citations point to one report; a later word on the report replaces this one.

    Raises
    ------
    UnknownNameError
        A citation is not known.
    """
    _require("citation", citation_ids, Snapshot(workspace).citations["citation_id"].to_list())
    event = ReportLinked(report_id=report_id, citation_ids=tuple(citation_ids))
    workspace.ledger.append([event], actor=actor, now=now)


def link_study(
    workspace: Workspace, study_id: str, report_ids: Sequence[str], *, actor: str, now: dt.datetime
) -> None:
    """Record that reports describe one study; a later word on the study replaces this one.

    Raises
    ------
    UnknownNameError
        A report is not known: neither linked before nor the id of a citation.
    """
    linked = read_report_links(workspace.ledger)["report_id"].to_list()
    known = [*Snapshot(workspace).citations["citation_id"].to_list(), *linked]
    _require("report", report_ids, known)
    event = StudyLinked(study_id=study_id, report_ids=tuple(report_ids))
    workspace.ledger.append([event], actor=actor, now=now)


def _require(kind: str, names: Sequence[str], known: Sequence[str]) -> None:
    found: Collection[str] = set(known)
    for name in names:
        if name not in found:
            raise UnknownNameError(kind, name, known)
