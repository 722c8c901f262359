"""BibTeX and BibLaTeX, as Google Scholar, Scopus, Web of Science and reference managers write it.

bibtexparser 2 cuts the blocks and survives a damaged one, but sets aside as failed what is merely
untidy: an entry that repeats a field (`note`, in nearly every entry of Publish or Perish) or a
citation key. Those are taken back in. What stays failed is a rejected entry with its line.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

from bibtexparser.model import Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from pipeline.ingest.contract import RawEntry, RawRejection, Reading
from pipeline.ingest.dialects.bibtex import BIBTEX_DIALECTS, BIBTEX_FIELDS
from pipeline.ingest.latex import decode_latex
from pipeline.ingest.rejections import rejection_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bibtexparser.model import Block

    from pipeline.ingest.contract import Content, Field

__all__ = ["BIBTEX", "Bibtex"]

_SNIFFED: Final = 262_144  # characters
_ASIDE: Final = frozenset({"comment", "string", "preamble"})
_HEAD: Final = re.compile(r"(?:^|(?P<inline>[})]))[^\S\n]*@(?P<type>\w+)[ \t]*[{(]", re.MULTILINE)
_LINE_HEAD: Final = re.compile(r"^[^\S\n]*@(\w+)[ \t]*[{(]", re.MULTILINE)
_FIELD: Final = re.compile(r"[\w-]+\s*=\s*[{\"\w]|\A\s*[^\s,{}]*\s*[,})]")
_FIELD_WITHIN: Final = 2_000  # characters after a head in which a key or a field must show
_HEADS_TRIED: Final = 50
_MOST_COMMAS: Final = 50  # missing in a row: more fields than any entry has
_TOOL_KEY: Final = "rayyan-"  # by which decisions exported apart find their record again
_MARGIN: Final = 1_000  # characters looked at before an entry's head
_BRACE: Final = re.compile(r"(?<!\\)[{}]")
_CONCATENATION: Final = re.compile(r"(?<!\s)\s*+#\s*+(?=[{\"]|\w+\s*(?:#|\Z))")
_NO_COMMA: Final = re.compile(r"[}\"]\s+([A-Za-z][\w-]*)\s*=\s*(?=[{\"])")
_WRAP: Final = re.compile(r"\n[ \t]+")
_AND: Final = re.compile(r"(?<!\s)\s++and\s++", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bibtex:
    """Entries between braces."""

    name: Literal["bibtex"] = "bibtex"
    description: str = (
        "BibTeX and BibLaTeX of Google Scholar, Scopus, Web of Science, Publish or Perish, "
        "Zotero, Rayyan, …"
    )
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        r"""Say whether an entry's head stands at the beginning of a line, with a field after it.

        >>> from pipeline.ingest.contract import Content
        >>> BIBTEX.recognises(Content("a", b"", "@article{a1,\n title={Sleep}}", "utf-8"))
        True
        """
        text = content.text[:_SNIFFED]
        return any(
            head[1].lower() not in _ASIDE
            and _FIELD.search(text[head.end() : head.end() + _FIELD_WITHIN]) is not None
            for head in islice(_LINE_HEAD.finditer(text), _HEADS_TRIED)
        )

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the text into entries; ``columns`` may name further fields.

        >>> from pipeline.ingest.contract import Content
        >>> content = Content("a", b"", "@article{a1, title={Sleep}, note={a}, note={b}}", "utf-8")
        >>> BIBTEX.read(content).entries[0].parts
        (('entry_type', 'article'), ('title', 'Sleep'), ('note', 'a'), ('note', 'b'))
        """
        text = content.text
        dialect = next((d for d in BIBTEX_DIALECTS if d.sign.search(text, 0, _SNIFFED)), None)
        own = (dialect.fields if dialect else None) or {}
        entries = tuple(_entries(text, {**BIBTEX_FIELDS, **own, **(columns or {})}))
        return Reading(
            entries=entries,
            n_expected=_count_heads(text),
            platform=dialect.platform if dialect else None,
            database=dialect.database if dialect else None,
            warnings=rejection_warnings(entries),
        )


def _entries(text: str, fields: Mapping[str, Field]) -> Iterator[RawEntry | RawRejection]:
    strings: dict[str, str] = {}
    position = 0
    for block in _blocks(text):
        raw = block.raw or ""
        position = max(text.find(raw, position), position)
        if isinstance(block, String):
            strings[block.key.casefold()] = _unwrapped(block.value, strings)
        elif _is_entry(block, text, position):
            found = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
            yield _entry(found, fields, strings) if isinstance(found, Entry) else _damaged(block)
        # what is said of a failed block may run into the next one
        position += 1 if isinstance(block, ParsingFailedBlock) else len(raw)


