"""How far a review has come, and what to do next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.duplicates.history import describe_history
from pipeline.review.ranking import describe_hard_to_rank
from pipeline.review.state import ingested_files
from pipeline.review.stopping.outlook import see_outlook
from pipeline.review.team.steps import team_steps
from pipeline.review.updating.wording import describe_vanished, retraction_steps

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.review.stopping.outlook import StoppingOutlook
    from pipeline.schemas import KnownItem

__all__ = ["ReviewStatus", "SearchProgress", "review_status"]


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """Progress in numbers, and the next steps in words."""

    title: str
    n_searches: int
    n_entries: int
    n_rejected_unresolved: int
    n_records: int
    n_citations: int
    n_to_screen: int
    n_unsure_pairs: int
    screened: tuple[StageProgress, ...]
    known_items: dy.DataFrame[KnownItem]  # the key publications, and which databases found them
    n_events: int
    next_steps: tuple[str, ...]
    stopping: StoppingOutlook  # an estimate of recall, the price of a claim, certificates
    notices: tuple[str, ...] = ()  # what has changed and asks for nothing
    searches: tuple[SearchProgress, ...] = ()  # withdrawn ones too


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """One search: hits as reported against entries as loaded."""

    search_id: str
    database: str | None
    searched_on: dt.date
    hits_reported: int | None
    n_loaded: int
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How many citations stand where at a screening stage."""

    stage: str
    include: int
    exclude: int
    conflict: int
    awaiting: int


def review_status(snapshot: Snapshot) -> ReviewStatus:
    """Count what is done and say what comes next."""
    workspace = snapshot.workspace
    stages = (_progress(snapshot, "title-abstract"), _progress(snapshot, "full-text"))
    return ReviewStatus(
        title=workspace.config.review.title,
        n_searches=snapshot.evidence.searches.filter(~pl.col("is_withdrawn")).height,
        n_entries=snapshot.entries.height + snapshot.rejected.height,
        n_rejected_unresolved=snapshot.unresolved.height,
        n_records=snapshot.records.height,
        n_citations=snapshot.citations.height,
        n_to_screen=snapshot.to_screen.height,
        n_unsure_pairs=snapshot.unsure_pairs.height,
        screened=stages,
        known_items=snapshot.known_items,
        n_events=workspace.ledger.head().seq,
        next_steps=tuple(_next_steps(snapshot, stages)),
        stopping=see_outlook(snapshot),
        searches=tuple(_searches(snapshot)),
        notices=(
            *describe_history(snapshot),
            *describe_vanished(snapshot),
            *describe_hard_to_rank(snapshot),
        ),
    )


def _searches(snapshot: Snapshot) -> Iterator[SearchProgress]:
    loaded: Counter[str] = Counter()
    for one in ingested_files(snapshot.workspace.ledger):
        loaded[one.search_id] += one.n_parsed + one.n_rejected
    for search in snapshot.evidence.searches.iter_rows(named=True):
        yield SearchProgress(
            search_id=search["search_id"],
            database=search["database"],
            searched_on=search["searched_on"],
            hits_reported=search["hits_reported"],
            n_loaded=loaded[search["search_id"]],
            is_withdrawn=search["is_withdrawn"],
        )


def _progress(snapshot: Snapshot, stage: str) -> StageProgress:
    at_stage = snapshot.outcomes.filter(pl.col("stage") == stage)
    at_stage = at_stage.join(snapshot.to_screen, on="citation_id", how="semi")
    if stage == "full-text":  # only what the first stage kept, and what could be had, gets that far
        kept = snapshot.labels.filter("is_relevant")
        lost = snapshot.evidence.retrievals.filter(pl.col("status") == "not_retrieved")
        at_stage = at_stage.join(kept, on="citation_id", how="semi")
        at_stage = at_stage.join(lost, left_on="citation_id", right_on="report_id", how="anti")
    n = dict(at_stage["outcome"].cast(pl.String).value_counts().iter_rows())
    return StageProgress(
        stage, n.get("include", 0), n.get("exclude", 0), n.get("conflict", 0), n.get("awaiting", 0)
    )


def _next_steps(snapshot: Snapshot, stages: tuple[StageProgress, ...]) -> list[str]:
    abstracts, full_texts = stages
    steps = [
        (snapshot.evidence.searches.is_empty(), "add a search: thresher add"),
        (not snapshot.is_up_to_date, "read what was added: thresher run"),
        (
            snapshot.unresolved.height,
            f"{snapshot.unresolved.height} rejected entries: thresher rejected",
        ),
        (
            snapshot.unsure_pairs.height,
            f"{snapshot.unsure_pairs.height} unsure pairs: thresher dedupe --review-pairs",
        ),
        (
            abstracts.conflict,
            f"{abstracts.conflict} conflicts at title and abstract: thresher conflicts",
        ),
        (abstracts.awaiting, f"{abstracts.awaiting} titles and abstracts to screen"),
        (full_texts.awaiting, f"{full_texts.awaiting} full texts to find or assess"),
    ]
    due = team_steps(snapshot) + [text for is_due, text in steps if is_due] or [
        "publish: thresher publish"
    ]
    return [*retraction_steps(snapshot), *_missed_key_publications(snapshot), *due]


def _missed_key_publications(snapshot: Snapshot) -> list[str]:
    """Say it where searches have run and missed what they should know; it blocks nothing."""
    n_missed = snapshot.known_items.filter(pl.col("citation_ids").list.len() == 0).height
    if not n_missed or snapshot.records.is_empty():
        return []
    n = snapshot.known_items.height
    return [f"key publications that no search found: {n_missed} of {n}; look at the strategies"]
