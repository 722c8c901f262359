"""The screening card: a thin door between a browser and a session.

anywidget: one ES module and one CSS file, no build step. Nothing is kept in synchronised traits, so
a saved notebook holds no titles and no abstracts; a view that opens says hello and is told what to
show. The card decides nothing: it hands keys to the session and hands back what stands.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
from pydantic import ValidationError

from pipeline.errors import ReviewError, StoreError
from pipeline.review.session import Answer, SaidDecision, ScreeningSession
from pipeline.widget.messages import (
    MESSAGE,
    Decide,
    Hello,
    MarkCitation,
    Message,
    Recall,
    Skip,
    Undo,
)

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["ScreeningCard"]

_HERE: Final = Path(__file__).parent


class ScreeningCard(anywidget.AnyWidget):
    """A card on which a reviewer screens titles and abstracts, in a notebook or an app.

    Parameters
    ----------
    review
        The review, open for as long as the card is used.
    reviewer
        Who reads: a pseudonym that the review knows.
    session
        A session of one's own making instead of the usual one.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    NotReadyError
        The review has no reading order yet.
    """

    _esm = _HERE / "card.js"
    _css = _HERE / "card.css"

    def __init__(
        self, review: Review, *, reviewer: str, session: ScreeningSession | None = None
    ) -> None:
        super().__init__()
        self.session = session or ScreeningSession(review, reviewer=reviewer)
        self.session.on_change = self._tell_state
        self.on_msg(self._hear)
        self.session.start_learning()

    def close(self) -> None:
        """Take the card away; what was answered is in the ledger."""
        self.session.close()
        super().close()

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        try:
            message = MESSAGE.validate_python(content)
        except ValidationError as error:
            given = content.get("id") if isinstance(content, dict) else None
            notice = f"not understood: {error.errors()[0]['msg']}"
            self._tell_answer(str(given), Answer(is_taken=False, notice=notice))
            return
        try:
            self._answer(message)
        except StoreError as error:  # the browser keeps it and says it again
            self._tell_answer(message.id, Answer(is_taken=False, notice=str(error)), is_final=False)
        except ReviewError as error:
            self._tell_answer(message.id, Answer(is_taken=False, notice=str(error)))
            self._tell_state()

    def _answer(self, message: Message) -> None:
        match message:
            case Hello():
                self.session.look_again()
                self._tell("setup", to=message.id, setup=asdict(self.session.setup()))
            case Recall():
                shown = self.session.recall(message.citation_id)
                self._tell("record", to=message.id, record=asdict(shown))
            case _:
                self._tell_answer(message.id, self._do(message))
        self._tell_state()

    def _do(self, message: Decide | Undo | Skip | MarkCitation) -> Answer:
        match message:
            case Decide():
                fields = message.model_dump(exclude={"id", "kind"})
                return self.session.decide(SaidDecision(**fields))
            case Undo():
                return self.session.undo(message.uid)
            case Skip():
                self.session.skip(message.citation_id)
                return Answer(is_taken=True)
            case MarkCitation():
                return self.session.mark(message.citation_id, message.mark, is_on=message.is_on)

    def _tell_answer(self, to: str, answer: Answer, *, is_final: bool = True) -> None:
        self._tell("answer", to=to, is_final=is_final, answer=asdict(answer))

    def _tell_state(self) -> None:
        self._tell("state", state=asdict(self.session.state()))

    def _tell(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - JSON for the browser
        self.send({"kind": kind, **content})
