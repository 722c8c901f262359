"""Learn again beside the reading: order, telling terms and outlook, in a process of their own.

A process, because a thread of the kernel would make the reviewer wait (next record at the 95th
percentile: 200 ms against 40 ms). It opens the review like anyone else and hands back plain values.
It keeps the texts' features between calls and goes down with the process that started it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, TypeAlias

import polars as pl

from pipeline.errors import ReviewError
from pipeline.review.reading import reading_list
from pipeline.review.review import Review
from pipeline.review.session.outlook import Outlook, take_outlook, view_screening
from pipeline.review.stopping.outlook import say_prices, see_outlook
from pipeline.screen import explain_ranking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.review.reading import ReadingList
    from pipeline.review.snapshot import Snapshot
    from pipeline.screen import Ranker

__all__ = [
    "Refit",
    "Refitter",
    "TellingTerm",
    "refit",
    "refitting_process",
    "standing_order",
    "texts_key",
]

_N_EXPLAINED: Final = 60  # citations at the head of the list whose terms are worth working out
_N_TERMS: Final = 6
_SHORTEST_TERM: Final = 4  # letters: "it" and "the" tell a reader nothing
_NICENESS: Final = 10  # the kernel and the browser come first

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
        head, snapshot = review.workspace.ledger.head().seq, review.snapshot()
        reading = reading_list(snapshot, reviewer)
        if reading.is_blind and not reading.citations.is_empty():
            return _as_it_stands(snapshot, reading, head=head)  # a frozen batch is read to its end
        ranker = _kept_ranker(_Texts(folder, texts_key(snapshot)))
        review.rank(ranker=ranker)
        head, snapshot = review.workspace.ledger.head().seq, review.snapshot()
        reading = reading_list(snapshot, reviewer)
        order = _as_it_stands(snapshot, reading, head=head)
        if reading.is_blind:
            return order
        return replace(
            order,
            terms=_terms(ranker, snapshot, order.citation_ids[:_N_EXPLAINED]),
            outlook=take_outlook(view_screening(snapshot), step=_say_stop(snapshot)),
        )


def standing_order(snapshot: Snapshot, reviewer: str) -> Refit:
    """Return the reading order in force, learning nothing: what a session starts with."""
    head = snapshot.workspace.ledger.head().seq
    reading = reading_list(snapshot, reviewer)
    order = _as_it_stands(snapshot, reading, head=head)
    if reading.is_blind:
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


def _as_it_stands(snapshot: Snapshot, reading: ReadingList, *, head: int) -> Refit:
    return Refit(
        head=head,
        citation_ids=tuple(reading.citations["citation_id"].to_list()),
        positions=tuple(reading.citations["position"].to_list()),
        is_blind=reading.is_blind,
        texts=texts_key(snapshot),
        n_labelled=snapshot.labels.height,
    )


def _terms(
    ranker: Ranker, snapshot: Snapshot, citation_ids: tuple[str, ...]
) -> dict[str, tuple[TellingTerm, ...]]:
    known = set(ranker.citation_ids)
    told = explain_ranking(
        ranker,
        snapshot.labels,
        citation_ids=[one for one in citation_ids if one in known],
        n_terms=_N_TERMS,
        n_similar=1,
    )
    terms: dict[str, list[TellingTerm]] = {}
    for citation_id, term, is_for in told.terms.select(
        "citation_id", "term", pl.col("effect") > 0
    ).iter_rows():
        if len(term) < _SHORTEST_TERM:
            continue
        terms.setdefault(citation_id, []).append((term, is_for))
    return {citation_id: tuple(some) for citation_id, some in terms.items()}


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts that a ranker has read: another key, another ranker."""

    folder: Path
    key: str


@lru_cache(maxsize=1)
def _kept_ranker(texts: _Texts) -> Ranker:
    with Review.open(texts.folder) as review:
        return review.ranker()


def refitting_process() -> Executor:
    """Return one process that learns at low priority and ends with this one, however it ends."""
    return ProcessPoolExecutor(
        max_workers=1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_settle_in,
    )


def _settle_in() -> None:
    os.nice(_NICENESS) if hasattr(os, "nice") else None
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Watch the process that started this one: a killed kernel closes no pipe of ours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


class Refitter:
    """Refits one after the other; requests made meanwhile become one.

    Parameters
    ----------
    task
        What learns; called in the executor.
    make_executor
        Makes the executor when the first refit is asked for, and anew where it broke.
    on_done
        Told what was learnt, or why nothing was; called from another thread.
    """

    def __init__(
        self,
        task: Callable[[], Refit],
        *,
        make_executor: Callable[[], Executor] = refitting_process,
        on_done: Callable[[Refit | ReviewError], None],
    ) -> None:
        self._task, self._make, self._on_done = task, make_executor, on_done
        self._lock = threading.Lock()
        self._executor: Executor | None = None
        self._is_running = self._is_asked_again = self._is_closed = False

    @property
    def is_running(self) -> bool:
        """Whether something is being learnt just now."""
        return self._is_running

    def request(self) -> None:
        """Ask for a refit with what is known by the time it starts."""
        with self._lock:
            if self._is_closed:
                return
            if self._is_running:
                self._is_asked_again = True
                return
            self._is_running = True
            future = self._submit()
        future.add_done_callback(self._finished)

    def close(self) -> None:
        """Learn no more; what is running is given up."""
        with self._lock:
            self._is_closed = True
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self) -> Future[Refit]:
        try:
            self._executor = self._executor or self._make()
            return self._executor.submit(self._task)
        except BrokenExecutor:  # its process was killed: start another one
            self._executor = self._make()
            return self._executor.submit(self._task)

    def _finished(self, future: Future[Refit]) -> None:
        with self._lock:
            self._is_running = False
            is_asked_again, self._is_asked_again = self._is_asked_again, False
        if self._is_closed or future.cancelled():
            return
        self._on_done(_result(future))
        if is_asked_again:
            self.request()


def _result(future: Future[Refit]) -> Refit | ReviewError:
    error = future.exception()
    if error is None:
        return future.result()
    return error if isinstance(error, ReviewError) else ReviewError(f"learning stopped ({error!r})")
