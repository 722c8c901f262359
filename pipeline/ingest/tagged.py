"""One reader for all formats whose lines begin with a tag, driven by tables.

RIS, PubMed text, ISI, Ovid's and Cochrane's texts, RefWorks and EndNote tagged files differ in what
a tagged line looks like, how an entry opens and closes, and what a tag means. The first two are
the `Shape` of a format (`pipeline.ingest.cutting`), the last is a `Dialect`: what one platform
means by its tags. Only the cutting is code, and it is regular expressions over the whole text,
which keeps reading fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.ingest.contract import Content, Field, RawEntry, RawRejection, Reading
from pipeline.ingest.cutting import parted, title_tags
from pipeline.ingest.names import PARTICLES

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Mapping

    from pipeline.ingest.cutting import Block, Shape

__all__ = ["SNIFFED", "Dialect", "TaggedFormat"]

SNIFFED: Final = 262_144  # characters looked at to recognise a format or a platform


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one platform means by its tags.

    ``signature`` is what its files are recognised by; ``glued`` finds tags that a tool left inside
    a value; ``family_first`` says that names are written family first with no comma between.
    """

    tags: Mapping[str, Field]
    signature: re.Pattern[str] | None = None
    platform: str | None = None
    database: str | None = None
    glued: re.Pattern[str] | None = None
    family_first: bool = False


@dataclass(frozen=True, slots=True)
class TaggedFormat:
    """A format read by this module; the first dialect whose signature is found is used."""

    name: str
    description: str
    is_tried: bool
    signature: re.Pattern[str]
    shape_of: Callable[[str], Shape]
    dialects: tuple[Dialect, ...]

    def recognises(self, content: Content) -> bool:
        """Say whether the beginning of the text looks like this format."""
        return self.signature.search("\n" + content.text[:SNIFFED]) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the text into entries; ``columns`` does not apply to tagged lines."""
        del columns
        text = "\n" + content.text
        shape, dialect = self.shape_of(text), self._dialect_of(text)
        cut = shape.cut(text, shape)
        tagged = _tagged_lines(text, cut.blocks, shape, dialect)
        if _repeats_a_title(tagged, shape):
            cut = parted(text, cut, shape)
            tagged = _tagged_lines(text, cut.blocks, shape, dialect)
        entries = tuple(_entries(text, cut.blocks, tagged, shape, dialect))
        rejections = (entry for entry in entries if isinstance(entry, RawRejection))
        warnings = (*cut.warnings, *(f"line {each.line}: {each.reason}" for each in rejections))
        return Reading(entries, cut.n_expected, dialect.platform, dialect.database, warnings)

    def _dialect_of(self, text: str) -> Dialect:
        for dialect in self.dialects:
            if dialect.signature is None or dialect.signature.search(text, 0, SNIFFED):
                return dialect
        return self.dialects[-1]


class _TaggedLines(NamedTuple):
    """The tagged lines of one entry, with the lines that continue them."""

    tags: list[str]
    values: list[str]


def _tagged_lines(
    text: str, blocks: list[Block], shape: Shape, dialect: Dialect
) -> list[_TaggedLines]:
    """Return the tags of each block and their values; of a block in trouble there are none."""
    split, glued = shape.tag.split, dialect.glued
    tagged = []
    for block in blocks:
        if block.trouble is not None:
            tagged.append(_TaggedLines([], []))
            continue
        own = text[block.start : block.stop]
        pieces = split(own if glued is None else glued.sub(r"\n\1", own))
        tags = pieces[1::2]
        tagged.append(
            _TaggedLines(list(map(str.upper, tags)) if shape.any_case else tags, pieces[2::2])
        )
    return tagged


def _repeats_a_title(tagged: list[_TaggedLines], shape: Shape) -> bool:
    titles = title_tags(shape)
    return any(lines.tags.count(title) > 1 for title in titles for lines in tagged)


def _entries(
    text: str,
    blocks: list[Block],
    tagged: list[_TaggedLines],
    shape: Shape,
    dialect: Dialect,
) -> Iterator[RawEntry | RawRejection]:
    line, counted_to = 0, 0
    for block, lines in zip(blocks, tagged, strict=True):
        line += text.count("\n", counted_to, block.start + 1)
        counted_to = block.start + 1
        raw = text[block.start + 1 : block.stop].rstrip("\n")
        if block.trouble is not None:
            yield RawRejection(line, raw, block.trouble)
            continue
        parts = _parts(lines, shape, dialect.tags)
        if dialect.family_first:
            parts = [(field, _comma_after_family(field, value)) for field, value in parts]
        if block.late:
            parts += _late_parts(text[slice(*block.late)], shape, dialect.tags)
        yield RawEntry(line, raw, tuple(parts))


def _parts(
    lines: _TaggedLines, shape: Shape, fields: Mapping[str, Field]
) -> list[tuple[Field, str]]:
    if shape.indent is None:
        known = list(map(fields.get, lines.tags))
        values = map(str.strip, compress(lines.values, known))
        return list(zip(filter(None, known), values, strict=True))
    parts: list[tuple[Field, str]] = []
    for tag, value in zip(lines.tags, lines.values, strict=True):
        field = fields.get(tag)
        if field is None:
            continue
        if "\n" not in value:
            parts.append((field, value))
        elif tag in shape.one_per_line:
            parts.extend((field, line.strip()) for line in value.split("\n"))
        else:
            parts.append((field, value.replace(shape.indent, " ").strip()))
    return parts


def _comma_after_family(field: Field, value: str) -> str:
    """Write "Van Ryswyk Emer" as "Van Ryswyk, Emer"."""
    if field != "author" or "," in value:
        return value
    words = value.split()
    cut = 1
    while cut < len(words) - 1 and words[cut - 1].casefold() in PARTICLES:
        cut += 1
    return f"{' '.join(words[:cut])}, {' '.join(words[cut:])}" if words[1:] else value


def _late_parts(late: str, shape: Shape, tags: Mapping[str, Field]) -> list[tuple[Field, str]]:
    """Return what may follow a closing line: listed tags, each of one line, and the database."""
    pieces = shape.tag.split(late)
    parts = [
        (tags[tag], value.split("\n", 1)[0].strip())
        for tag, value in zip(pieces[1::2], pieces[2::2], strict=True)
        if tag in shape.late_tags and tag in tags
    ]
    found = shape.late_database.search(late) if shape.late_database else None
    if found:
        parts.append(("database", found.group(1)))
    return parts
