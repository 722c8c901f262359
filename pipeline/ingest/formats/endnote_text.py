"""EndNote's "Show All Fields" text: ``Reference Type:  Journal Article``, then ``Label: value``.

Only known labels count, because an abstract may hold a line that begins "Results: ". Keywords stand
one a line after their label; every entry ends with blank lines.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, opened_blocks
from pipeline.ingest.dialects.endnote_text import ENDNOTE_LABELS, ENDNOTE_TEXT_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["ENDNOTE_TEXT"]

_LABELS: Final = "|".join(sorted(ENDNOTE_LABELS, key=len, reverse=True))
_SHAPE: Final = Shape(
    tag=re.compile(rf"\n({_LABELS}):(?: {{1,2}}|(?=\n)|\Z)"),
    cut=opened_blocks,
    blank_line_last=True,
    marker=re.compile(r"\n(Reference Type): "),
    torn=re.compile(r"\n(?:R|Re|Ref|Refe\w*|Reference (?:T\w*:?)?)\Z"),
    titles=("\nTitle: ",),
    telltale=re.compile(r"\n(?:Author|Title|Journal|Abstract|DOI): "),
    one_per_line=frozenset({"Keywords"}),
    indent="\n",
)

ENDNOTE_TEXT: Final = TaggedFormat(
    name="endnote-text",
    description='EndNote\'s "Show All Fields" text',
    is_tried=False,
    signature=re.compile(
        r"\nReference Type: {1,2}[A-Z][\w ]+\n(?:Record Number|Author|Year|Title): "
    ),
    shape_of=lambda _text: _SHAPE,
    dialects=ENDNOTE_TEXT_DIALECTS,
)
