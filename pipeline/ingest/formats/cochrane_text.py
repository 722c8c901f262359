"""The Cochrane Library's citation text: ``Record #1 of 271``, then ``TI: value``.

Only known tags count, because an abstract may hold a line that begins "US: ".
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, opened_blocks
from pipeline.ingest.dialects.cochrane import COCHRANE_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["COCHRANE_TEXT"]

_SHAPE: Final = Shape(
    tag=re.compile(
        r"\n(ID|AN|AU|TI|SO|YR|VL|NO|PG|PB|SN|PM|XR|PT|KY|DOI|AB|LA|CC|CI|CR|US)(?:: |:(?=\n)|:\Z)"
    ),
    cut=opened_blocks,
    blank_line_last=True,
    marker=re.compile(r"\n(Record #\d+ of \d+) *(?=\n|\Z)"),
    torn=re.compile(r"\n(?:R|Re|Rec|Reco|Recor|Record|Record (?:#[\dof ]*)?)\Z"),
    titles=("\nTI: ",),
    telltale=re.compile(r"\n(?:ID|AU|TI|SO|DOI|AB): "),
)

COCHRANE_TEXT: Final = TaggedFormat(
    name="cochrane-text",
    description="Citation text of the Cochrane Library",
    is_tried=True,
    signature=re.compile(r"\nRecord #\d+ of \d+ *\n(?:ID|AU|TI|AN): "),
    shape_of=lambda _text: _SHAPE,
    dialects=COCHRANE_DIALECTS,
)
