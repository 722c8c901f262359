"""The façade: open a review's folder, call a stage, append the events.

The notebook, the command line and the flows all go through `Review`, so a flow and a plain call
give the same result. Every change is an event in the ledger; every number is a query.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from pipeline.config import read_config
from pipeline.events import RunRecorded
from pipeline.report import explain_box
from pipeline.review import (
    clustering,
    criteria,
    decisions,
    dropped,
    entries,
    exporting,
    fetching,
    folder,
    library,
    linking,
    moving,
    repairs,
    reporting,
    screening,
    searches,
    stage_keys,
    status,
    update,
    verification,
    withdrawal,
)
from pipeline.review.archive import Archive, archive_review
from pipeline.review.coding.desk import CodingDesk
from pipeline.review.duplicates.desk import DuplicatesDesk
from pipeline.review.foreign import taking
from pipeline.review.ranking import RankingDesk
from pipeline.review.retrieval.desk import RetrievalDesk
from pipeline.review.settings import write_settings
from pipeline.review.snapshot import Snapshot
from pipeline.review.stopping.desk import StoppingDesk
from pipeline.review.team.desk import TeamDesk
from pipeline.review.updating.desk import UpdatesDesk
from pipeline.review.workspace import Workspace, lock_fingerprint, open_workspace
from pipeline.store import running_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    import dataframely as dy

    from pipeline.config import ReviewConfig
    from pipeline.dedupe import Explanation
    from pipeline.report import FlowCounts
    from pipeline.review.desk import Clock
    from pipeline.schemas import Citation, FlowRow
    from pipeline.screen import Ranker
    from pipeline.sources import SearchSource
    from pipeline.tag import TagSuggestions

__all__ = ["Review"]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Review:
    """An open review; make one with `Review.init`, open one with `Review.open`.

    Parameters
    ----------
    workspace
        The folder, the settings, the ledger and the frames.
    clock
        What tells the time; tests pass their own.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with Review.init(Path(tempfile.mkdtemp()) / "sleep-apps") as review:
    ...     review.status().n_records
    0
    """

    def __init__(self, workspace: Workspace, *, clock: Clock = _utc_now) -> None:
        self.workspace = workspace
        self._clock = clock

    @classmethod
    def init(cls, path: Path, *, config: str | None = None, clock: Clock = _utc_now) -> Self:
        """Make a new review in an empty or new folder.

        Parameters
        ----------
        path
            The folder.
        config
            The text of its ``review.toml``; a commented starting point where it is not given.
        clock
            What tells the time.

        Raises
        ------
        InputError
            The folder holds something, or the settings are wrong.
        """
        text = folder.starting_config() if config is None else config
        read_config(text, where="review.toml")
        folder.make_folder(path, config=text)
        review = cls(open_workspace(path, is_new=True), clock=clock)
        criteria.record_criteria(review.workspace, now=clock())
        return review

    @classmethod
    def open(cls, path: Path, *, clock: Clock = _utc_now) -> Self:
        """Open the review in a folder.

        Raises
        ------
        InputError
            There is none, or its settings or its ledger cannot be used.
        """
        return cls(open_workspace(path), clock=clock)

    def close(self) -> None:
        """Give the ledger back."""
        self.workspace.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ── what stands ─────────────────────────────────────────────────────────────────────────────
    @property
    def path(self) -> Path:
        """The review's folder."""
        return self.workspace.folder.path

    @property
    def clock(self) -> Clock:
        """What tells the time of the events that are appended."""
        return self._clock

    @property
    def config(self) -> ReviewConfig:
        """What ``review.toml`` declares."""
        return self.workspace.config

    def snapshot(self, *, as_of: dt.date | None = None) -> Snapshot:
        """Return the review as it stands, or stood at the end of a day in UTC."""
        if as_of is None:
            return Snapshot(self.workspace)
        return Snapshot(self.workspace, dt.datetime.combine(as_of, dt.time.max, tzinfo=dt.UTC))

    @property
    def duplicates(self) -> DuplicatesDesk:
        """The duplicates: unsure clusters, merges and splits, changes, relations, the audit."""
        return DuplicatesDesk(self.workspace, self._clock)

    @property
    def retrieval(self) -> RetrievalDesk:
        """The full-text stage: the hunt for reports, and what became of each."""
        return RetrievalDesk(self.workspace, self._clock)

    @property
    def team(self) -> TeamDesk:
        """The reviewers: who owes what, disputes, agreement, hand-outs."""
        return TeamDesk(self.workspace, self._clock)

    @property
    def stopping(self) -> StoppingDesk:
        """The stop: advice, a registered check, its certificate."""
        return StoppingDesk(self.workspace, self._clock)

    @property
    def ranking(self) -> RankingDesk:
        """The ranking: why a citation stands where it stands, decisions to look at again."""
        return RankingDesk(self.workspace, self._clock)

    @property
    def coding(self) -> CodingDesk:
        """The coding: from suggested to confirmed tags, the matrix, findings."""
        return CodingDesk(self.workspace, self._clock)

    @property
    def updates(self) -> UpdatesDesk:
        """The updates: known records that were retracted, vanished or changed."""
        return UpdatesDesk(self.workspace, self._clock)

    def status(self, *, snapshot: Snapshot | None = None) -> status.ReviewStatus:
        """Say how far the review has come and what to do next, now or as a snapshot shows it."""
        return status.review_status(self.snapshot() if snapshot is None else snapshot)

    def move(self, url: str, *, actor: str = "thresher") -> moving.MovedLedger:
        """Move the ledger to another store; open the review again afterwards."""
        return moving.move_review(self.workspace, url, actor=actor, now=self._clock())

    # ── searches ────────────────────────────────────────────────────────────────────────────────
    def add(
        self,
        paths: Sequence[Path],
        details: searches.SearchDetails,
        *,
        actor: str = "thresher",
        on_file: Callable[[str], None] = lambda _name: None,
    ) -> searches.AddedSearch:
        """Copy exports in and record the search that gave them; hear of each before it is read."""
        now = self._clock()
        return searches.add_search(
            self.workspace, paths, details, actor=actor, now=now, on_file=on_file
        )

    def fetch(
        self,
        source: SearchSource,
        strategy: str,
        *,
        on_page: Callable[[int, int], None] = lambda _done, _hits: None,
    ) -> searches.AddedSearch:
        """Run a strategy in a database that answers a machine, and add what it finds."""
        now = self._clock()
        return fetching.fetch_search(self.workspace, source, strategy, now=now, on_page=on_page)

    def planned_fetches(self) -> list[tuple[SearchSource, str]]:
        """Return the sources that ``review.toml`` wants fetched, with their strategies."""
        return fetching.planned_fetches(self.workspace)

    def register_dropped(self) -> list[searches.AddedSearch]:
        """Register exports that were put into the folder of a search date without a word."""
        return dropped.register_dropped_files(self.workspace, now=self._clock())

    def withdraw(self, search_id: str, *, reason: str, actor: str) -> None:
        """Take a search back that should not have been added; its decisions stay."""
        withdrawal.withdraw_search(
            self.workspace, search_id, reason=reason, actor=actor, now=self._clock()
        )

    def waive(self, entry_ids: Sequence[str], *, reason: str, actor: str) -> int:
        """Give up rejected entries, for a reason."""
        return repairs.waive_entries(
            self.workspace, entry_ids, reason=reason, actor=actor, now=self._clock()
        )

    def repair(self, entry_id: str, text: str, *, actor: str) -> None:
        """Put the mended text of a rejected entry in its stead."""
        repairs.mend_entry(self.workspace, entry_id, text, actor=actor, now=self._clock())

    # ── stages ──────────────────────────────────────────────────────────────────────────────────
    def ingest(
        self, *, workers: int = 1, progress: entries.Progress | None = None
    ) -> list[entries.IngestedFile]:
        """Read the exports that have not been read yet, those that were dropped in too."""
        self.register_dropped()
        return entries.ingest_new_files(
            self.workspace, now=self._clock(), workers=workers, progress=progress
        )

    def dedupe(self) -> clustering.AcceptedClustering:
        """Deduplicate all records."""
        return clustering.accept_clustering(self.workspace, now=self._clock())

    def rank(self, *, make: Callable[[], Ranker] | None = None) -> screening.QueueSummary:
        """Order what is still to be screened; flag what the review keeps and was retracted."""
        criteria.record_criteria(self.workspace, now=self._clock())
        queue = screening.make_queue(self.workspace, now=self._clock(), make=make)
        self.updates.flag_retractions()
        return queue

    def tag(self) -> TagSuggestions:
        """Suggest tags for the included reports."""
        return self.snapshot().suggestions

    def report(self) -> list[Path]:
        """Write the diagram, the report and the tables."""
        return reporting.write_reports(self.workspace, now=self._clock())

    def record_run(self, *, runner: str) -> None:
        """Record that the stages ran, with which settings and which versions."""
        event = RunRecorded(
            configuration=self.config.fingerprint(),
            lock=lock_fingerprint(),
            runner=runner,
            settings=write_settings(self.config),
        )
        self.workspace.ledger.append([event], actor="thresher", now=self._clock())

    def alone(self, *, wait_seconds: float = 0.0) -> AbstractContextManager[None]:
        """Hold the review for one run, or refuse where another is going on; people decide on."""
        return running_alone(self.workspace.ledger, wait_seconds=wait_seconds)

    def run(self) -> FlowCounts:
        """Run all stages, as the flow does, without Prefect."""
        with self.alone():
            self.ingest()
            self.dedupe()
            self.rank()
            self.tag()
            self.report()
            self.record_run(runner="none")
        return self.snapshot().counts

    def last_run(self) -> int:
        """Return the sequence number of the last run; 0 before the first."""
        return update.last_run(self.workspace)

    def what_is_new(self, *, since: int) -> update.ReviewUpdate:
        """Say what came in since an event, for example since the last run."""
        return update.what_is_new(self.snapshot(), since=since)

    def stage_key(self, stage: str) -> str:
        """Return a key over everything that a stage of this review depends on."""
        return stage_keys.stage_key(self.workspace, stage)

    # ── people ──────────────────────────────────────────────────────────────────────────────────
    def decide(
        self, given: Sequence[decisions.GivenDecision], *, reviewer: str
    ) -> decisions.TakenDecisions:
        """Take in decisions: all of them, or none where one cannot be understood."""
        criteria.record_criteria(self.workspace, now=self._clock())
        return decisions.take_decisions(self.workspace, given, reviewer=reviewer, now=self._clock())

    def read_foreign_decisions(
        self, path: Path, said: taking.ForeignFile
    ) -> taking.ForeignDecisions:
        """Read the decisions that another tool's file holds; `decide` takes them in."""
        return taking.read_foreign_decisions(self.workspace, path, said)

    def undo(self, decision: int, *, reviewer: str) -> None:
        """Take back a decision of one's own."""
        decisions.undo_decision(self.workspace, decision, reviewer=reviewer, now=self._clock())

    def judge_pair(self, left_id: str, right_id: str, verdict: str | None, *, actor: str) -> None:
        """Say whether two records are the same publication; None takes the last word back."""
        clustering.judge_pair(
            self.workspace, left_id, right_id, verdict, actor=actor, now=self._clock()
        )

    def link_report(self, report_id: str, citation_ids: Sequence[str], *, actor: str) -> None:
        """Say which citations point to one report."""
        linking.link_report(self.workspace, report_id, citation_ids, actor=actor, now=self._clock())

    def link_study(self, study_id: str, report_ids: Sequence[str], *, actor: str) -> None:
        """Say which reports describe one study."""
        linking.link_study(self.workspace, study_id, report_ids, actor=actor, now=self._clock())

    def ranker(self) -> Ranker:
        """Return a ranker over the citations to screen, for a long session."""
        return screening.make_ranker(self.workspace)

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────
    def counts(self, *, as_of: dt.date | None = None) -> FlowCounts:
        """Return the PRISMA 2020 counts."""
        return self.snapshot(as_of=as_of).counts

    def explain_box(self, box: str, *, as_of: dt.date | None = None) -> dy.DataFrame[FlowRow]:
        """List exactly the units that a box counts."""
        return explain_box(self.snapshot(as_of=as_of).flow, box)

    def explain_record(self, record_id: str) -> Explanation:
        """Say why a record was merged, or was not."""
        return clustering.explain_duplicates(self.workspace, record_id)

    def find(self, wanted: str) -> tuple[list[library.Found], int]:
        """Find references by id, number, DOI or title, with their history; and how many match."""
        return library.find_references(self.snapshot(), wanted)

    def citations(self) -> dy.DataFrame[Citation]:
        """Return the citations in force."""
        return self.snapshot().citations

    def export(self, file_format: str, *, only: str | None = None) -> bytes:
        """Return the review in a format that another program reads."""
        return exporting.export_review(self.workspace, file_format, now=self._clock(), only=only)

    def publish(self, name: str, *, actor: str) -> FlowCounts:
        """Freeze the counts under a name."""
        return reporting.publish_version(self.workspace, name, actor=actor, now=self._clock())

    def published_counts(self, name: str) -> str:
        """Return the counts of a published version as they were frozen, as canonical JSON."""
        return reporting.published_counts(self.workspace, name)

    def archive(self, out: Path, *, without_abstracts: bool = False) -> Archive:
        """Put one moment of the review into a zip that `replay_archive` rebuilds."""
        return archive_review(
            self.workspace, out, now=self._clock(), without_abstracts=without_abstracts
        )

    def verify(self) -> list[verification.Finding]:
        """Check the chain, the exports, the frames and the identities."""
        return verification.verify(self.workspace)
