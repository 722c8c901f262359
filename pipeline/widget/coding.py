"""The coding card: tags in view of their text, accepted, changed, rejected or added by selecting.

It decides nothing: it hands keys to the session and is told what stands.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from pipeline.review.coding import GivenTag
from pipeline.review.coding.session import CodingSession
from pipeline.widget.talking import LONGEST, Hello, Said, TalkingCard, read_script, read_styles

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["CodingCard"]


class _Judge(Said):
    kind: Literal["judge"]
    verdict: Literal["accepted", "changed", "rejected", "added"]
    suggestion_id: str | None = None
    report_id: str | None = None
    source: str = "abstract"
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=1)
    quote: str | None = Field(default=None, max_length=LONGEST)
    code: str | None = None
    polarity: str | None = None
    level: str | None = None
    extract_kind: str | None = None
    note: str | None = Field(default=None, max_length=LONGEST)
    replaces: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class _Undo(Said):
    kind: Literal["undo"]
    event: int


class _Finish(Said):
    kind: Literal["finish"]
    report_id: str  # the text that was open: said again, no other is meant
    source: str


class _Move(Said):
    kind: Literal["move"]
    position: int = Field(ge=1)


class _AddCode(Said):
    kind: Literal["add_code"]
    code: str = Field(max_length=64)
    label: str = Field(max_length=200)
    parent: str | None = None
    memo: str = Field(default="", max_length=LONGEST)


_Words: TypeAlias = Hello | _Judge | _Undo | _Finish | _Move | _AddCode
_MESSAGE: Final[TypeAdapter[_Words]] = TypeAdapter(Annotated[_Words, Field(discriminator="kind")])


class CodingCard(TalkingCard):
    """A card on which a coder judges suggested tags and adds tags, in a notebook or an app.

    Parameters
    ----------
    review
        The review, open for as long as the card is used.
    coder
        Who codes: a pseudonym that the review knows.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    InputError
        No report is included yet.
    """

    _esm = read_script("coding.js")
    _css = read_styles("coding.css")

    def __init__(self, review: Review, *, coder: str) -> None:
        super().__init__()
        self.session = CodingSession(review, coder=coder)
        self.on_msg(self._hear)

    def _understand(self, content: object) -> _Words:
        return _MESSAGE.validate_python(content)

    def _do(self, message: _Words) -> str:
        match message:
            case Hello():
                self._tell("setup", to=message.id, setup=asdict(self.session.setup()))
            case _Judge():
                fields = message.model_dump(exclude={"id", "kind"})
                self.session.judge(GivenTag(**fields, uid=message.id))
            case _Undo():
                self.session.undo(message.event)
            case _Finish():
                self.session.finish(message.report_id, message.source)
            case _Move():
                self.session.move(message.position)
            case _AddCode():
                self.session.add_code(
                    id_=message.code,
                    label=message.label,
                    parent=message.parent,
                    memo=message.memo,
                )
        return ""

    def _tell_state(self) -> None:
        self._tell("state", state=asdict(self.session.state()))
