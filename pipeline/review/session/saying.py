"""What a reviewer says goes into the ledger, once, and is answered with what stands then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import UnknownNameError
from pipeline.events import CitationMarked, Decided, DecisionUndone
from pipeline.review.session.own_words import HEARD
from pipeline.review.session.state import Answer
from pipeline.schemas import DECISIONS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.config import Criteria
    from pipeline.events import Event
    from pipeline.review.desk import Clock
    from pipeline.review.session.course import Course
    from pipeline.store import RecordedEvent

__all__ = ["Log", "SaidDecision", "Saying"]


class Log(Protocol):
    """Where words are kept, each uid once: a ledger, or anything that promises the same."""

    def read(self, *kinds: type[Event], after: int) -> Iterable[RecordedEvent]:
        """Return the events of these kinds after a sequence number, in order."""

    def append(
        self, events: Sequence[Event], *, actor: str, now: dt.datetime, uids: Sequence[str]
    ) -> object:
        """Keep events; one whose uid is there already is not kept again."""


@dataclass(frozen=True, slots=True)
class SaidDecision:
    """A decision as it came from the card; ``uid`` is the one that was shown."""

    citation_id: str
    uid: str
    decision: str  # include | exclude | maybe
    reasons: tuple[str, ...] = ()
    note: str | None = None
    seconds: float | None = None


class Saying:
    """One reviewer's words on their way into the ledger.

    Parameters
    ----------
    log
        Where words are kept.
    course
        What the reviewer has said and what comes next; kept up to date.
    criteria
        What gives the reasons, and their order.
    clock
        What tells the time.
    """

    def __init__(self, log: Log, course: Course, *, criteria: Criteria, clock: Clock) -> None:
        self._log, self._course, self._criteria, self._clock = log, course, criteria, clock
        self._words = course.words

    def catch_up(self) -> None:
        """Read what was said since the last time, in this window or any other."""
        self._course.hear(self._log.read(*HEARD, after=self._words.head))

    def decide(
        self, said: SaidDecision, row: Mapping[str, object], *, position: int | None
    ) -> Answer:
        """Put a decision in the ledger, unless it is there or another window was faster.

        Parameters
        ----------
        said
            What the reviewer said.
        row
            The citation as it was shown.
        position
            Its place in the queue.
        """
        event = self._decided(said, row, position)
        words = self._words
        if said.uid != words.next_uid(said.citation_id):
            self.catch_up()  # said already, or another window knows more than this one
        is_next = said.uid == words.next_uid(said.citation_id)
        if is_next:
            self._append(event, said.uid)
        return self._answer(said.uid, event, is_new=is_next)

    def undo(self, uid: str) -> Answer:
        """Take a decision back; its citation comes again at once."""
        self.catch_up()
        word = self._words.spoken(uid)
        if word is None:
            return Answer(is_taken=False, notice="That decision was taken back already.")
        event = DecisionUndone(decision=word.event, reviewer=self._words.reviewer)
        self._append(event, self._words.undo_uid(word))
        if word.citation_id not in self._words.standing:
            self._course.put_first(word.citation_id)
        return Answer(is_taken=True, is_new=True)

    def mark(self, row: Mapping[str, object], mark: str, *, is_on: bool) -> Answer:
        """Put a label on a citation, or take it off."""
        citation_id = str(row["citation_id"])
        self.catch_up()
        if (mark in self._words.marks(citation_id)) == is_on:
            return Answer(is_taken=True)
        event = CitationMarked(
            citation_id=citation_id,
            record_id=str(row["record_id"]),
            mark=mark,
            is_on=is_on,
            reviewer=self._words.reviewer,
        )
        self._append(event, self._words.mark_uid(citation_id, mark))
        return Answer(is_taken=True, is_new=True)

    def _append(self, event: Event, uid: str) -> None:
        self._log.append([event], actor=self._words.reviewer, now=self._clock(), uids=[uid])
        self.catch_up()

    def _answer(self, uid: str, event: Decided, *, is_new: bool) -> Answer:
        word = self._words.spoken(uid)
        if word is None:
            return Answer(is_taken=False, notice="Taken back in another window; nothing changed.")
        if word.says(event.decision, event.reasons, event.note):
            return Answer(is_taken=True, is_new=is_new)
        notice = f"Decided already, in another window: {word.decision}. Nothing changed."
        return Answer(is_taken=False, notice=notice)

    def _decided(
        self, said: SaidDecision, row: Mapping[str, object], position: int | None
    ) -> Decided:
        if said.decision not in DECISIONS:
            raise UnknownNameError("decision", said.decision, DECISIONS)
        return Decided.model_validate(
            {
                "citation_id": said.citation_id,
                "record_id": row["record_id"],
                "membership_hash": row["membership_hash"],
                "record_ids": row["record_ids"],
                "stage": self._words.stage,
                "reviewer": self._words.reviewer,
                "decision": said.decision,
                "reasons": self._in_order(said.reasons) if said.decision == "exclude" else (),
                "note": said.note or None,
                "seconds": said.seconds,
                "criteria_version": self._criteria.version,
                "queue_position": position,
                "decided_at": self._clock(),
            }
        )

    def _in_order(self, reasons: Sequence[str]) -> tuple[str, ...]:
        """Return the reasons in the protocol's order."""
        known = [one.id for one in self._criteria.exclusion]
        for reason in reasons:
            if reason not in known:
                raise UnknownNameError("exclusion reason", reason, known)
        return tuple(one for one in known if one in reasons)
