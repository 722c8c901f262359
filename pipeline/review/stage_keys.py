"""When a stage has nothing to do: a key over everything that its result depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.events import (
    AuditDrawn,
    CertificateVoided,
    CheckFailed,
    CheckPlanned,
    CitationMarked,
    CitationsAssigned,
    ClusteringAccepted,
    CodebookRevised,
    CodingFinished,
    ConflictResolved,
    CriteriaChanged,
    CriteriaLocked,
    Decided,
    DecisionUndone,
    EntriesIngested,
    FindingRecorded,
    FindingWithdrawn,
    FullTextKept,
    PairJudged,
    PairJudgementUndone,
    QueueMade,
    RandomPhaseDrawn,
    RelationAllowed,
    RelationRefused,
    ReportAssessed,
    ReportAssessmentUndone,
    ReportClassified,
    ReportRendered,
    RetractionFlagged,
    RetractionJudged,
    Retrieved,
    ReviewerAvailability,
    RunRecorded,
    SampleDrawn,
    SecondLookDrawn,
    StoppingCertified,
    StoppingProposed,
    StudyLinked,
    TagJudged,
    TagReconciled,
    TagUndone,
    sha256_of,
)
from pipeline.review.tagging import load_codebook
from pipeline.review.workspace import cache_key

if TYPE_CHECKING:
    from pipeline.events import Event
    from pipeline.review.workspace import Workspace

__all__ = ["stage_key"]

_AFTER_REPORT: Final = (RunRecorded, ReportRendered, CitationMarked)
_CHECKS: Final = (StoppingProposed, CheckPlanned, SampleDrawn, CheckFailed, SecondLookDrawn)
_CERTIFICATES: Final = (StoppingCertified, CertificateVoided)
_RETRACTIONS: Final = (RetractionFlagged, RetractionJudged)
_RELATIONS: Final = (RelationRefused, RelationAllowed)
_AFTER_RANK: Final = (*_AFTER_REPORT, *_CHECKS, *_RETRACTIONS, *_RELATIONS, QueueMade)
_SCREENING: Final = (
    Decided,
    DecisionUndone,
    ConflictResolved,
    CriteriaChanged,
    ReportAssessed,
    ReportAssessmentUndone,
    RandomPhaseDrawn,
)
_CODING: Final = (
    TagJudged,
    TagUndone,
    TagReconciled,
    CodingFinished,
    CodebookRevised,
    FullTextKept,
    FindingRecorded,
    FindingWithdrawn,
)
_TEAM: Final = (ReviewerAvailability, CitationsAssigned, CriteriaLocked, ReportClassified)
_AFTER_DEDUPE: Final = (
    *_AFTER_RANK,
    *_CERTIFICATES,
    *_CODING,
    *_SCREENING,
    *_TEAM,
    Retrieved,
    StudyLinked,
    ClusteringAccepted,
    AuditDrawn,
)
_CANNOT_AFFECT: Final[dict[str, tuple[type[Event], ...]]] = {
    "ingest": (*_AFTER_DEDUPE, EntriesIngested, PairJudged, PairJudgementUndone),
    "dedupe": _AFTER_DEDUPE,
    "rank": (*_AFTER_RANK, *_CODING, AuditDrawn),
    "tag": _AFTER_RANK,
    "report": _AFTER_REPORT,
}
"""The events that leave a stage's result as it is, stage by stage in their order."""


def stage_key(workspace: Workspace, stage: str) -> str:
    """Return a key over everything that a stage of this review depends on.

    That is the settings, this library's code, the review's place and the last event that the
    stage could react to; the hash chain makes that event stand for all before it.
    """
    head = workspace.ledger.head(without=_CANNOT_AFFECT[stage])
    reports = workspace.folder.reports
    written = {
        path.relative_to(reports).as_posix(): sha256_of(path.read_bytes())
        for path in reports.rglob("*")
        if path.is_file()
    }
    codebook = repr(load_codebook(workspace))
    place, settings = str(workspace.folder.path.resolve()), workspace.config.fingerprint()
    return cache_key(stage, place, head.hash, settings, codebook, written)
