"""Text copied from a page, as `thresher paste` keeps it once a person has confirmed what it holds.

Never recognised by itself: any text could be such a page. The file begins with a line that says so,
then what the person put right, one field a line, an empty line, and the text as it was copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.ingest.contract import FIELDS, RawEntry, RawRejection, Reading
from pipeline.ingest.pasted import find_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Content, Field

__all__ = ["PASTED_TEXT", "PastedText", "as_pasted"]

_MARK: Final = "Pasted into Thresher"
_LISTED: Final[Mapping[Field, str]] = {"author": ";", "keyword": ";"}


@dataclass(frozen=True, slots=True)
class PastedText:
    """One record, found in a page's text."""

    name: Literal["pasted-text"] = "pasted-text"
    description: str = "Text copied from a page, by `thresher paste` alone"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        r"""Say whether the file says of itself that it is one.

        >>> from pipeline.ingest.contract import Content
        >>> PASTED_TEXT.recognises(Content("a", b"", "Naps\n\nAbstract\nYes.", "utf-8"))
        False
        """
        return content.text.startswith(f"{_MARK}\n")

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        r"""Read the one record; ``columns`` does not apply.

        >>> from pipeline.ingest.contract import Content
        >>> text = as_pasted("Naps in nurseries\nYear: 2020", {"date": "2021"})
        >>> PASTED_TEXT.read(Content("a", b"", text, "utf-8")).entries[0].parts
        (('title', 'Naps in nurseries'), ('date', '2021'))
        """
        del columns
        head, _, text = content.text.partition("\n\n")
        given = [line.partition(": ") for line in head.splitlines()[1:]]
        mended = {name: value for name, _, value in given if name in FIELDS}
        parts = [(part, value) for part, value in find_parts(text) if part not in mended]
        parts += [pair for name, value in mended.items() for pair in _listed(name, value)]
        if not any(part == "title" for part, _ in parts):
            rejection = RawRejection(1, text, "no title was found in the pasted text")
            return Reading((rejection,), 1)
        return Reading((RawEntry(1, text, tuple(parts)),), 1)


def _listed(name: Field, value: str) -> list[tuple[Field, str]]:
    mark = _LISTED.get(name)
    pieces = value.split(mark) if mark else [value]
    return [(name, piece.strip()) for piece in pieces if piece.strip()]


def as_pasted(text: str, mended: Mapping[Field, str]) -> str:
    r"""Return the file that keeps a pasted text, with what a person put right.

    >>> as_pasted("Naps", {"date": "2020"})
    'Pasted into Thresher\ndate: 2020\n\nNaps'
    """
    lines = [f"{name}: {' '.join(value.split())}" for name, value in mended.items()]
    return "\n".join([_MARK, *lines, "", text])


PASTED_TEXT: Final = PastedText()
