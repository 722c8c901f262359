"""What the cards have in common: how a browser is heard, and how it is answered.

Nothing is kept in synchronised traits, so a saved notebook holds no titles and no abstracts; a view
that opens says hello and is told what to show. A word that cannot be understood is refused; one
that the ledger could not take now is kept by the browser and said again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import anywidget
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ReviewError, StoreError

__all__ = ["LONGEST", "Asked", "Hello", "Said", "TalkingCard", "read_script", "read_styles"]

LONGEST: Final = 20_000  # characters of a note: beyond it somebody pasted a file
_N_ANSWERS: Final = 500  # words that are known again: more than a browser ever keeps waiting
_HERE: Final = Path(__file__).parent


class Said(BaseModel):
    """What a browser may say to a card; anything else is refused, never guessed at."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(max_length=64)  # made by the browser; its answer carries it


class Asked(Said):
    """What changes nothing, and is answered as often as it is said."""


class Hello(Asked):
    """A view was opened: tell it everything."""

    kind: Literal["hello"]


def read_script(name: str) -> str:
    """Return a card's ES module, with what all cards need in front.

    >>> "export default" in read_script("card.js")
    True
    """
    return "".join((_HERE / one).read_text("utf-8") for one in ("parts.js", name))


def read_styles(*more: str) -> str:
    """Return the styles of all cards, and more.

    >>> ".thresher" in read_styles()
    True
    """
    return "".join((_HERE / one).read_text("utf-8") for one in ("card.css", *more))


class TalkingCard(anywidget.AnyWidget):
    """A card that hears one browser, or several, and tells all of them what stands.

    A browser says again what has no answer after some seconds: what was done is answered again,
    and not done again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._answers: dict[str, str] = {}  # what was told last, by the id of what was said

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        try:
            message = self._understand(content)
        except ValidationError as error:
            given = content.get("id") if isinstance(content, dict) else None
            self._tell_answer(str(given), f"not understood: {error.errors()[0]['msg']}")
            return
        if message.id in self._answers:
            self._tell_answer(message.id, self._answers[message.id])
            self._tell_state()
            return
        try:
            notice = self._do(message)
        except StoreError as error:  # the browser keeps it and says it again
            self._tell_answer(message.id, str(error), is_final=False)
            return
        except ReviewError as error:
            notice = str(error)
        self._remember(message, notice)
        self._tell_answer(message.id, notice)
        self._tell_state()

    def _remember(self, message: Said, notice: str) -> None:
        if isinstance(message, Asked):
            return
        self._answers[message.id] = notice
        if len(self._answers) > _N_ANSWERS:
            del self._answers[next(iter(self._answers))]

    def _understand(self, content: object) -> Said:
        raise NotImplementedError

    def _do(self, message: Any) -> str:  # noqa: ANN401 - each card has words of its own
        """Do as told; return what to tell where that did not go as it was meant."""
        raise NotImplementedError

    def _tell_state(self) -> None:
        raise NotImplementedError

    def _tell_answer(self, to: str, notice: str = "", *, is_final: bool = True) -> None:
        self._tell("answer", to=to, is_final=is_final, notice=notice)

    def _tell(self, kind: str, **content: Any) -> None:  # noqa: ANN401 - JSON for the browser
        self.send({"kind": kind, **content})