def _blocks(text: str) -> list[Block]:
    """Cut the text; the library's own warnings are left out, since every block is accounted for."""
    logger = logging.getLogger("bibtexparser")
    silence = _Silence()
    for name in ("splitter", "library"):
        logger.getChild(name).addFilter(silence)
    try:
        blocks: list[Block] = Splitter(text).split().blocks
    finally:
        for name in ("splitter", "library"):
            logger.getChild(name).removeFilter(silence)
    return blocks


class _Silence(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - as logging calls it
        return False


def _is_entry(block: Block, text: str, position: int) -> bool:
    """Say whether a block begins where an entry may: on a line of its own, or after another one."""
    head = _LINE_HEAD.match(block.raw or "")
    if head is None or head[1].casefold() in _ASIDE:
        return False
    before = text[max(0, position - _MARGIN) : position].rstrip(" \t")
    return not before or before.endswith(("\n", "}", ")"))


def _damaged(block: Block) -> RawRejection:
    reason = str(getattr(getattr(block, "error", None), "abort_reason", "")) or "cannot be read"
    return RawRejection(
        line=(block.start_line or 0) + 1,
        raw=(block.raw or "").rstrip(),
        reason=f"the entry is damaged: {reason.strip()}",
    )


def _entry(entry: Entry, fields: Mapping[str, Field], strings: Mapping[str, str]) -> RawEntry:
    parts: list[tuple[Field, str]] = [("entry_type", entry.entry_type)]
    if entry.key.startswith(_TOOL_KEY):
        parts.append(("accession", entry.key))
    dates: dict[str, str] = {}
    for name, written in _fields(entry):
        value = _unwrapped(written, strings)
        if name in ("year", "month"):
            dates[name] = decode_latex(value)
        if name in fields:
            parts.extend(_parts_of(fields[name], value))
    if len(dates) > 1:
        parts.append(("date", f"{dates['year']} {dates['month']}"))
    return RawEntry(line=(entry.start_line or 0) + 1, raw=entry.raw or "", parts=tuple(parts))


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield names and values; where a comma is missing, one value holds the next field as well."""
    for field in entry.fields:
        name, value = field.key.casefold(), field.value
        for _ in range(_MOST_COMMAS):
            missing = _NO_COMMA.search(value)
            if missing is None or _depth(value, 0, missing.start(1)):
                break
            yield name, value[: missing.start(1)].rstrip()
            name, value = missing[1].casefold(), value[missing.end() :].strip()
        yield name, value


def _parts_of(part: Field, value: str) -> Iterator[tuple[Field, str]]:
    if part != "author":
        if text := decode_latex(_WRAP.sub(" ", value)).strip():
            yield part, _in_common_form(part, text)
        return
    for name in _names(value):
        is_group = name.startswith("{") and name.endswith("}") and _BRACE.search(name[1:-1]) is None
        if text := decode_latex(_WRAP.sub(" ", name)).strip():
            yield ("corporate_author" if is_group else "author"), text


def _in_common_form(part: Field, text: str) -> str:
    """Write what only BibTeX writes in its own way as every other format does."""
    if part == "pages":
        return text.replace("--", "-")
    if part == "accession" and text.startswith("ISI:"):
        return f"WOS:{text[4:]}"  # the same number before and after 2014
    return text


def _names(value: str) -> Iterator[str]:
    """Part a list of names at each "and" that is not between braces."""
    start = 0
    depth = checked = 0
    for found in _AND.finditer(value):
        depth += _depth(value, checked, found.start())
        checked = found.start()
        if depth == 0:
            yield value[start : found.start()].strip()
            start = found.end()
    rest = value[start:].strip()
    if rest.casefold() != "others":
        yield rest


def _unwrapped(value: str, strings: Mapping[str, str]) -> str:
    """Take a value out of its braces or quotes; a bare word may stand for an ``@string``."""
    if "#" in value and (pieces := _CONCATENATION.split(value))[1:] and _are_whole(pieces):
        return "".join(_unwrapped(piece, strings) for piece in pieces)
    if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        return value[1:-1]
    return strings.get(value.casefold(), value)


def _are_whole(pieces: list[str]) -> bool:
    return all(_depth(piece, 0, len(piece)) == 0 for piece in pieces)


def _depth(text: str, start: int, end: int) -> int:
    """Count how many more braces open than close in a stretch of text."""
    braces = [brace[0] for brace in _BRACE.finditer(text, start, end)]
    return braces.count("{") - braces.count("}")


def _count_heads(text: str) -> int:
    """Count the heads of entries: at the beginning of a line, or between entries on one line."""
    n_heads = depth = checked = 0
    for head in _HEAD.finditer(text):
        if head["inline"]:
            depth += _depth(text, checked, head.start() + 1)
            checked = head.start() + 1
            is_head = depth == 0
        else:
            depth, checked, is_head = 0, head.start(), True
        n_heads += is_head and head["type"].casefold() not in _ASIDE
    return n_heads


BIBTEX: Final = Bibtex()
