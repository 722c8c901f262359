"""What one reviewer has said so far, folded from the ledger and kept up with it.

Several windows, kernels and machines may speak for the same reviewer. Each word about a citation
has a uid that follows from the word before it, so that the ledger itself lets only one of two
simultaneous words in: a held key, a repeated message or a second window never makes a second
decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.events import CitationMarked, Decided, DecisionUndone, canonical_json, sha256_of

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.events import Event
    from pipeline.store import Ledger, RecordedEvent

__all__ = ["OwnWords", "Word"]


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
    ledger
        The review's ledger.
    reviewer
        Whose words.
    stage
        ``title-abstract`` or ``full-text``.
    """

    ledger: Ledger
    reviewer: str
    stage: str
    head: int = 0  # the last event that was read
    standing: dict[str, Word] = field(default_factory=dict)  # by citation, in order of speaking
    _latest: dict[str, int] = field(default_factory=dict)  # the last event about a citation
    _marks: dict[str, dict[str, bool]] = field(default_factory=dict)
    _marked: dict[tuple[str, str], int] = field(default_factory=dict)  # last event on a label
    _spoken: dict[int, Word] = field(default_factory=dict)  # not taken back, by event

    def catch_up(self) -> None:
        """Read what was said since the last time, in this window or any other."""
        kinds = (Decided, DecisionUndone, CitationMarked)
        for recorded in self.ledger.read(*kinds, after=self.head):
            self._fold(recorded, recorded.event)
            self.head = recorded.seq

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

    def _fold(self, recorded: RecordedEvent, event: Event) -> None:
        if isinstance(event, Decided) and (event.reviewer, event.stage) == (
            self.reviewer,
            self.stage,
        ):
            self._decided(recorded, event)
        elif isinstance(event, DecisionUndone) and event.decision in self._spoken:
            self._undone(recorded.seq, self._spoken[event.decision])
        elif isinstance(event, CitationMarked) and event.reviewer == self.reviewer:
            self._marks.setdefault(event.citation_id, {})[event.mark] = event.is_on
            self._marked[event.citation_id, event.mark] = recorded.seq

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
