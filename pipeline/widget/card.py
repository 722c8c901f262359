"""The screening card: a thin door between a browser and a session.

anywidget: one ES module and one CSS file, no build step. The card decides nothing: it hands keys to
the session and hands back what stands.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

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
from pipeline.widget.talking import TalkingCard, read_script, read_styles

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["ScreeningCard"]


class ScreeningCard(TalkingCard):
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

    _esm = read_script("card.js")
    _css = read_styles()

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

    def _understand(self, content: object) -> Message:
        return MESSAGE.validate_python(content)

    def _do(self, message: Message) -> str:
        match message:
            case Hello():
                self.session.look_again()
                self._tell("setup", to=message.id, setup=asdict(self.session.setup()))
            case Recall():
                shown = self.session.recall(message.citation_id)
                self._tell("record", to=message.id, record=asdict(shown))
            case Skip():
                self.session.skip(message.citation_id)
            case _:
                return self._record(message).notice
        return ""

    def _record(self, message: Decide | Undo | MarkCitation) -> Answer:
        match message:
            case Decide():
                fields = message.model_dump(exclude={"id", "kind"})
                return self.session.decide(SaidDecision(**fields))
            case Undo():
                return self.session.undo(message.uid)
            case MarkCitation():
                return self.session.mark(message.citation_id, message.mark, is_on=message.is_on)

    def _tell_state(self) -> None:
        self._tell("state", state=asdict(self.session.state()))
