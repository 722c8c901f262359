"""The conflicts card: what the readers left open, with every word and note, settled by one key.

It decides nothing: it hands resolutions to the session and is told what stands.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from pipeline.review.team.session import ConflictsSession, SaidResolution
from pipeline.widget.talking import LONGEST, Hello, Said, TalkingCard, read_script, read_styles

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["ConflictsCard"]


class _Settle(Said):
    kind: Literal["settle"]
    dispute: str
    stage: str
    decision: Literal["include", "exclude"]
    reasons: tuple[str, ...] = ()
    note: str = Field(default="", max_length=LONGEST)


class _Undo(Said):
    kind: Literal["undo"]
    uid: str = Field(max_length=64)  # the id with which the resolution came


class _Move(Said):
    kind: Literal["move"]
    position: int = Field(ge=1)


_Words: TypeAlias = Hello | _Settle | _Undo | _Move
_MESSAGE: Final[TypeAdapter[_Words]] = TypeAdapter(Annotated[_Words, Field(discriminator="kind")])


class ConflictsCard(TalkingCard):
    """A card on which a person settles what the readers left open, in a notebook or an app.

    Parameters
    ----------
    review
        The review, open for as long as the card is used.
    reviewer
        Who answers for the resolutions.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    """

    _esm = read_script("conflicts.js")
    _css = read_styles("conflicts.css")

    def __init__(self, review: Review, *, reviewer: str) -> None:
        super().__init__()
        self.session = ConflictsSession(review, reviewer=reviewer)
        self.on_msg(self._hear)

    def _understand(self, content: object) -> _Words:
        return _MESSAGE.validate_python(content)

    def _do(self, message: _Words) -> str:
        match message:
            case Hello():
                self.session.look_again()
            case _Settle():
                self.session.settle(
                    SaidResolution(
                        uid=message.id,
                        id=message.dispute,
                        stage=message.stage,
                        decision=message.decision,
                        reasons=message.reasons,
                        note=message.note,
                    )
                )
            case _Undo():
                self.session.undo(message.uid)
            case _Move():
                self.session.move(message.position)
        return ""

    def _tell_state(self) -> None:
        self._tell("state", state=asdict(self.session.state()))
