"""Turns markup and entities into the plain text that is read, quoted and stored.

Offsets into this text are code points, so that emoji, entities and right-to-left text keep their
places: nothing is reordered, and nothing is replaced after the offsets are taken.
"""

from __future__ import annotations

import html
import re
from typing import Final

__all__ = ["plain_text"]

_INLINE: Final = "a|b|i|u|em|strong|sup|sub|span|small|font|code|italic|bold|mark|abbr|cite|q"
_BLOCK: Final = (
    "p|div|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|tr|td|th|section|sec|title|abstract|label|"
    "blockquote|body|html|abstracttext|article|header|footer"
)
_INLINE_TAG: Final = re.compile(rf"</?(?:jats:)?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_TAG: Final = re.compile(rf"</?(?:jats:)?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def plain_text(text: str) -> str:
    """Return the text without tags and with entities written out.

    Only names of real tags are taken for tags, so that ``p < 0.05`` survives.

    Examples
    --------
    >>> plain_text("<p>Cost &amp; <b>time</b>; p < .05</p>")
    'Cost & time; p < .05'
    """
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n\n", text))
    if "&" in text:
        text = html.unescape(text)
    return text.replace("\r\n", "\n").strip()
