"""What people did and what was accepted: the only things that a review must never lose.

The ledger is a list of these events; everything else can be computed from them, the exports and
the accepted frames. An event is a frozen model: its fields are validated when it is written and its
canonical serialisation (sorted keys, no white space, UTF-8, no NaN) is what the hash chain covers.
The design follows the append-only review record of Yang and Lewis, *TARexp: A Python Framework for
Technology-Assisted Review Experiments* (2022, doi 10.1145/3477495.3531663).
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.events.base import Event, Sha256, canonical_json, sha256_of
from pipeline.events.coding import (
    CodebookRevised,
    CodingFinished,
    FindingRecorded,
    FindingWithdrawn,
    FullTextKept,
    TagJudged,
    TagReconciled,
    TagUndone,
)
from pipeline.events.deduplication import AuditDrawn, RelationAllowed, RelationRefused
from pipeline.events.marking import CitationMarked
from pipeline.events.retrieval import ReportAssessed, ReportAssessmentUndone
from pipeline.events.stopping import (
    CertificateVoided,
    CheckFailed,
    CheckPlanned,
    RandomPhaseDrawn,
    SampleDrawn,
    SecondLookDrawn,
    StoppingCertified,
    StoppingProposed,
)
from pipeline.events.storing import LedgerMoved
from pipeline.events.team import (
    CitationsAssigned,
    CriteriaLocked,
    ReportClassified,
    ReviewerAvailability,
)
from pipeline.events.updating import RetractionFlagged, RetractionJudged

__all__ = [
    "EVENT_TYPES",
    "AuditDrawn",
    "CertificateVoided",
    "CheckFailed",
    "CheckPlanned",
    "CitationMarked",
    "CitationsAssigned",
    "ClusteringAccepted",
    "CodebookRevised",
    "CodingFinished",
    "ConflictResolved",
    "CriteriaChanged",
    "CriteriaLocked",
    "Decided",
    "DecisionUndone",
    "EntriesIngested",
    "EntryRepaired",
    "EntryWaived",
    "Event",
    "ExportFile",
    "FindingRecorded",
    "FindingWithdrawn",
    "FullTextKept",
    "LedgerMoved",
    "PairJudged",
    "PairJudgementUndone",
    "QueueMade",
    "RandomPhaseDrawn",
    "RelationAllowed",
    "RelationRefused",
    "ReportAssessed",
    "ReportAssessmentUndone",
    "ReportClassified",
    "ReportLinked",
    "ReportRendered",
    "RetractionFlagged",
    "RetractionJudged",
    "Retrieved",
    "ReviewerAvailability",
    "RunRecorded",
    "SampleDrawn",
    "SearchAdded",
    "SearchWithdrawn",
    "SecondLookDrawn",
    "StoppingCertified",
    "StoppingProposed",
    "StudyLinked",
    "TagJudged",
    "TagReconciled",
    "TagUndone",
    "VersionPublished",
    "canonical_json",
    "sha256_of",
]

Stage = Literal["title-abstract", "full-text"]
Verdict = Literal["include", "exclude", "maybe"]


class ExportFile(BaseModel):
    """A file of a search, as it was copied into the review."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str  # relative to the review folder
    sha256: Sha256


class SearchAdded(Event):
    """A search as it was run (PRISMA-S): where, when, how, and the files it gave."""

    kind: ClassVar[str] = "search added"
    search_id: str
    searched_on: dt.date
    database: str | None = None
    platform: str | None = None
    search_kind: Literal["database", "register", "website", "organisation", "citation"] = "database"
    strategy: str | None = None
    hits_reported: int | None = Field(default=None, ge=0)
    files: tuple[ExportFile, ...]
    limits: tuple[str, ...] = ()  # each with its reason
    filters: tuple[str, ...] = ()  # published ones, as cited
    searcher: str | None = None
    peer_review: str | None = None
    updates_planned: str | None = None
    is_assumed: bool = False  # nobody declared it: found in the folder of a search date


class SearchWithdrawn(Event):
    """A search that should not have been added: counted nowhere, its decisions kept."""

    kind: ClassVar[str] = "search withdrawn"
    search_id: str
    reason: str


class EntriesIngested(Event):
    """A file was read: how it was recognised, how many entries became records or rejected rows."""

    kind: ClassVar[str] = "entries ingested"
    search_id: str
    file: str
    file_sha256: Sha256
    format: str
    platform: str | None
    database: str | None
    encoding: str
    n_parsed: int = Field(ge=0)
    n_rejected: int = Field(ge=0)
    rejected_frame: Sha256 | None  # None where nothing was rejected
    warnings: tuple[str, ...] = ()


class EntryWaived(Event):
    """A person gave up a rejected entry: it counts as removed for another reason."""

    kind: ClassVar[str] = "entry waived"
    entry_id: str
    reason: str


class EntryRepaired(Event):
    """A person mended the text of a rejected entry, in the format of its own file."""

    kind: ClassVar[str] = "entry repaired"
    entry_id: str
    text: str


class RunRecorded(Event):
    """The flow ran, with this configuration and these versions."""

    kind: ClassVar[str] = "run"
    configuration: Sha256
    lock: Sha256 | None  # of the installed distributions and their versions
    runner: str
    settings: str = ""  # review.toml as canonical JSON, without where the ledger is


class ClusteringAccepted(Event):
    """The deduplication in force: one frame of record and citation ids."""

    kind: ClassVar[str] = "clustering accepted"
    frame: Sha256
    pairs_frame: Sha256
    model_version: str
    policy: str
    n_records: int
    n_citations: int
    n_unsure_pairs: int
    basis: str = ""  # a key over the records, settings, judgements and code that it was made from
    moves_frame: Sha256 | None = None  # None where no record changed its citation
    n_new: int = 0  # records that the deduplication before did not know
    n_merged: int = 0  # citations that went into another since then
    n_split: int = 0  # citations of which a part left since then


