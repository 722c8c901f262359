"""Learn from what was decided: the reading order, the terms that tell, the outlook.

One learner a review at a time, however many reviewers there are. Each session asks for an order
when its reviewer has decided enough; whoever comes first makes one for all, and those who waited
find it there, with its telling terms in the cache. Only who has to learn reads the texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, TypeAlias

import polars as pl

from pipeline.review.reading import reading_list
from pipeline.review.review import Review
from pipeline.review.session.outlook import Outlook, take_outlook, view_screening
from pipeline.review.stopping.outlook import say_prices, see_outlook
from pipeline.review.workspace import cache_key
from pipeline.screen import SCHEDULES, TermEffect, explain_ranking
from pipeline.store import learning_alone

if TYPE_CHECKING:
    from pathlib import Path

    import dataframely as dy

    from pipeline.review.reading import ReadingList
    from pipeline.review.snapshot import Snapshot
    from pipeline.screen import Ranker

__all__ = ["SCHEDULE", "Refit", "TellingTerm", "refit", "standing_order", "texts_key"]

SCHEDULE: Final = SCHEDULES["growing"]  # after how many decisions to learn again
_N_EXPLAINED: Final = 400  # citations at the head of the order whose terms are worked out
_N_TERMS: Final = 6
_SHORTEST_TERM: Final = 4  # letters: "it" and "the" tell a reader nothing

TellingTerm: TypeAlias = tuple[str, bool]  # the term, and whether it speaks for the citation


@dataclass(frozen=True, slots=True)
class Refit:
    """What was learnt: the reading order from here on, and what may be shown beside it."""

    citation_ids: tuple[str, ...]
    positions: tuple[int, ...]  # of each, in the queue
    is_blind: bool
    texts: str  # a key over what was to be read
    n_labelled: int
    head: int  # the last event that was surely seen
    terms: dict[str, tuple[TellingTerm, ...]] = field(default_factory=dict)
    outlook: Outlook | None = None


def refit(folder: Path, reviewer: str) -> Refit:
    """Order what is left for a reviewer, and say what tells about the citations that come next.

    Parameters
    ----------
    folder
        The review's folder.
    reviewer
        Whose reading list.
    """
    with Review.open(folder) as review:
        with learning_alone(review.workspace.folder.work):
            terms = _learn_where_due(review, reviewer)
        snapshot = review.snapshot()
        order = _as_it_stands(snapshot, reading_list(snapshot, reviewer))
        if order.is_blind:
            return order
        outlook = take_outlook(view_screening(snapshot), step=_say_stop(snapshot))
        return replace(order, terms=terms, outlook=outlook)


def _learn_where_due(review: Review, reviewer: str) -> dict[str, tuple[TellingTerm, ...]]:
    """Make a new order unless somebody made one just before; return the terms behind it."""
    snapshot = review.snapshot()
    reading = reading_list(snapshot, reviewer)
    if reading.is_blind and not reading.citations.is_empty():
        return {}  # a frozen batch is read to its end
    if _is_due(snapshot, reading):
        review.rank(make=partial(_kept_ranker, _Texts(review.path, texts_key(snapshot))))
        snapshot = review.snapshot()
    return _by_citation(_telling_terms(snapshot))


def _is_due(snapshot: Snapshot, reading: ReadingList) -> bool:
    """Say whether a new order would differ enough from the one in force to be worth its while."""
    latest = snapshot.queue_in_force
    if latest is None or reading.citations.is_empty():
        return True
    if latest.settings != snapshot.workspace.config.fingerprint():
        return True
    n_since = abs(snapshot.learnt.height - latest.n_labelled)
    if n_since >= SCHEDULE.batch_size(latest.n_labelled):
        return True
    known = pl.concat([snapshot.frozen_queue["citation_id"], snapshot.labels["citation_id"]])
    return not snapshot.to_screen["citation_id"].is_in(known.implode()).all()


def standing_order(snapshot: Snapshot, reviewer: str) -> Refit:
    """Return the reading order in force, learning nothing: what a session starts with."""
    order = _as_it_stands(snapshot, reading_list(snapshot, reviewer))
    if order.is_blind:
        return order
    outlook = take_outlook(view_screening(snapshot), step=say_prices(snapshot))
    return replace(order, outlook=outlook)


def _say_stop(snapshot: Snapshot) -> str:
    """Say where the stop stands, and what a sure answer costs."""
    return f"{see_outlook(snapshot).step}. {say_prices(snapshot)}"


def texts_key(snapshot: Snapshot) -> str:
    """Return a key over the citations to screen and the settings: another key, other texts."""
    texts = snapshot.to_screen.select("citation_id", "membership_hash")
    return f"{snapshot.workspace.frames.name_of(texts)} {snapshot.workspace.config.fingerprint()}"


def _as_it_stands(snapshot: Snapshot, reading: ReadingList) -> Refit:
    return Refit(
        head=snapshot.workspace.ledger.head().seq,
        citation_ids=tuple(reading.citations["citation_id"].to_list()),
        positions=tuple(reading.citations["position"].to_list()),
        is_blind=reading.is_blind,
        texts=texts_key(snapshot),
        n_labelled=snapshot.labels.height,
    )


def _telling_terms(snapshot: Snapshot) -> dy.DataFrame[TermEffect]:
    """Return the terms behind the order in force, for its head; worked out once for everybody."""
    latest = snapshot.queue_in_force
    if latest is None:
        return TermEffect.create_empty()
    workspace = snapshot.workspace

    def explain() -> dy.DataFrame[TermEffect]:
        ranker = _kept_ranker(_Texts(workspace.folder.path, texts_key(snapshot)))
        head = snapshot.queue["citation_id"].head(_N_EXPLAINED)
        ids = head.filter(head.is_in(ranker.citation_ids.implode())).to_list()
        return explain_ranking(
            ranker, snapshot.learnt, citation_ids=ids, n_terms=_N_TERMS, n_similar=0
        ).terms

    key = cache_key("telling terms", latest.frame)
    return workspace.cache.frame(key, "terms", TermEffect, explain)


def _by_citation(terms: dy.DataFrame[TermEffect]) -> dict[str, tuple[TellingTerm, ...]]:
    told = (
        terms.filter(pl.col("term").str.len_chars() >= _SHORTEST_TERM)
        .with_columns(is_for=pl.col("effect") > 0)
        .group_by("citation_id", maintain_order=True)
        .agg("term", "is_for")
    )
    return {
        citation_id: tuple(zip(words, is_for, strict=True))
        for citation_id, words, is_for in told.iter_rows()
    }


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts that a ranker has read: another key, another ranker."""

    folder: Path
    key: str


@lru_cache(maxsize=1)
def _kept_ranker(texts: _Texts) -> Ranker:
    with Review.open(texts.folder) as review:
        return review.ranker()
