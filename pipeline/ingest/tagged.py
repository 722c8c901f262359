"""One reader for all formats whose lines begin with a tag, driven by tables.

RIS, PubMed text, ISI, Ovid's and Cochrane's texts, RefWorks and EndNote tagged files differ in what
a tagged line looks like, how an entry opens and closes, and what a tag means. The first two are
the `Shape` of a format, the last is a `Dialect`: what one platform means by its tags. Only the
cutting is code, and it is regular expressions over the whole text, which keeps reading fast.

The rules that keep entries apart: an opening line closes an entry that was left open; what follows
a closing line belongs to nobody unless its tag is known to come late (Ovid); tagged lines without
an opening line are reported, never added to a neighbour; an entry that the end of the file cuts
off is rejected where the format marks the end of an entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.ingest.contract import Content, Field, RawEntry, RawRejection, Reading

__all__ = ["SNIFFED", "Block", "Dialect", "Shape", "TaggedFormat", "paired_blocks"]

SNIFFED: Final = 262_144  # characters looked at to recognise a format or a platform
_CUT_OFF: Final = "the file ends before this entry does"
_NO_OPENING: Final = "the opening line of this entry is missing"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one platform means by its tags.

    ``signature`` is what its files are recognised by; ``glued`` finds tags that a tool left inside
    a value.
    """

    tags: Mapping[str, Field]
    signature: re.Pattern[str] | None = None
    platform: str | None = None
    database: str | None = None
    glued: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that holds one entry: offsets, and what is known about its ends."""

    start: int
    stop: int
    trouble: str | None = None  # why it is rejected
    late: tuple[int, int] | None = None  # text after the closing line, up to the next entry


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a format look.

    ``tag`` splits a block: it matches a line feed, the tag (group 1) and what parts it from its
    value. ``blocks`` cuts a text into entries and says how many an independent count expects.
    """

    tag: re.Pattern[str]
    blocks: Callable[[str, Shape], tuple[list[Block], int, list[str]]]
    marker: re.Pattern[str] | None = None  # an opening (group 1) or closing line
    telltale: re.Pattern[str] | None = None  # a line that only an entry has
    one_per_line: frozenset[str] = frozenset()  # tags whose continuation lines are values too
    late_tags: frozenset[str] = frozenset()  # tags that may follow the closing line
    late_database: re.Pattern[str] | None = None  # names the database after the closing line
    indent: str | None = None  # of continuation lines that merely wrap


