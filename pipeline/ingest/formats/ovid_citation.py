"""Ovid's citation text: ``<8>``, then labels in the first column and values indented below them."""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, opened_blocks
from pipeline.ingest.dialects.ovid import OVID_CITATION_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["OVID_CITATION"]

_SHAPE: Final = Shape(
    tag=re.compile(r"\n([A-Z][\w()/&-]*(?: [\w()/&-]+){0,7}) *(?=\n {2}|\n\t)"),
    cut=opened_blocks,
    blank_line_last=True,
    marker=re.compile(r"\n(<\d+>) *(?=\n|\Z)"),
    torn=re.compile(r"\n<\d*\Z"),
    telltale=re.compile(r"\n(?:Title|Authors?|Source|Abstract|Accession Number) *\n {2}"),
)

OVID_CITATION: Final = TaggedFormat(
    name="ovid-citation",
    description="Citation text of Ovid",
    is_tried=False,
    signature=re.compile(r"\n<\d+> *\n(?: *\n)*[A-Z][\w /()&-]{1,60} {0,3}\n {2}\S"),
    shape_of=lambda _text: _SHAPE,
    dialects=OVID_CITATION_DIALECTS,
)
