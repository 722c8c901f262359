"""PubMed text (MEDLINE, ``.nbib``): four-letter tags, entries parted by a blank line.

An entry has no closing line, so one that the end of the file cuts off is kept with what it holds
and reported. PubMed Central begins an entry with ``PMC``, ERIC's entries have no PMID.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.ingest.dialects.nbib import NBIB_DIALECTS
from pipeline.ingest.tagged import Block, Shape, TaggedFormat

__all__ = ["NBIB"]

_HEAD: Final = re.compile(r"^(?:PMID|PMC |OWN )- ", re.MULTILINE)
_LAST: Final = re.compile(r"^SO  - ", re.MULTILINE)  # PubMed closes each entry with its citation
_TITLE: Final = re.compile(r"^(?:TI  |BTI |CTI )- \S", re.MULTILINE)
_TELLTALE: Final = re.compile(r"^(?:TI  |FAU |AB  |DP  )- ", re.MULTILINE)
_COUNTED: Final = re.compile(
    r"^PMID- |(?:\A|\n[ \t]*\n)(?:OWN - |PMC - .*\n(?!PMID- ))", re.MULTILINE
)


def _blocks(text: str, shape: Shape) -> tuple[list[Block], int, list[str]]:
    """Cut at head lines that follow a blank line, and at any PMID that does not follow a PMC."""
    del shape
    starts = [found.start() for found in _HEAD.finditer(text) if _opens(text, found.start())]
    blocks = [Block(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    warnings: list[str] = []
    if blocks:
        blocks[-1], warnings = _checked_end(text, blocks)
    first = starts[0] if starts else len(text)
    headless = _TELLTALE.search(text, 0, first)
    if headless:
        trouble = "the first line of this entry is missing"
        blocks.insert(0, Block(headless.start(), first, trouble))
    n_expected = sum(1 for _ in _COUNTED.finditer(text)) + (headless is not None)
    return blocks, n_expected, warnings


def _opens(text: str, start: int) -> bool:
    if start == 0:
        return True
    previous = text[text.rfind("\n", 0, start - 1) + 1 : start]
    return not previous.strip() or (
        text.startswith("PMID", start) and not previous.startswith("PMC - ")
    )


def _checked_end(text: str, blocks: list[Block]) -> tuple[Block, list[str]]:
    """Judge whether the end of the file cuts the last entry off, and whether enough is left."""
    last = blocks[-1]
    is_habit = len(blocks) == 1 or _LAST.search(text, blocks[0].start, blocks[0].stop)
    if _LAST.search(text, last.start, last.stop) or not is_habit:
        return last, []
    line = text.count("\n", 0, last.start) + 1
    if _TITLE.search(text, last.start, last.stop):
        return last, [f"line {line}: the file ends before this entry does; what is there was kept"]
    return Block(last.start, last.stop, "the file ends before this entry does"), []


_SHAPE: Final = Shape(
    tag=re.compile(r"\n([A-Z]{2,4}) {0,2}-(?: |(?=\n)|\Z)"),
    blocks=_blocks,
    indent="\n      ",
)

NBIB: Final = TaggedFormat(
    name="nbib",
    signature=re.compile(r"^(?:PMID- *\d|(?:PMC |OWN |STAT)- *[A-Z])", re.MULTILINE),
    shape_of=lambda _text: _SHAPE,
    dialects=NBIB_DIALECTS,
)
