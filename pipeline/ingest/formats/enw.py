"""EndNote's tagged format (``.enw``; refer/BibIX): ``%0 Journal Article`` opens an entry.

Older files have no ``%0``; there a blank line parts the entries.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, opened_blocks
from pipeline.ingest.dialects.enw import ENW_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["ENW"]

_TAG: Final = re.compile(r"\n%([0-9A-Z@+!*&()~^$<>\[\]?#=-])(?: |(?=\n)|\Z)")
_TORN: Final = re.compile(r"\n(?:%0|(?<=\n\n)%.?)\Z")
_TELLTALE: Final = re.compile(r"\n%[TAJXD] ")
_NORMAL: Final = Shape(
    tag=_TAG,
    cut=opened_blocks,
    marker=re.compile(r"\n%(0) "),
    telltale=_TELLTALE,
    torn=_TORN,
    titles=("\n%T ",),
)
_WITHOUT_TYPE: Final = Shape(
    tag=_TAG,
    cut=opened_blocks,
    marker=re.compile(r"(?:\A|(?<=\n))\n%([A-Z])(?= )"),
    telltale=_TELLTALE,
    torn=_TORN,
    titles=("\n%T ",),
)


def _shape_of(text: str) -> Shape:
    return _NORMAL if "\n%0 " in text else _WITHOUT_TYPE


ENW: Final = TaggedFormat(
    name="enw",
    description="EndNote's tagged text (`.enw`), also of Google Scholar",
    is_tried=True,
    signature=re.compile(r"\A\s*%[0-9A-Z@~+] .*\n(?:.*\n)*?%[TAJDXR@] |\A\s*%0 \w"),
    shape_of=_shape_of,
    dialects=ENW_DIALECTS,
)
