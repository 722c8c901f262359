"""PubMed text (MEDLINE, ``.nbib``): four-letter tags, entries parted by a blank line.

An entry has no closing line, but PubMed ends each with its citation (``SO``), so one that the end
of the file cuts off is noticed; it is kept with what it holds where its title is there. PubMed
Central begins an entry with ``PMC``, ERIC's entries have no PMID.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from pipeline.ingest.cutting import CUT_OFF, NO_OPENING, Block, Cut, Shape, torn_opening
from pipeline.ingest.dialects.nbib import NBIB_DIALECTS
from pipeline.ingest.tagged import TaggedFormat

__all__ = ["NBIB"]

_LAST: Final = "\nSO  - "
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_LATER_TAG: Final = re.compile(r"\n[A-Z]{2,4} *- ")
_TITLE: Final = re.compile(r"\n(?:TI  |BTI |CTI )- \S")
_WITHOUT_PMID: Final = re.compile(r"\n[ \t]*\n(?:OWN - |PMC - .*(?:\n(?!PMID- )|\Z))")


def _cut(text: str, shape: Shape) -> Cut:
    """Cut at head lines that follow a blank line, and at any PMID that does not follow a PMC."""
    starts = [head.start() for head in shape.marker.finditer(text) if _opens(text, head.start())]
    end = torn_opening(text, shape)
    blocks = [Block(a, b) for a, b in pairwise([*starts, end])]
    warnings: list[str] = []
    if blocks:
        blocks[-1], warnings = _checked_end(text, blocks)
    first = starts[0] if starts else end
    headless = shape.telltale.search(text, 0, first)
    if headless:
        blocks.insert(0, Block(headless.start(), first, NO_OPENING))
    if end < len(text):
        blocks.append(Block(end, len(text), CUT_OFF))
    n_strays = (headless is not None) + (end < len(text))
    return Cut(blocks, _independent_count(text) + n_strays, warnings)


def _opens(text: str, start: int) -> bool:
    if start == 0:
        return True
    previous = text[text.rfind("\n", 0, start) + 1 : start]
    return not previous.strip() or (
        text.startswith("\nPMID", start) and not previous.startswith("PMC - ")
    )


def _independent_count(text: str) -> int:
    return text.count("\nPMID- ") + len(_WITHOUT_PMID.findall("\n" + text))


def _checked_end(text: str, blocks: list[Block]) -> tuple[Block, list[str]]:
    """Judge whether the end of the file cuts the last entry off, and whether enough is left."""
    last = blocks[-1]
    is_habit = len(blocks) == 1 or _LAST in text[blocks[0].start : blocks[0].stop]
    if not is_habit or _is_closed(text[last.start : last.stop]):
        return last, []
    if _TITLE.search(text, last.start, last.stop):
        line = text.count("\n", 0, last.start + 1)
        return last, [f"line {line}: the file ends before this entry does; what is there was kept"]
    return Block(last.start, last.stop, CUT_OFF), []


def _is_closed(entry: str) -> bool:
    """Say whether the citation is whole: a blank line, a later tag or its full stop follows it."""
    _, found, rest = entry.rpartition(_LAST)
    if not found:
        return False
    is_followed = _LATER_TAG.search(rest) is not None and rest.endswith("\n")
    is_whole = rest.rstrip().endswith(".") and _YEAR.search(rest) is not None
    return is_whole or is_followed or rest.endswith("\n\n")


_SHAPE: Final = Shape(
    tag=re.compile(r"\n([A-Z]{2,4}) {0,2}-(?: |(?=\n)|\Z)"),
    cut=_cut,
    marker=re.compile(r"\n(?:PMID|PMC |OWN )- "),
    torn=re.compile(r"(?<=\n)\n(?:P|PM|PMI|PMID|PMID-|PMC|PMC -?|O|OW|OWN|OWN -?)\Z"),
    titles=("\nTI  - ",),
    telltale=re.compile(r"\n(?:TI  |FAU |AB  |DP  )- "),
    indent="\n      ",
)

NBIB: Final = TaggedFormat(
    name="nbib",
    description="PubMed text (MEDLINE, `.nbib`), also of PubMed Central and ERIC",
    is_tried=True,
    signature=re.compile(r"\n(?:PMID- *\d|(?:PMC |OWN |STAT)- *[A-Z])"),
    shape_of=lambda _text: _SHAPE,
    dialects=NBIB_DIALECTS,
)
