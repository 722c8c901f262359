"""What one reviewer has said so far, folded from the events of the ledger.

Several windows, kernels and machines may speak for the same reviewer. Each word about a citation
has a uid that follows from the word before it, so that the ledger itself lets only one of two
simultaneous words in: a held key, a repeated message or a second window never makes a second
decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.events import CitationMarked, Decided, DecisionUndone, canonical_json, sha256_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from pipeline.events import Event
    from pipeline.store import RecordedEvent

__all__ = ["HEARD", "OwnWords", "Word"]

HEARD: Final = (Decided, DecisionUndone, CitationMarked)  # the kinds of event that are words


@dataclass(frozen=True, slots=True)
class Word:
    """A decision of the reviewer that stands."""

    event: int  # sequence number in the ledger
    uid: str
    citation_id: str
    decision: str
    reasons: tuple[str, ...]
    note: str | None
    seconds: float | None
    at: dt.datetime

    def says(self, decision: str, reasons: tuple[str, ...], note: str | None) -> bool:
        """Say whether this is the same word."""
        return (self.decision, self.reasons, self.note) == (decision, reasons, note)


@dataclass(slots=True)
class OwnWords:
    """The words of one reviewer at one stage.

    Parameters
    ----------
    reviewer
        Whose words.
    stage
        ``title-abstract`` or ``full-text``.
    """

    reviewer: str
    stage: str
    head: int = 0  # the last event that was heard
    standing: dict[str, Word] = field(default_factory=dict)  # by citation, in order of speaking
    _latest: dict[str, int] = field(default_factory=dict)  # the last event about a citation
    _marks: dict[str, dict[str, bool]] = field(default_factory=dict)
    _marked: dict[tuple[str, str], int] = field(default_factory=dict)  # last event on a label
    _spoken: dict[int, Word] = field(default_factory=dict)  # not taken back, by event

    def hear(self, events: Iterable[RecordedEvent]) -> dict[str, int]:
        """Fold in what was said after `head`; return the citations that lost their last word.

        Each with the event that took it back.
        """
        undone: dict[str, int] = {}
        for recorded in events:
            for citation_id in self._fold(recorded, recorded.event):
                undone[citation_id] = recorded.seq
            self.head = recorded.seq
        return {one: event for one, event in undone.items() if one not in self.standing}

    def next_uid(self, citation_id: str) -> str:
        """Return the uid that the next decision about a citation will have."""
        return self._uid("decision", citation_id, self._latest.get(citation_id, 0))

    def mark_uid(self, citation_id: str, mark: str) -> str:
        """Return the uid of the next change of a label."""
        return self._uid("mark", citation_id, mark, self._marked.get((citation_id, mark), 0))

    def undo_uid(self, word: Word) -> str:
        """Return the uid of taking a word back: it can be taken back once."""
        return self._uid("undo", word.citation_id, word.event)

    def spoken(self, uid: str) -> Word | None:
        """Return the word of this uid, unless it was taken back."""
        return next((word for word in reversed(self._spoken.values()) if word.uid == uid), None)

    def marks(self, citation_id: str) -> tuple[str, ...]:
        """Return the labels on a citation, in the order in which they were put on."""
        return tuple(name for name, is_on in self._marks.get(citation_id, {}).items() if is_on)

    def _uid(self, *parts: object) -> str:
        return sha256_of(canonical_json([self.stage, self.reviewer, *parts]))

    def _fold(self, recorded: RecordedEvent, event: Event) -> tuple[str, ...]:
        """Take an event in; return the citation whose word it took back."""
        if isinstance(event, Decided) and (event.reviewer, event.stage) == (
            self.reviewer,
            self.stage,
        ):
            self._decided(recorded, event)
        elif isinstance(event, DecisionUndone) and event.decision in self._spoken:
            word = self._spoken[event.decision]
            self._undone(recorded.seq, word)
            return (word.citation_id,)
        elif isinstance(event, CitationMarked) and event.reviewer == self.reviewer:
            self._marks.setdefault(event.citation_id, {})[event.mark] = event.is_on
            self._marked[event.citation_id, event.mark] = recorded.seq
        return ()

    def _decided(self, recorded: RecordedEvent, event: Decided) -> None:
        word = Word(
            event=recorded.seq,
            uid=recorded.uid,
            citation_id=event.citation_id,
            decision=event.decision,
            reasons=event.reasons,
            note=event.note,
            seconds=event.seconds,
            at=event.decided_at,
        )
        self._spoken[word.event] = word
        self._latest[word.citation_id] = word.event
        self.standing.pop(word.citation_id, None)  # the latest word goes to the end
        self.standing[word.citation_id] = word

    def _undone(self, event: int, word: Word) -> None:
        """Let the word before it stand again, as the fold of all decisions does."""
        self._latest[word.citation_id] = event
        del self._spoken[word.event]
        standing = self.standing.get(word.citation_id)
        if standing is None or standing.event != word.event:
            return
        del self.standing[word.citation_id]
        earlier = [one for one in self._spoken.values() if one.citation_id == word.citation_id]
        if earlier:
            self.standing[word.citation_id] = earlier[-1]
