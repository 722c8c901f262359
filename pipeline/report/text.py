"""How wide a text is and where it breaks, so that no text crosses its box.

Widths are those of DejaVu Sans, which matplotlib brings along and which is about 16 % wider than
Helvetica and Arial: a text that fits in it fits in the fonts that a reader is likely to have.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font


__all__ = ["break_lines", "measure_width"]

_FONTS: Final = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
_FULL_WIDTH: Final = 1.0  # em: a Chinese or Korean character, or one that the font lacks
_PER_EM: Final = 65536 * 10.0  # 16.16 fixed point at 10 points and 72 dots per inch
NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def measure_width(text: str, *, size: float, is_bold: bool = False) -> float:
    """Return the width of a text in the unit of ``size``.

    >>> measure_width("n", size=100) < measure_width("n", size=100, is_bold=True)
    True
    >>> measure_width("", size=12)
    0.0
    """
    return size * sum((_advance(character, is_bold=is_bold) for character in text), start=0.0)


def break_lines(text: str, *, width: float, size: float, is_bold: bool = False) -> list[str]:
    r"""Break a text into lines no wider than ``width``; a word that is wider is broken itself.

    No-break spaces keep words together.

    >>> break_lines("Records screened (n\xa0=\xa09)", width=120, size=12)
    ['Records screened', '(n\xa0=\xa09)']
    """
    lines: list[str] = []
    current = ""
    for word in _fitting_words(text, width=width, size=size, is_bold=is_bold):
        longer = f"{current} {word}" if current else word
        if current and measure_width(longer, size=size, is_bold=is_bold) > width:
            lines.append(current)
            longer = word
        current = longer
    return [*lines, current]


@cache
def _font(*, is_bold: bool) -> FT2Font:
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    font = FT2Font(f"{get_data_path()}/fonts/ttf/{_FONTS[is_bold]}")
    font.set_size(10, 72)
    return font


@cache
def _advance(character: str, *, is_bold: bool) -> float:
    font = _font(is_bold=is_bold)
    index = font.get_char_index(ord(character))
    if not index or unicodedata.east_asian_width(character) in "WF":
        return _FULL_WIDTH
    return float(font.load_glyph(index).linearHoriAdvance / _PER_EM)


def _fitting_words(text: str, *, width: float, size: float, is_bold: bool) -> list[str]:
    words: list[str] = []
    for word in text.split(" "):
        rest = word
        while measure_width(rest, size=size, is_bold=is_bold) > width and len(rest) > 1:
            cut = _longest_prefix(rest, width=width, size=size, is_bold=is_bold)
            words.append(rest[:cut])
            rest = rest[cut:]
        words.append(rest)
    return words


def _longest_prefix(word: str, *, width: float, size: float, is_bold: bool) -> int:
    used = 0.0
    for place, character in enumerate(word):
        used += size * _advance(character, is_bold=is_bold)
        if used > width:
            return max(place, 1)
    return len(word)
