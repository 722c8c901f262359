"""The duplicates card: unsure clusters side by side, what differs marked, one key each.

It decides nothing: it hands answers to the session and is told what stands.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from pipeline.review.duplicates.session import DuplicatesSession
from pipeline.widget.talking import Hello, Said, TalkingCard, read_script, read_styles

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["DuplicatesCard"]


class _Group(Said):
    kind: Literal["group"]
    cluster_id: str
    groups: tuple[tuple[str, ...], ...] = Field(min_length=1)


class _Leave(Said):
    kind: Literal["leave"]
    cluster_id: str


class _Undo(Said):
    kind: Literal["undo"]
    uid: str = Field(max_length=64)  # the id with which the answer came


class _NextBatch(Said):
    kind: Literal["batch"]


_Words: TypeAlias = Hello | _Group | _Leave | _Undo | _NextBatch
_MESSAGE: Final[TypeAdapter[_Words]] = TypeAdapter(Annotated[_Words, Field(discriminator="kind")])


class DuplicatesCard(TalkingCard):
    """A card on which a person says which citations are one publication, in a notebook.

    Parameters
    ----------
    review
        The review, open for as long as the card is used.
    reviewer
        Who decides.
    n_batch
        How many clusters make a batch.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    """

    _esm = read_script("duplicates.js")
    _css = read_styles("duplicates.css")

    def __init__(self, review: Review, *, reviewer: str, n_batch: int = 20) -> None:
        super().__init__()
        self.session = DuplicatesSession(review, reviewer=reviewer, n_batch=n_batch)
        self.on_msg(self._hear)

    def _understand(self, content: object) -> _Words:
        return _MESSAGE.validate_python(content)

    def _do(self, message: _Words) -> str:
        match message:
            case Hello():
                pass  # the state follows
            case _Group():
                self.session.answer(message.cluster_id, message.groups, uid=message.id)
            case _Leave():
                self.session.leave(message.cluster_id)
            case _Undo():
                self.session.undo(message.uid)
            case _NextBatch():
                self.session.draw_batch()
        return ""

    def _tell_state(self) -> None:
        self._tell("state", state=asdict(self.session.state()))
