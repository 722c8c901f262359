"""Web of Science plain text: a tag and one space, an entry from ``PT`` to ``ER``.

Continuation lines are indented by three spaces; in some fields each of them is a value. The file
opens with ``FN`` and ``VR`` and closes with ``EF``.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.cutting import Shape, paired_blocks
from pipeline.ingest.dialects.isi import ISI_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["ISI"]

_SHAPE: Final = Shape(
    tag=re.compile(r"\n([A-Z][A-Z0-9])(?: |(?=\n)|\Z)"),
    cut=paired_blocks,
    marker=re.compile(r"\n(?:(PT) |ER *(?=\n|\Z))"),
    torn=re.compile(r"\n(?:P|PT)\Z"),
    titles=("\nTI ",),
    telltale=re.compile(r"\n(?:TI|AU|AF|SO|AB|UT|PY) "),
    one_per_line=frozenset({"AU", "AF", "CA", "GP"}),
    indent="\n   ",
)

ISI: Final = TaggedFormat(
    name="isi",
    description="Plain text of Web of Science in any of its databases (ISI)",
    is_tried=True,
    signature=re.compile(
        r"\n(?:(?<=\A\n)\s*FN .*\n\s*VR |PT [A-Z]\n(?:AU|AF|TI|CA|AN|UT|SO|BA|BE|GP) )"
    ),
    shape_of=lambda _text: _SHAPE,
    dialects=ISI_DIALECTS,
)
