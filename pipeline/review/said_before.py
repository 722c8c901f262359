"""What a reviewer has said already, so that the same file taken twice adds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.events import Decided, Retrieved

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.events import Event
    from pipeline.review.decisions import GivenDecision
    from pipeline.review.snapshot import Snapshot

__all__ = ["RETRIEVAL", "SaidBefore"]

RETRIEVAL: Final = "retrieval"  # a third "stage" of the table, for the hunt for full texts

Word = tuple[object, ...]


class SaidBefore:
    """The words of one reviewer that stand, and how to tell whether a word is a new one.

    A dated word is known when the ledger holds it with that time. An undated one is known when it
    is all that the reviewer says of the citation as it is now: after a merge that brought two
    different words together, saying one of them again settles the matter and is taken.
    """

    def __init__(self, snapshot: Snapshot, reviewer: str) -> None:
        members = snapshot.citations.select("citation_id", "membership_hash", "record_ids")
        self._home: dict[str, str] = {}
        self._hash: dict[str, str] = {}
        for citation_id, membership_hash, record_ids in members.iter_rows():
            self._home |= dict.fromkeys(record_ids, citation_id)
            self._hash[citation_id] = membership_hash
        self._dated: set[Word] = set()
        self._words: dict[tuple[str, str], dict[str, Word]] = {}
        own = snapshot.decisions.filter((pl.col("reviewer") == reviewer) & ~pl.col("is_resolution"))
        for row in own.iter_rows(named=True):
            word = (row["decision"], tuple(row["reasons"]))
            self._note(row["citation_id"], row["membership_hash"], row["stage"], word)
            self._dated.add((row["citation_id"], row["stage"], *word, row["decided_at"]))
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
            return (event.citation_id, event.stage, *word, event.decided_at) in self._dated
        home = self._home.get(event.citation_id, event.citation_id)
        return set(self._words.get((home, event.stage), {}).values()) == {word}

    def add(self, event: Event) -> None:
        """Take note of a word that is about to be appended."""
        if isinstance(event, Retrieved):
            self._statuses[event.report_id] = event.status
        elif isinstance(event, Decided):
            word = (event.decision, event.reasons)
            self._note(event.citation_id, event.membership_hash, event.stage, word)
            moment: dt.datetime = event.decided_at
            self._dated.add((event.citation_id, event.stage, *word, moment))

    def _note(self, citation_id: str, membership_hash: str, stage: str, word: Word) -> None:
        home = self._home.get(citation_id, citation_id)
        words = self._words.setdefault((home, stage), {})
        if membership_hash == self._hash.get(home):  # said of the citation as it is now
            words.clear()
        words[citation_id] = word
