"""RIS: two-letter tags, an entry from ``TY`` to ``ER``.

The normal form of a line is ``TI  - value``. Cochrane writes two spaces after the dash, some tools
indent, and hand-made files have one space before it; the loose form is used only where no ``TY``
line has the normal one, because an abstract may well hold a line that begins "US - ".
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.dialects.ris import RIS_DIALECTS
from pipeline.ingest.tagged import SNIFFED, Shape, TaggedFormat, paired_blocks

__all__ = ["RIS"]

_NORMAL_OPENING: Final = re.compile(r"^ {0,3}(?:TY|ER)  -", re.MULTILINE)
_STRICT: Final = Shape(
    tag=re.compile(r"\n {0,3}([A-Z][A-Z0-9])  -(?: +|(?=\n)|\Z|(?=\S))"),
    blocks=paired_blocks,
    marker=re.compile(r"^ {0,3}(?:(TY)  -|ER  - *$)", re.MULTILINE),
    telltale=re.compile(r"^ {0,3}(?:T[I1]|A[UB12]|N2|PY|Y1|DO|KW|J[FOA]|SN|UR)  - ", re.MULTILINE),
    late_tags=frozenset({"NL"}),
    late_database=re.compile(r"^Link to the Ovid .*?[?&]D=([a-z]+)", re.MULTILINE),
)
_LOOSE: Final = Shape(
    tag=re.compile(r"\n {0,6}([A-Za-z][A-Za-z0-9]) {0,3}-(?: +|(?=\n)|\Z)"),
    blocks=paired_blocks,
    marker=re.compile(r"^ {0,6}(?:([Tt][Yy]) {0,3}-(?: |$)|[Ee][Rr] {0,3}- *$)", re.MULTILINE),
    telltale=re.compile(r"^ {0,6}(?:T[I1]|A[UB1]|N2|PY|Y1|DO) {0,3}- ", re.MULTILINE),
)


def _shape_of(text: str) -> Shape:
    return _STRICT if _NORMAL_OPENING.search(text, 0, SNIFFED) else _LOOSE


RIS: Final = TaggedFormat(
    name="ris",
    signature=re.compile(r"^ {0,6}(?:[Tt][Yy] {0,3}- {0,3}\w*\s*$|ER {1,2}- *$)", re.MULTILINE),
    shape_of=_shape_of,
    dialects=RIS_DIALECTS,
)
