"""Ovid's tagged files (``.cgi``, ``.ovd``, ``.txt``): ``<3001. >``, then ``TI  - value``.

Numbers go on over split files. Continuation lines are indented by six spaces, blank lines part the
values inside a field, and the paragraphs of an abstract begin in the first column. Some copies
carry one space before every line, some have one space before the dash; the latter form is read
only where ``VN`` has it, because a paragraph may begin "US - ".
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, opened_blocks
from pipeline.ingest.dialects.ovid import OVID_TAGGED_DIALECTS
from pipeline.ingest.tagged import SNIFFED, TaggedFormat

__all__ = ["OVID_TAGGED"]

_OPENING: Final = re.compile(r"\n {0,2}(<\d+(?:\. ?)?>) *(?=\n|\Z)")
_TELLTALE: Final = re.compile(r"\n {0,2}(?:VN|DB|AN|UI|TI|AU|SO|AB) {1,2}- ")
_TORN: Final = re.compile(r"\n {0,2}<(?:\d*|\d+\. ?)\Z")
_NORMAL: Final = Shape(
    tag=re.compile(r"\n {0,2}([A-Z][A-Z0-9])  - ?(?:[A-Z]{2}  - )?"),
    cut=opened_blocks,
    blank_line_last=True,
    marker=_OPENING,
    telltale=_TELLTALE,
    torn=_TORN,
    titles=("\nTI  - ", "\n TI  - "),
)
_NARROW: Final = Shape(
    tag=re.compile(r"\n {0,2}([A-Z][A-Z0-9]) {1,2}-(?: |(?=\n)|\Z)"),
    cut=opened_blocks,
    blank_line_last=True,
    marker=_OPENING,
    telltale=_TELLTALE,
    torn=_TORN,
    titles=("\nTI - ", "\nTI  - "),
)
_ONE_SPACE: Final = re.compile(r"\n {0,2}(?:VN|DB|AN|UI) - ")


def _shape_of(text: str) -> Shape:
    return _NARROW if _ONE_SPACE.search(text, 0, SNIFFED) else _NORMAL


OVID_TAGGED: Final = TaggedFormat(
    name="ovid-tagged",
    description="Tagged text of Ovid (`.cgi`, `.ovd`, `.txt`)",
    is_tried=True,
    signature=re.compile(r"\n {0,2}<\d+(?:\. ?)?> *\n {0,2}(?:VN|DB|AN|UI|TI|AU|ST|SO|AB) {1,2}- "),
    shape_of=_shape_of,
    dialects=OVID_TAGGED_DIALECTS,
)
