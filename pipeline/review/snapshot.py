"""A review as it stands now, or stood at some time: every frame computed once, when asked for.

A snapshot is bound to one place of the ledger: what others append while it is being read, it does
not see, so that all its numbers belong together. Whoever appends events takes a new one afterwards.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import build_citations
from pipeline.events import QueueMade, VersionPublished
from pipeline.report import (
    FlowCounts,
    FlowEvidence,
    PreviousVersion,
    count_flow,
    find_known_items,
    trace_flow,
)
from pipeline.review.criteria import CriteriaRevision, find_reopened, list_revisions
from pipeline.review.entries import all_entries, all_records, records_key
from pipeline.review.flow_evidence import (
    find_previous_version,
    follow_citations,
    gather_flow_evidence,
)
from pipeline.review.repairs import rejected_entries
from pipeline.review.retrieval.assessing import outcomes_of_reports, settle_by_reports
from pipeline.review.retrieval.saying import read_assessments
from pipeline.review.settings import settings_in_force
from pipeline.review.state import (
    added_searches,
    ingested_files,
    latest_clustering,
    read_decisions,
    read_judgements,
    read_report_links,
    read_waivers,
)
from pipeline.review.stopping.covered import remove_unread
from pipeline.review.stopping.random_phase import list_kept_apart
from pipeline.review.stopping.standing import read_standing
from pipeline.review.tagging import suggest_for_included
from pipeline.review.team.duties import list_all_owed
from pipeline.review.withdrawal import follow_surviving_records, name_after_surviving
from pipeline.review.workspace import cache_key
from pipeline.schemas import (
    STAGES,
    Citation,
    CitationOutcome,
    Cluster,
    DuplicatePair,
    FlowRow,
    KnownItem,
    Label,
    RankedCitation,
    RejectedEntry,
    Removal,
)
from pipeline.schemas.rows import rows_of
from pipeline.schemas.team import OwedReading, StandingWord
from pipeline.screen import find_standing_words, fold_words
from pipeline.screen.rules import MetadataRules, apply_rules

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.events import ClusteringAccepted
    from pipeline.review.stopping.standing import StoppingStanding
    from pipeline.review.workspace import Workspace
    from pipeline.schemas import (
        Decision,
        Entry,
        PairJudgement,
        Record,
        ReportLink,
    )
    from pipeline.schemas.retrieval import ReportOutcome
    from pipeline.tag import TagSuggestions

__all__ = ["Snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """What the ledger, the exports and the accepted frames come to.

    Parameters
    ----------
    workspace
        The review.
    as_of
        Leave out what was recorded later; None for now.
    """

    workspace: Workspace
    as_of: dt.datetime | None = None

    def __post_init__(self) -> None:
        """Bind the ledger; the workspace of a snapshot shows the review as it stood then."""
        pinned = self.workspace.ledger.pinned(as_of=self.as_of)
        config = self.workspace.config
        if self.as_of is not None:  # by the settings of that time, where the ledger knows them
            config = settings_in_force(pinned) or config
        then = dataclasses.replace(self.workspace, ledger=pinned, config=config)
        object.__setattr__(self, "workspace", then)

    # ── ingest ──────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def entries(self) -> dy.DataFrame[Entry]:
        """Every entry that was read, of the searches that stand."""
        return all_entries(self.workspace, as_of=self.as_of)

    @cached_property
    def records(self) -> dy.DataFrame[Record]:
        """Every record, once."""
        return all_records(self.workspace, as_of=self.as_of)

    @cached_property
    def rejected(self) -> dy.DataFrame[RejectedEntry]:
        """Every entry that could not be read, waived or not."""
        return rejected_entries(self.workspace, as_of=self.as_of)

    @cached_property
    def unresolved(self) -> dy.DataFrame[RejectedEntry]:
        """The rejected entries on which nobody has decided yet."""
        waived = read_waivers(self.workspace.ledger, as_of=self.as_of)
        return rows_of(RejectedEntry, self.rejected.join(waived, on="entry_id", how="anti"))

    # ── dedupe ──────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def clustering(self) -> ClusteringAccepted | None:
        """The deduplication in force."""
        return latest_clustering(self.workspace.ledger, as_of=self.as_of)

    @cached_property
    def clusters(self) -> dy.DataFrame[Cluster]:
        """The citation of every record; one not compared yet is a citation of its own."""
        accepted = Cluster.create_empty()
        if self.clustering is not None:
            accepted = self.workspace.frames.get(self.clustering.frame, Cluster)
        return name_after_surviving(self.records, accepted)

    @cached_property
    def citations(self) -> dy.DataFrame[Citation]:
        """The citations, each with its best text; sorted by id."""
        key = self._citations_key
        cached = self.workspace.cache.get(key, "citations", Citation)
        if cached is not None:
            return cached
        built = build_citations(self.records, self.clusters)
        self.workspace.cache.put(key, "field-sources", built.sources)
        self.workspace.cache.put(key, "citations", built.citations)
        return built.citations

    @cached_property
    def pairs(self) -> dy.DataFrame[DuplicatePair]:
        """The compared pairs behind the clustering in force."""
        if self.clustering is None:
            return DuplicatePair.create_empty()
        return self.workspace.frames.get(self.clustering.pairs_frame, DuplicatePair)

    @cached_property
    def judgements(self) -> dy.DataFrame[PairJudgement]:
        """What people said about pairs of records."""
        return read_judgements(self.workspace.ledger, as_of=self.as_of)

    @cached_property
    def unsure_pairs(self) -> dy.DataFrame[DuplicatePair]:
        """The pairs that a person has to decide, the likeliest first."""
        unsure = self.pairs.filter(pl.col("verdict") == "unsure")
        unjudged = unsure.join(self.judgements, on=["left_id", "right_id"], how="anti")
        return rows_of(
            DuplicatePair,
            unjudged.sort("probability", "left_id", "right_id", descending=[True, False, False]),
        )

    # ── screen ──────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def removals(self) -> dy.DataFrame[Removal]:
        """The citations that the review's metadata rules remove.

        What a person has settled stays as the person settled it, whatever a rule says later. What
        is unread under a certificate that holds is among them.
        """
        config = self.workspace.config
        rules = MetadataRules(config.dates.from_, config.dates.to, config.languages)
        removed = apply_rules(self.records, self.clusters, rules)
        stands = rows_of(Removal, removed.join(self.labels, on="citation_id", how="anti"))
        return remove_unread(self, stands)

    @cached_property
    def stopping(self) -> StoppingStanding:
        """What stands about the stop: the plan, the check that is open, the certificates."""
        return read_standing(self.workspace.ledger, as_of=self.as_of)

    @cached_property
    def to_screen(self) -> dy.DataFrame[Citation]:
        """The citations that are left after deduplication and the metadata rules."""
        return rows_of(Citation, self.citations.join(self.removals, on="citation_id", how="anti"))

    @cached_property
    def decisions(self) -> dy.DataFrame[Decision]:
        """Every decision that stands."""
        return read_decisions(self.workspace.ledger, as_of=self.as_of)

    @cached_property
    def revisions(self) -> tuple[CriteriaRevision, ...]:
        """The versions of the criteria that people decided under."""
        return list_revisions(self.workspace.ledger, as_of=self.as_of)

    @cached_property
    def surviving_decisions(self) -> dy.DataFrame[Decision]:
        """Every decision that stands, on a record that is still there."""
        return follow_surviving_records(
            self.workspace, self.decisions, self.records["record_id"], as_of=self.as_of
        )

    @cached_property
    def words(self) -> dy.DataFrame[StandingWord]:
        """The latest word of each reviewer on each citation, and the resolutions."""
        decisions = self.surviving_decisions
        reopened = find_reopened(decisions, self.revisions)
        standing = [
            find_standing_words(decisions, self.citations, stage=stage, reopened=reopened)
            for stage in STAGES
        ]
        return StandingWord.validate(pl.concat(standing))

    @cached_property
    def owed_in_all(self) -> dy.DataFrame[OwedReading]:
        """Who owes which citation in the end, beyond the batch that is frozen now."""
        return list_all_owed(self)

    @cached_property
    def outcomes(self) -> dy.DataFrame[CitationOutcome]:
        """Where every citation stands, at both stages."""
        config = self.workspace.config
        reasons = [reason.id for reason in config.criteria.exclusion]
        n_excludes = config.screening.n_excludes
        folded = [
            fold_words(
                rows_of(StandingWord, self.words.filter(pl.col("stage") == stage)),
                self.citations,
                stage=stage,
                n_excludes=n_excludes,
                reason_order=reasons,
            )
            for stage in STAGES
        ]
        by_citation = CitationOutcome.validate(pl.concat(folded))
        return settle_by_reports(by_citation, self.report_links, self.report_outcomes)

    @cached_property
    def assessments(self) -> dy.DataFrame[Decision]:
        """Every decision on a report by itself that stands; the report stands as the citation."""
        return read_assessments(self.workspace.ledger, as_of=self.as_of)

    @cached_property
    def report_outcomes(self) -> dy.DataFrame[ReportOutcome]:
        """Where the reports stand that were decided on by themselves."""
        return outcomes_of_reports(self)

    @cached_property
    def report_links(self) -> dy.DataFrame[ReportLink]:
        """Which citations point to which report, where a person said so."""
        said = read_report_links(self.workspace.ledger, as_of=self.as_of)
        return follow_citations(said, self.clusters, "report_id", "citation_id")

    @cached_property
    def labels(self) -> dy.DataFrame[Label]:
        """What is settled at title and abstract."""
        settled = self.outcomes.filter(
            (pl.col("stage") == "title-abstract") & pl.col("outcome").is_in(["include", "exclude"])
        )
        labels = settled.select("citation_id", is_relevant=pl.col("outcome") == "include")
        return Label.validate(labels.sort("citation_id"))

    @cached_property
    def learnt(self) -> dy.DataFrame[Label]:
        """What the ranking learns from: what is settled and not kept apart from it."""
        kept_apart = list_kept_apart(self).implode()
        return rows_of(Label, self.labels.filter(~pl.col("citation_id").is_in(kept_apart)))

    @cached_property
    def queue_in_force(self) -> QueueMade | None:
        """The screening order that was last frozen."""
        events = self.workspace.ledger.read(QueueMade, as_of=self.as_of)
        event = events[-1].event if events else None
        return event if isinstance(event, QueueMade) else None

    @cached_property
    def frozen_queue(self) -> dy.DataFrame[RankedCitation]:
        """The order in force as it was frozen, whatever was decided since."""
        if self.queue_in_force is None:
            return RankedCitation.create_empty()
        return self.workspace.frames.get(self.queue_in_force.frame, RankedCitation)

    @cached_property
    def queue(self) -> dy.DataFrame[RankedCitation]:
        """The order in force, without what has been settled or removed since it was made."""
        left = self.frozen_queue.join(self.labels, on="citation_id", how="anti")
        return rows_of(RankedCitation, left.join(self.removals, on="citation_id", how="anti"))

    @cached_property
    def is_up_to_date(self) -> bool:
        """Whether every added export was read, and every record deduplicated."""
        ledger = self.workspace.ledger
        n_files = sum(len(one.files) for _, one in added_searches(ledger, as_of=self.as_of))
        if n_files != len(ingested_files(ledger, as_of=self.as_of)):
            return False
        n_compared = 0 if self.clustering is None else self.clustering.n_records
        return self.records.is_empty() or n_compared >= self.records.height

    # ── tag ─────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def suggestions(self) -> TagSuggestions:
        """The tags that the codebook's cues suggest for the included reports."""
        return suggest_for_included(self)

    # ── report ──────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def evidence(self) -> FlowEvidence:
        """Everything that the counts are queries over."""
        return gather_flow_evidence(self)

    @cached_property
    def published(self) -> list[VersionPublished]:
        """The versions that were published, in order."""
        events = self.workspace.ledger.read(VersionPublished, as_of=self.as_of)
        return [one.event for one in events if isinstance(one.event, VersionPublished)]

    @cached_property
    def previous(self) -> PreviousVersion | None:
        """The published version that this one updates: the last that did not count every search."""
        return find_previous_version(self)

    @cached_property
    def whole_flow(self) -> dy.DataFrame[FlowRow]:
        """The flow as one whole, from the first search on."""
        return trace_flow(self.evidence)

    @cached_property
    def flow(self) -> dy.DataFrame[FlowRow]:
        """One row for each unit that is counted in a box of the PRISMA flow."""
        if self.previous is None:
            return self.whole_flow
        return trace_flow(dataclasses.replace(self.evidence, previous=self.previous))

    @cached_property
    def counts(self) -> FlowCounts:
        """The number in each box, and whether the boxes agree."""
        return count_flow(self.flow, as_of=None if self.as_of is None else self.as_of.date())

    @cached_property
    def known_items(self) -> dy.DataFrame[KnownItem]:
        """Which databases found each key publication of the protocol."""
        key_papers = self.workspace.config.review.key_papers
        return find_known_items(key_papers, self.citations, self.records)

    # ── keys ────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def _citations_key(self) -> str:
        accepted = None if self.clustering is None else self.clustering.frame
        return cache_key("citations", records_key(self.workspace, as_of=self.as_of), accepted)

    @cached_property
    def ranking_key(self) -> str:
        """A key over everything that the screening order depends on."""
        config = self.workspace.config
        return cache_key(
            "ranking",
            self._citations_key,
            config.model_dump(mode="json", include={"review", "criteria", "dates", "languages"}),
            config.screening.model_dump(mode="json", exclude={"stopping"}),
            self.workspace.frames.name_of(self.learnt),
        )