class PairJudged(Event):
    """A person said whether two records are the same publication."""

    kind: ClassVar[str] = "pair judged"
    left_id: str
    right_id: str
    verdict: Literal["same", "distinct"]
    note: str | None = None
    cluster_id: str | None = None  # of an answer about a whole cluster; it is taken back whole


class PairJudgementUndone(Event):
    """The latest judgement of a pair no longer holds."""

    kind: ClassVar[str] = "pair judgement undone"
    left_id: str
    right_id: str


class CriteriaChanged(Event):
    """The eligibility criteria in force from here on."""

    kind: ClassVar[str] = "criteria changed"
    version: str
    criteria: Sha256  # of their canonical text
    text: str
    change: Literal["changed", "narrowed", "wording"] = "changed"  # against the version before
    reasons: tuple[str, ...] = ()  # the exclusion reasons that changed or went
    amendment: str | None = None  # why, once the criteria were locked


class QueueMade(Event):
    """A screening order was frozen."""

    kind: ClassVar[str] = "queue made"
    stage: Stage
    frame: Sha256
    model: str
    seed: int
    n_labelled: int
    n_queued: int
    purpose: Literal["screening", "pilot", "sample"] = "screening"
    batch_size: int | None = Field(default=None, ge=1)  # so many are frozen until all have read
    readers: tuple[str, ...] = ()  # of the batch; empty: as the citations are assigned
    basis: int | None = Field(default=None, ge=0)  # the last event that it took into account
    settings: Sha256 | None = None  # a hash of those that it was made by


class Decided(Event):
    """One reviewer's decision on a citation, with the record that was shown."""

    kind: ClassVar[str] = "decision"
    citation_id: str
    record_id: str
    membership_hash: str
    stage: Stage
    reviewer: str
    decision: Verdict
    reasons: tuple[str, ...] = ()
    note: str | None = None
    seconds: float | None = Field(default=None, ge=0)
    criteria_version: str
    queue_position: int | None = Field(default=None, ge=1)
    decided_at: dt.datetime
    record_ids: tuple[str, ...] = ()  # of the citation as it was shown; empty in older ledgers


class DecisionUndone(Event):
    """A reviewer takes back a decision of their own; the decision stays in the ledger."""

    kind: ClassVar[str] = "decision undone"
    decision: int  # sequence number of the decision
    reviewer: str


class ConflictResolved(Event):
    """Reviewers who disagreed have settled it, by discussion or a third person."""

    kind: ClassVar[str] = "conflict resolved"
    citation_id: str
    record_id: str
    membership_hash: str
    stage: Stage
    reviewer: str
    decision: Literal["include", "exclude"]
    reasons: tuple[str, ...] = ()
    note: str | None = None
    criteria_version: str
    decided_at: dt.datetime
    record_ids: tuple[str, ...] = ()  # as in a decision


class Retrieved(Event):
    """How far the hunt for a report has come."""

    kind: ClassVar[str] = "retrieval"
    report_id: str
    status: Literal["requested", "retrieved", "not_retrieved"]
    note: str | None = None
    from_whom: str | None = None  # a library, an author, a website
    happened_on: dt.date | None = None  # where it was not the day of the event
    file: str | None = None  # relative to the review folder
    file_sha256: Sha256 | None = None


class ReportLinked(Event):
    """A report and the citations that point to it."""

    kind: ClassVar[str] = "report linked"
    report_id: str
    citation_ids: tuple[str, ...] = Field(min_length=1)


class StudyLinked(Event):
    """A study and the reports that describe it."""

    kind: ClassVar[str] = "study linked"
    study_id: str
    report_ids: tuple[str, ...] = Field(min_length=1)


class VersionPublished(Event):
    """The counts of this version are frozen and reprint identically."""

    kind: ClassVar[str] = "version published"
    name: str
    counts: str  # the canonical JSON of the counts
    search_ids: tuple[str, ...]  # the searches that it counted
    rows_frame: Sha256  # its flow as one whole: what a later version builds on
    settings: str = ""  # review.toml as canonical JSON, without where the ledger is


class ReportRendered(Event):
    """A diagram and a report were written."""

    kind: ClassVar[str] = "report rendered"
    files: tuple[ExportFile, ...]


EVENT_TYPES: dict[str, type[Event]] = {
    event.kind: event
    for event in (
        SearchAdded,
        SearchWithdrawn,
        EntriesIngested,
        EntryWaived,
        EntryRepaired,
        RunRecorded,
        ClusteringAccepted,
        PairJudged,
        PairJudgementUndone,
        AuditDrawn,
        RelationRefused,
        RelationAllowed,
        CriteriaChanged,
        QueueMade,
        Decided,
        DecisionUndone,
        ConflictResolved,
        Retrieved,
        ReportLinked,
        ReportAssessed,
        ReportAssessmentUndone,
        StudyLinked,
        VersionPublished,
        ReportRendered,
        ReviewerAvailability,
        CitationsAssigned,
        CriteriaLocked,
        ReportClassified,
        StoppingProposed,
        CheckPlanned,
        SampleDrawn,
        StoppingCertified,
        CheckFailed,
        CertificateVoided,
        RandomPhaseDrawn,
        SecondLookDrawn,
        TagJudged,
        TagUndone,
        CodingFinished,
        TagReconciled,
        FullTextKept,
        CodebookRevised,
        FindingRecorded,
        FindingWithdrawn,
        CitationMarked,
        LedgerMoved,
        RetractionFlagged,
        RetractionJudged,
    )
}
"""Every kind of event that this version of Thresher can write."""
