"""What a reviewer says goes into the ledger, once, and is answered with what stands then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UnknownNameError
from pipeline.events import CitationMarked, Decided, DecisionUndone
from pipeline.review.session.state import Answer
from pipeline.schemas import DECISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.events import Event
    from pipeline.review.desk import Clock
    from pipeline.review.session.own_words import OwnWords
    from pipeline.review.workspace import Workspace

__all__ = ["SaidDecision", "Saying"]


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
    workspace
        The review.
    words
        What the reviewer has said; kept up to date.
    clock
        What tells the time.
    """

    def __init__(self, workspace: Workspace, words: OwnWords, *, clock: Clock) -> None:
        self._workspace, self._words, self._clock = workspace, words, clock

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
            words.catch_up()  # said already, or another window knows more than this one
        is_next = said.uid == words.next_uid(said.citation_id)
        if is_next:
            self._append(event, said.uid)
        return self._answer(said.uid, event, is_new=is_next)

    def undo(self, uid: str) -> tuple[Answer, str | None]:
        """Take a decision back; return also the citation that it was about."""
        self._words.catch_up()
        word = self._words.spoken(uid)
        if word is None:
            return Answer(is_taken=False, notice="That decision was taken back already."), None
        event = DecisionUndone(decision=word.event, reviewer=self._words.reviewer)
        self._append(event, self._words.undo_uid(word))
        return Answer(is_taken=True, is_new=True), word.citation_id

    def mark(self, row: Mapping[str, object], mark: str, *, is_on: bool) -> Answer:
        """Put a label on a citation, or take it off."""
        citation_id = str(row["citation_id"])
        self._words.catch_up()
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
        ledger = self._workspace.ledger
        ledger.append([event], actor=self._words.reviewer, now=self._clock(), uids=[uid])
        self._words.catch_up()

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
                "criteria_version": self._workspace.config.criteria.version,
                "queue_position": position,
                "decided_at": self._clock(),
            }
        )

    def _in_order(self, reasons: Sequence[str]) -> tuple[str, ...]:
        """Return the reasons in the protocol's order."""
        known = [one.id for one in self._workspace.config.criteria.exclusion]
        for reason in reasons:
            if reason not in known:
                raise UnknownNameError("exclusion reason", reason, known)
        return tuple(one for one in known if one in reasons)
