"""What a reviewer has said already, so that the same file taken twice adds nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.events import Decided, Retrieved
from pipeline.review.state import read_said

if TYPE_CHECKING:
    from pipeline.events import Event
    from pipeline.review.decisions import GivenDecision
    from pipeline.review.snapshot import Snapshot

__all__ = ["RETRIEVAL", "SaidBefore"]

RETRIEVAL: Final = "retrieval"  # a third "stage" of the table, for the hunt for full texts

Word = tuple[object, ...]


class SaidBefore:
    """The words of one reviewer that stand, and how to tell whether a word is a new one.

    A dated word is known when the ledger holds it with that time, also where the reviewer has taken
    it back since: the same file again must not revive it. An undated one is known when it is all
    that the reviewer says of the citation as it is now: after a merge that brought two different
    words together, or a change of criteria that opened it, saying it again is taken.
    """

    def __init__(self, snapshot: Snapshot, reviewer: str) -> None:
        self._home: dict[str, str] = {}
        for citation_id, record_ids in snapshot.citations.select(
            "citation_id", "record_ids"
        ).iter_rows():
            self._home |= dict.fromkeys(record_ids, citation_id)
        self._dated: set[Word] = set()
        self._words: dict[tuple[str, str], set[Word]] = {}
        own = snapshot.words.filter(
            (pl.col("reviewer") == reviewer) & ~pl.col("is_resolution") & ~pl.col("is_reopened")
        )
        for row in own.iter_rows(named=True):
            words = self._words.setdefault((row["citation_id"], row["stage"]), set())
            words.add((row["decision"], tuple(row["reasons"])))
        for row in read_said(snapshot.workspace.ledger, reviewer).iter_rows(named=True):
            word = (row["decision"], tuple(row["reasons"] or ()))
            moment = dt.datetime.fromisoformat(row["decided_at"])
            self._dated.add(self._dated_word(row["record_id"], row["stage"], word, moment))
        retrievals = snapshot.evidence.retrievals.select("report_id", "status")
        self._statuses: dict[str, str] = dict(retrievals.iter_rows())

    def has(self, given: GivenDecision, event: Event) -> bool:
        """Say whether the ledger has this word already."""
        if isinstance(event, Retrieved):
            return self._statuses.get(event.report_id) == event.status
        if not isinstance(event, Decided):
            return False
        word = (event.decision, event.reasons)
        if given.decided_at is not None:
            dated = self._dated_word(event.record_id, event.stage, word, event.decided_at)
            return dated in self._dated
        return self._words.get((event.citation_id, event.stage)) == {word}

    def add(self, event: Event) -> None:
        """Take note of a word that is about to be appended."""
        if isinstance(event, Retrieved):
            self._statuses[event.report_id] = event.status
        elif isinstance(event, Decided):
            word = (event.decision, event.reasons)
            self._words[event.citation_id, event.stage] = {word}
            dated = self._dated_word(event.record_id, event.stage, word, event.decided_at)
            self._dated.add(dated)

    def _dated_word(self, record_id: str, stage: str, word: Word, moment: dt.datetime) -> Word:
        return (self._home.get(record_id, record_id), stage, *word, moment)
