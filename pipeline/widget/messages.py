"""What a browser may say to the card; anything else is refused, never guessed at."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

__all__ = ["MESSAGE", "Decide", "Hello", "MarkCitation", "Message", "Recall", "Skip", "Undo"]

_LONGEST: int = 20_000  # characters of a note: beyond it somebody pasted a file


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(max_length=64)  # made by the browser; its answer carries it


class Hello(_Message):
    """A view was opened: tell it everything."""

    kind: Literal["hello"]


class Decide(_Message):
    """The reviewer decided on a citation as it was shown."""

    kind: Literal["decide"]
    citation_id: str
    uid: str
    decision: Literal["include", "exclude", "maybe"]
    reasons: tuple[str, ...] = ()
    note: str = Field(default="", max_length=_LONGEST)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class Undo(_Message):
    """The reviewer takes a decision back."""

    kind: Literal["undo"]
    uid: str


class Skip(_Message):
    """The reviewer leaves a citation for later."""

    kind: Literal["skip"]
    citation_id: str


class MarkCitation(_Message):
    """The reviewer puts a label on a citation, or takes it off."""

    kind: Literal["mark"]
    citation_id: str
    mark: str
    is_on: bool


class Recall(_Message):
    """The reviewer looks back at a citation."""

    kind: Literal["recall"]
    citation_id: str


Message: TypeAlias = Hello | Decide | Undo | Skip | MarkCitation | Recall
MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])
