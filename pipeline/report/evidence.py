"""What the flow is counted from: the frames that the ledger and the stages hand over.

Nothing here is a number. Whatever the diagram says is a query over these frames, so that each
count can list its rows (Page et al. 2021, doi 10.1136/bmj.n71, item 16a).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.schemas import (
    Citation,
    CitationOutcome,
    Cluster,
    FlowRow,
    RejectedEntry,
    Removal,
    ReportLink,
    Retrieval,
    StudyLink,
    Waiver,
)
from pipeline.schemas.retrieval import ReportOutcome, ReportState

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Entry, Record, Search

__all__ = ["FlowEvidence", "PreviousVersion"]


@dataclass(frozen=True, slots=True)
class PreviousVersion:
    """The published version that an update builds on.

    Parameters
    ----------
    name
        What the version is called, for example ``"1"`` or ``"2024-05"``.
    search_ids
        The searches that it counted.
    rows
        Its flow as one whole: `trace_flow` over its evidence *without* a previous version, so
        that what is already known reaches back to the first search.
    """

    name: str
    search_ids: frozenset[str]
    rows: dy.DataFrame[FlowRow] = field(default_factory=FlowRow.create_empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEvidence:
    """Everything that the counts are queries over, as it stood on the day they are counted for.

    Parameters
    ----------
    searches
        As they were run; withdrawn ones may be included and are counted nowhere.
    entries, records
        What the searches brought. A record counts while one search that brought it stands.
    rejected
        Entries that could not be read and were not repaired.
    waivers
        The rejected entries that a person gave up.
    clusters, citations
        Which records are one publication. A record without a cluster is a citation of its own.
    removals
        Citations taken out before screening, or unread ones excluded by automation.
    outcomes
        Where each citation stands, at both stages.
    report_links
        Explicit ones only: a citation sought without a link is its own report.
    retrievals
        The latest word on each report.
    study_links
        Explicit ones only: a report without a link is its own study.
    report_outcomes
        Where reports stand that were decided on by themselves; the others as their citations.
    report_states
        The reports that a person declared to be open: ongoing, not classifiable, untranslated.
    reason_order
        The exclusion reasons in the protocol's order: of several, the first one is counted.
    previous
        The version that this one updates, if it is an update.
    """

    searches: dy.DataFrame[Search]
    entries: dy.DataFrame[Entry]
    records: dy.DataFrame[Record]
    rejected: dy.DataFrame[RejectedEntry] = field(default_factory=RejectedEntry.create_empty)
    waivers: dy.DataFrame[Waiver] = field(default_factory=Waiver.create_empty)
    clusters: dy.DataFrame[Cluster] = field(default_factory=Cluster.create_empty)
    citations: dy.DataFrame[Citation] = field(default_factory=Citation.create_empty)
    removals: dy.DataFrame[Removal] = field(default_factory=Removal.create_empty)
    outcomes: dy.DataFrame[CitationOutcome] = field(default_factory=CitationOutcome.create_empty)
    report_links: dy.DataFrame[ReportLink] = field(default_factory=ReportLink.create_empty)
    retrievals: dy.DataFrame[Retrieval] = field(default_factory=Retrieval.create_empty)
    study_links: dy.DataFrame[StudyLink] = field(default_factory=StudyLink.create_empty)
    report_outcomes: dy.DataFrame[ReportOutcome] = field(default_factory=ReportOutcome.create_empty)
    report_states: dy.DataFrame[ReportState] = field(default_factory=ReportState.create_empty)
    reason_order: tuple[str, ...] = ()
    previous: PreviousVersion | None = None
