"""RIS: two-letter tags, an entry from ``TY`` to ``ER``.

The normal form of a line is ``TI  - value``. Cochrane writes two spaces after the dash, some tools
indent, and hand-made files have one space before it, a tab, small letters, or no blank at all; the
loose forms are used only where no ``TY`` line has the normal one, because an abstract may well hold
a line that begins "US - ".
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, paired_blocks
from pipeline.ingest.dialects.ris import RIS_DIALECTS
from pipeline.ingest.tagged import SNIFFED, TaggedFormat

__all__ = ["RIS"]

_NORMAL: Final = re.compile(r"\n {0,3}(?:TY|ER)  -")
# Ovid puts a number before an entry, Cochrane three lines
_TORN: Final = re.compile(
    r"\n(?:T|TY {0,3}|\d+\.? *\n?|Re?c?o?r?d? ?"
    r"|Record #.*(?:\n(?:[PC]\w*|Provider:.*|Content:.*))*)\s*\Z"
)
_STRICT: Final = Shape(
    tag=re.compile(r"\n {0,3}([A-Z][A-Z0-9])  - ?"),
    cut=paired_blocks,
    marker=re.compile(r"\n {0,3}(?:(TY)  -|ER  - *(?=\n|\Z))"),
    torn=_TORN,
    titles=("\nTI  - ", "\nT1  - "),
    telltale=re.compile(r"\n {0,3}(?:T[I1]|A[UB12]|N2|PY|Y1|DO|KW|J[FOA]|SN|UR)  - "),
    late_tags=frozenset({"NL"}),
    late_database=re.compile(r"\nLink to the Ovid .*?[?&]D=([a-z]+)"),
)
_LOOSE: Final = Shape(
    any_case=True,
    tag=re.compile(r"\n[ \t]{0,6}([A-Za-z][A-Za-z0-9])[ \t]{0,3}-(?:[ \t]|(?=\n)|\Z)"),
    cut=paired_blocks,
    marker=re.compile(
        r"\n[ \t]{0,6}(?:([Tt][Yy])[ \t]{0,3}-(?:[ \t]|(?=\n))"
        r"|[Ee][Rr][ \t]{0,3}-[ \t]*(?=\n|\Z))"
    ),
    torn=_TORN,
    telltale=re.compile(r"\n[ \t]{0,6}(?:T[I1]|A[UB1]|N2|PY|Y1|DO)[ \t]{0,3}-[ \t]"),
)
_TIGHT: Final = Shape(
    tag=re.compile(r"\n {0,3}([A-Z][A-Z0-9])-"),
    cut=paired_blocks,
    marker=re.compile(r"\n {0,3}(?:(TY)-|ER- *(?=\n|\Z))"),
    torn=_TORN,
    telltale=re.compile(r"\n {0,3}(?:T[I1]|A[UB1]|N2|PY|Y1|DO)-"),
)
_WITHOUT_BLANKS: Final = re.compile(r"\n {0,3}TY-[A-Z]{3,6}\n")


def _shape_of(text: str) -> Shape:
    if _NORMAL.search(text, 0, SNIFFED):
        return _STRICT
    return _TIGHT if _WITHOUT_BLANKS.search(text, 0, SNIFFED) else _LOOSE


RIS: Final = TaggedFormat(
    name="ris",
    description=(
        "RIS of Ovid, Embase.com, Scopus, Web of Science, EBSCO, ProQuest, Cochrane and "
        "reference managers"
    ),
    is_tried=True,
    signature=re.compile(
        r"\n[ \t]{0,6}(?:[Tt][Yy][ \t]{0,3}-[ \t]{0,3}[\w ]*$|ER {1,2}- *$)", re.MULTILINE
    ),
    shape_of=_shape_of,
    dialects=RIS_DIALECTS,
)