@dataclass(frozen=True, slots=True)
class TaggedFormat:
    """A format read by this module; the first dialect whose signature is found is used."""

    name: str
    signature: re.Pattern[str]
    shape_of: Callable[[str], Shape]
    dialects: tuple[Dialect, ...]

    def recognises(self, content: Content) -> bool:
        """Say whether the beginning of the text looks like this format."""
        return self.signature.search(content.text, 0, SNIFFED) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the text into entries; ``columns`` does not apply to tagged lines."""
        del columns
        text = content.text
        shape, dialect = self.shape_of(text), self._dialect_of(text)
        blocks, n_expected, warnings = shape.blocks(text, shape)
        entries = tuple(_entries(text, blocks, shape, dialect))
        warnings.extend(
            f"line {entry.line}: {entry.reason}"
            for entry in entries
            if isinstance(entry, RawRejection)
        )
        return Reading(entries, n_expected, dialect.platform, dialect.database, tuple(warnings))

    def _dialect_of(self, text: str) -> Dialect:
        for dialect in self.dialects:
            if dialect.signature is None or dialect.signature.search(text, 0, SNIFFED):
                return dialect
        return self.dialects[-1]


def paired_blocks(text: str, shape: Shape) -> tuple[list[Block], int, list[str]]:
    """Cut a text whose entries open and close with a line of their own, as RIS and ISI do."""
    cutter = _PairedCutter(text, shape)
    for marker in shape.marker.finditer(text) if shape.marker else ():
        if marker.group(1):
            cutter.opening_at(marker.start())
        else:
            cutter.closing_at(marker.start(), marker.end())
    return cutter.finished()


class _PairedCutter:
    """Walks over opening and closing lines and keeps what lies between them."""

    def __init__(self, text: str, shape: Shape) -> None:
        self.text, self.shape = text, shape
        self.blocks: list[Block] = []
        self.warnings: list[str] = []
        self.opened: int | None = None
        self.free = 0  # where the text begins that belongs to no entry yet
        self.n_opening = self.n_closing = self.n_strays = 0

    def opening_at(self, start: int) -> None:
        """Open an entry, after closing the one that was left open."""
        self.n_opening += 1
        if self.opened is not None:
            self._left_open(self.opened)
            self.blocks.append(Block(self.opened, start))
        else:
            self._between(start)
        self.opened = self.free = start

    def closing_at(self, start: int, stop: int) -> None:
        """Close the open entry; without one, what came before is an entry that lost its head."""
        self.n_closing += 1
        if self.opened is not None:
            self.blocks.append(Block(self.opened, stop))
        else:
            self._between(start)
        self.opened, self.free = None, stop

    def finished(self) -> tuple[list[Block], int, list[str]]:
        """Deal with what the end of the file leaves open."""
        end = len(self.text)
        if self.opened is None:
            self._between(end)
        elif self.n_closing:
            self.blocks.append(Block(self.opened, end, _CUT_OFF))
        else:
            trouble = _CUT_OFF if self.n_opening == 1 else None
            self.blocks.append(Block(self.opened, end, trouble))
        if self.n_closing and not self.n_opening:
            self._without_openings()
        return self.blocks, self.n_opening + self.n_strays, self.warnings

    def _without_openings(self) -> None:
        """A tool that writes no opening lines at all: its closing lines part the entries."""
        self.warnings.append("no entry has an opening line; the closing lines part them")
        self.blocks = [Block(block.start, block.stop) for block in self.blocks]

    def _left_open(self, start: int) -> None:
        line = self.text.count("\n", 0, start) + 1
        self.warnings.append(f"line {line}: the entry has no closing line; it ends at the next one")

    def _between(self, stop: int) -> None:
        """Look at text outside any entry: late tags, junk, or an entry that lost its first line."""
        if self.blocks and self.shape.late_tags and self.free:
            last = self.blocks[-1]
            self.blocks[-1] = Block(last.start, last.stop, last.trouble, (self.free, stop))
        telltale = self.shape.telltale
        found = telltale.search(self.text, self.free, stop) if telltale else None
        if found:
            self.n_strays += 1
            self.blocks.append(Block(found.start(), stop, _NO_OPENING))


def _entries(
    text: str, blocks: list[Block], shape: Shape, dialect: Dialect
) -> Iterator[RawEntry | RawRejection]:
    line, counted_to = 1, 0
    for block in blocks:
        line += text.count("\n", counted_to, block.start)
        counted_to = block.start
        raw = text[block.start : block.stop].strip("\n")
        if block.trouble is not None:
            yield RawRejection(line, raw, block.trouble)
        else:
            late = text[slice(*block.late)] if block.late else ""
            yield RawEntry(line, raw, tuple(_parts(raw, late, shape, dialect)))


def _parts(raw: str, late: str, shape: Shape, dialect: Dialect) -> Iterator[tuple[Field, str]]:
    tags = dialect.tags
    if dialect.glued is not None:
        raw = dialect.glued.sub(r"\n\1", raw)
    pieces = shape.tag.split("\n" + raw)
    for index in range(1, len(pieces), 2):
        tag = pieces[index]
        field = tags.get(tag)
        if field is None:
            continue
        value = pieces[index + 1]
        if shape.indent is None or "\n" not in value:
            yield field, value.strip()
        elif tag in shape.one_per_line:
            for line in value.split("\n"):
                yield field, line.strip()
        else:
            yield field, value.replace(shape.indent, " ").strip()
    if late:
        yield from _late_parts(late, shape, tags)


def _late_parts(late: str, shape: Shape, tags: Mapping[str, Field]) -> Iterator[tuple[Field, str]]:
    pieces = shape.tag.split("\n" + late)
    for tag, value in zip(pieces[1::2], pieces[2::2], strict=True):
        if tag in shape.late_tags and tag in tags:
            yield tags[tag], value.split("\n", 1)[0].strip()
    found = shape.late_database.search(late) if shape.late_database else None
    if found:
        yield "database", found.group(1)
