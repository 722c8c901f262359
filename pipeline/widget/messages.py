"""What a browser may say to the card; anything else is refused, never guessed at."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from pipeline.widget.talking import LONGEST, Asked, Hello, Said

__all__ = ["MESSAGE", "Decide", "Hello", "MarkCitation", "Message", "Recall", "Skip", "Undo"]


class Decide(Said):
    """The reviewer decided on a citation as it was shown."""

    kind: Literal["decide"]
    citation_id: str
    uid: str
    decision: Literal["include", "exclude", "maybe"]
    reasons: tuple[str, ...] = ()
    note: str = Field(default="", max_length=LONGEST)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class Undo(Said):
    """The reviewer takes a decision back."""

    kind: Literal["undo"]
    uid: str


class Skip(Said):
    """The reviewer leaves a citation for later."""

    kind: Literal["skip"]
    citation_id: str


class MarkCitation(Said):
    """The reviewer puts a label on a citation, or takes it off."""

    kind: Literal["mark"]
    citation_id: str
    mark: str
    is_on: bool


class Recall(Asked):
    """The reviewer looks back at a citation."""

    kind: Literal["recall"]
    citation_id: str


Message: TypeAlias = Hello | Decide | Undo | Skip | MarkCitation | Recall
MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])
