"""The coding card: tags in view of their text, accepted, changed, rejected or added by selecting.

Like the screening card it keeps nothing in synchronised traits and decides nothing: a view that
opens says hello, hands keys to the session and is told what stands.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import anywidget
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import ReviewError, StoreError
from pipeline.review.coding import GivenTag
from pipeline.review.coding.session import CodingSession

if TYPE_CHECKING:
    from pipeline.review import Review

__all__ = ["CodingCard"]

_HERE: Final = Path(__file__).parent
_LONGEST: Final = 20_000  # characters of a note: beyond it somebody pasted a file


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(max_length=64)  # made by the browser; its answer carries it


class _Hello(_Message):
    kind: Literal["hello"]


class _Judge(_Message):
    kind: Literal["judge"]
    verdict: Literal["accepted", "changed", "rejected", "added"]
    suggestion_id: str | None = None
    report_id: str | None = None
    source: str = "abstract"
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=1)
    quote: str | None = Field(default=None, max_length=_LONGEST)
    code: str | None = None
    polarity: str | None = None
    level: str | None = None
    extract_kind: str | None = None
    note: str | None = Field(default=None, max_length=_LONGEST)
    replaces: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class _Undo(_Message):
    kind: Literal["undo"]
    event: int


class _Finish(_Message):
    kind: Literal["finish"]


class _Move(_Message):
    kind: Literal["move"]
    step: Literal[-1, 1]


class _AddCode(_Message):
    kind: Literal["add_code"]
    code: str = Field(max_length=64)
    label: str = Field(max_length=200)
    parent: str | None = None
    memo: str = Field(default="", max_length=_LONGEST)


_Said: TypeAlias = _Hello | _Judge | _Undo | _Finish | _Move | _AddCode
_MESSAGE: Final[TypeAdapter[_Said]] = TypeAdapter(Annotated[_Said, Field(discriminator="kind")])


class CodingCard(anywidget.AnyWidget):
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

    _esm = _HERE / "coding.js"
    _css = (_HERE / "card.css").read_text("utf-8") + (_HERE / "coding.css").read_text("utf-8")

    def __init__(self, review: Review, *, coder: str) -> None:
        super().__init__()
        self.session = CodingSession(review, coder=coder)
        self.on_msg(self._hear)

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        try:
            message = _MESSAGE.validate_python(content)
        except ValidationError as error:
            given = content.get("id") if isinstance(content, dict) else None
            self._tell_answer(str(given), f"not understood: {error.errors()[0]['msg']}")
            return
        try:
            self._do(message)
        except StoreError as error:  # the browser keeps it and says it again
            self._tell_answer(message.id, str(error), is_final=False)
            return
        except ReviewError as error:
            self._tell_answer(message.id, str(error))
        else:
            self._tell_answer(message.id)
        self._tell("state", state=asdict(self.session.state()))

    def _do(self, message: _Said) -> None:
        match message:
            case _Hello():
                self._tell("setup", to=message.id, setup=asdict(self.session.setup()))
            case _Judge():
                fields = message.model_dump(exclude={"id", "kind"})
                self.session.judge(GivenTag(**fields, uid=message.id))
            case _Undo():
                self.session.undo(message.event)
            case _Finish():
                self.session.finish()
            case _Move():
                self.session.move(message.step)
            case _AddCode():
                self.session.add_code(
                    id_=message.code,
                    label=message.label,
                    parent=message.parent,
                    memo=message.memo,
                )

    def _tell_answer(self, to: str, notice: str = "", *, is_final: bool = True) -> None:
        self._tell("answer", to=to, is_final=is_final, notice=notice)

    def _tell(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - JSON for the browser
        self.send({"kind": kind, **content})
