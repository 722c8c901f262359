"""Where one entry ends and the next begins, in texts whose lines begin with a tag.

The rules that keep entries apart: an opening line closes an entry that was left open; what follows
a closing line belongs to nobody unless its tag is known to come late (Ovid); tagged lines without
an opening line are reported, never added to a neighbour; an entry that the end of the file cuts
off is rejected where the format marks the end of an entry, and kept with a warning elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

__all__ = [
    "CUT_OFF",
    "NO_OPENING",
    "REMAINS",
    "RUN_TOGETHER",
    "Block",
    "Cut",
    "Shape",
    "may_be_cut",
    "opened_blocks",
    "paired_blocks",
    "parted",
    "title_tags",
    "torn_opening",
]

CUT_OFF: Final = "the file ends before this entry does"
REMAINS: Final = "it has neither a title nor a closing line: the rest of it is missing"
RUN_TOGETHER: Final = "it has two titles: two entries seem to have run into one"
_LONGEST_OPENING: Final = 160  # characters
NO_OPENING: Final = "the opening line of this entry is missing"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that holds one entry: offsets, and what is known about its ends."""

    start: int
    stop: int
    trouble: str | None = None  # why it is rejected
    late: tuple[int, int] | None = None  # text after the closing line, up to the next entry


@dataclass(frozen=True, slots=True)
class Cut:
    """All blocks of a text in order, and how many entries were counted another way."""

    blocks: list[Block]
    n_expected: int
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a format look. All patterns begin with the line feed before the line.

    ``tag`` splits a block: it matches a line feed, the tag (group 1) and what parts it from its
    value. ``cut`` cuts a text into entries. A leading line feed is a literal that the regular
    expression engine can look for, which makes these patterns several times faster than ``^``.
    """

    tag: re.Pattern[str]
    cut: Callable[[str, Shape], Cut]
    marker: re.Pattern[str]  # an opening (group 1) or closing line
    telltale: re.Pattern[str]  # a line that only an entry has
    torn: re.Pattern[str]  # the beginning of an opening line, at the end of the text
    titles: tuple[str, ...] = ()  # how a line begins that an entry has but once
    one_per_line: frozenset[str] = frozenset()  # tags whose continuation lines are values too
    late_tags: frozenset[str] = frozenset()  # tags that may follow the closing line
    late_database: re.Pattern[str] | None = None  # names the database after the closing line
    indent: str | None = None  # of continuation lines that merely wrap
    any_case: bool = False  # tags may be written in small letters
    blank_line_last: bool = False  # every entry, and so the file, ends with a blank line


def paired_blocks(text: str, shape: Shape) -> Cut:
    """Cut a text whose entries open and close with a line of their own, as RIS and ISI do.

    ``text`` begins with a line feed, so that its first line is like any other.
    """
    cutter = _PairedCutter(text, shape)
    for marker in shape.marker.finditer(text):
        if marker.group(1):
            cutter.open_at(marker.start())
        else:
            cutter.close_at(marker.start(), marker.end())
    return cutter.finish()


class _PairedCutter:
    """Walks over opening and closing lines and keeps what lies between them."""

    def __init__(self, text: str, shape: Shape) -> None:
        self.text, self.shape = text, shape
        self.blocks: list[Block] = []
        self.warnings: list[str] = []
        self.left_open: list[int] = []  # which blocks have no closing line
        self.opened: int | None = None
        self.free = 0  # where the text begins that belongs to no entry yet
        self.n_opening = self.n_closing = self.n_strays = 0

    def open_at(self, start: int) -> None:
        """Open an entry, after closing the one that was left open."""
        self.n_opening += 1
        if self.opened is not None:
            self._warn_left_open(self.opened)
            self.left_open.append(len(self.blocks))
            self.blocks.append(Block(self.opened, start))
        else:
            self._look_between(start)
        self.opened = self.free = start

    def close_at(self, start: int, stop: int) -> None:
        """Close the open entry; without one, what came before is an entry that lost its head."""
        self.n_closing += 1
        if self.opened is not None:
            self.blocks.append(Block(self.opened, stop))
        else:
            self._look_between(start)
        self.opened, self.free = None, stop

    def finish(self) -> Cut:
        """Deal with what the end of the file leaves open."""
        end = len(self.text)
        torn = torn_opening(self.text, self.shape) if self.opened is None else end
        if torn < end:
            self.open_at(torn)
            self.n_closing += 1
        if self.opened is None:
            self._look_between(end)
        else:
            is_cut = self.n_closing > 0 or self.n_opening == 1
            self.blocks.append(Block(self.opened, end, CUT_OFF if is_cut else None))
        if self.n_closing and not self.n_opening:
            self._accept_without_openings()
        if self.n_closing:
            self._reject_remains()
        return Cut(self.blocks, self.n_opening + self.n_strays, self.warnings)

    def _reject_remains(self) -> None:
        """Reject what was left open without a title, where others are closed: the rest is lost."""
        for place in self.left_open:
            block = self.blocks[place]
            is_titled = _holds_title(self.text, block.start, block.stop, self.shape)
            if self.shape.titles and not is_titled:
                self.blocks[place] = Block(block.start, block.stop, REMAINS, block.late)

    def _accept_without_openings(self) -> None:
        """Take the closing lines as borders: some tools write no opening lines at all."""
        self.warnings.append("no entry has an opening line; the closing lines part them")
        self.blocks = [Block(block.start, block.stop) for block in self.blocks]

    def _warn_left_open(self, start: int) -> None:
        line = _line_at(self.text, start)
        self.warnings.append(f"line {line}: the entry has no closing line; it ends at the next one")

    def _look_between(self, stop: int) -> None:
        """Look at text outside any entry: late tags, junk, or an entry that lost its first line."""
        if self.text[self.free : stop].isspace():
            return
        if self.blocks and self.shape.late_tags and self.free:
            last = self.blocks[-1]
            self.blocks[-1] = Block(last.start, last.stop, last.trouble, (self.free, stop))
        found = self.shape.telltale.search(self.text, self.free, stop)
        if found:
            self.n_strays += 1
            self.blocks.append(Block(found.start(), stop, NO_OPENING))


def opened_blocks(text: str, shape: Shape) -> Cut:
    """Cut a text whose entries only open with a line of their own, as Ovid's and RefWorks' do."""
    starts = [marker.start() for marker in shape.marker.finditer(text)]
    end = torn_opening(text, shape)
    blocks = [Block(a, b) for a, b in pairwise([*starts, end])]
    if end < len(text):
        blocks.append(Block(end, len(text), CUT_OFF))
    first = starts[0] if starts else end
    headless = shape.telltale.search(text, 0, first)
    if headless:
        blocks.insert(0, Block(headless.start(), first, NO_OPENING))
    n_expected = len(starts) + (headless is not None) + (end < len(text))
    warnings = _end_warnings(text, starts, shape) if end == len(text) else []
    return Cut(blocks, n_expected, warnings)


def torn_opening(text: str, shape: Shape) -> int:
    """Return where an opening line begins that the end of the file tears, else the end."""
    found = shape.torn.search(text, max(0, len(text) - _LONGEST_OPENING))
    return found.start() if found else len(text)


def title_tags(shape: Shape) -> frozenset[str]:
    r"""Return the tags that an entry has but once.

    >>> from pipeline.ingest.formats.ris import RIS
    >>> sorted(title_tags(RIS.shape_of("\nTY  - JOUR\n")))
    ['T1', 'TI']
    """
    found = (shape.tag.match(f"{beginning}x") for beginning in shape.titles)
    return frozenset(tag.group(1) for tag in found if tag)


def parted(text: str, cut: Cut, shape: Shape) -> Cut:
    """Part entries that ran into one: two titles under one tag that differ.

    The blank line before the second title parts them: the first entry is whole, the other has lost
    its opening line. Without a blank line nobody can tell which line belongs to which.
    """
    blocks: list[Block] = []
    for block in cut.blocks:
        second = None if block.trouble else _second_title(text, block, shape)
        if second is None:
            blocks.append(block)
            continue
        blank = text.rfind("\n\n", block.start + 1, second)
        if blank < 0 or not _holds_title(text, block.start, blank, shape):
            blocks.append(Block(block.start, block.stop, RUN_TOGETHER, block.late))
            continue
        blocks.append(Block(block.start, blank + 1))
        blocks.append(Block(blank + 1, block.stop, NO_OPENING, block.late))
    n_parted = len(blocks) - len(cut.blocks)
    return Cut(blocks, cut.n_expected + n_parted, cut.warnings)


def _second_title(text: str, block: Block, shape: Shape) -> int | None:
    """Return where a title begins that differs from the first one under the same tag."""
    for beginning in shape.titles:
        first = text.find(beginning, block.start, block.stop)
        second = text.find(beginning, first + 1, block.stop) if first >= 0 else -1
        if second >= 0:
            titles = {_line_from(text, first), _line_from(text, second)}
            if len(titles) > 1:
                return second
    return None


def _line_from(text: str, offset: int) -> str:
    return text[offset + 1 : text.find("\n", offset + 1)]


def _holds_title(text: str, start: int, stop: int, shape: Shape) -> bool:
    return any(text.find(beginning, start, stop) >= 0 for beginning in shape.titles)


def _end_warnings(text: str, starts: list[int], shape: Shape) -> list[str]:
    """Say so if the last entry stops where no other does, or in the middle of a line."""
    if not starts or text.endswith("\n\n"):
        return []
    bounds = [*starts, len(text)]
    *others, last = [_last_tag(text[a:b], shape) for a, b in pairwise(bounds)]
    is_habit = last in others or not (others or shape.blank_line_last)
    if text.endswith("\n") and is_habit:
        return []
    return [may_be_cut(_line_at(text, starts[-1]))]


def may_be_cut(line: int) -> str:
    """Return the warning that the entry at a line may be incomplete.

    >>> may_be_cut(7)
    'line 7: the file may end before this entry does; what is there was kept'
    """
    return f"line {line}: the file may end before this entry does; what is there was kept"


def _last_tag(block: str, shape: Shape) -> str:
    tags = shape.tag.findall(block)
    return str(tags[-1]) if tags else ""


def _line_at(text: str, offset: int) -> int:
    """Return the number of the line that begins after the line feed at ``offset``."""
    return text.count("\n", 0, offset + 1)
