"""RefWorks tagged format: ``RT Journal Article`` opens an entry, each value on one line.

A tag is parted from its value by one space only, so a line of running text might look like one;
therefore only the tags of RefWorks' own legend count. The legend itself (``RT=Reference Type``) may
stand at the head of the file.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, opened_blocks
from pipeline.ingest.dialects.refworks import REFWORKS_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["REFWORKS"]

_TAGS: Final = (
    "RT|SR|ID|A[1-6]|T[1-3]|JF|JO|YR|FD|VO|IS|SP|OP|K1|AB|NO|ED|PB|PP|SN|AV|AD|AN|LA|CL|SF|OT|LK|DO|CN"
    "|DB|DS|IP|RD|ST|U[1-9]|U1[0-5]|UL|SL|LL|CR|W[TVP]|OL|PMID|PMCID"
)
_SHAPE: Final = Shape(
    tag=re.compile(rf"\n({_TAGS})(?: |(?=\n)|\Z)"),
    cut=opened_blocks,
    marker=re.compile(r"\n(RT) "),
    torn=re.compile(r"\n(?:R|RT)\Z"),
    titles=("\nT1 ",),
    telltale=re.compile(r"\n(?:T1|A1|JF|YR|AB) "),
)

REFWORKS: Final = TaggedFormat(
    name="refworks",
    description="Tagged text of RefWorks",
    is_tried=True,
    signature=re.compile(r"\nRT [A-Z][\w ,/()-]+\n(?:SR|ID|A1|T1|JF|YR|AB|SP|VO|K1) "),
    shape_of=lambda _text: _SHAPE,
    dialects=REFWORKS_DIALECTS,
)
