"""Cut a JSON export into its objects, with the text and the line of each.

The objects are found by their brackets and parsed one by one, so that damage costs the object that
it is in; the count that they are held against is the length of the list when the whole file is
parsed at once. A list may stand alone, under a key (``results``, ``items``), or be one object a
line.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pipeline.ingest.contract import RawEntry, RawRejection, Reading
from pipeline.ingest.rejections import rejection_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.ingest.contract import Content, Field

__all__ = ["JsonObject", "first_object", "read_objects", "texts"]

JsonObject = dict[str, Any]
"""One object as parsed: it lives between cutting and naming its parts, and goes no further."""

_TOKEN: Final = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?|[{}\[\]]')
_LISTED: Final = re.compile(r'\A\s*\{.{0,20000}?"(results|items)"\s*:\s*(?=\[)', re.DOTALL)
_UNPARSABLE: Final = (ValueError, RecursionError)


def first_object(text: str) -> JsonObject | None:
    """Return the first object of a list, or None where there is none.

    >>> first_object('[{"title": "Sleep"}, {"ti')
    {'title': 'Sleep'}
    """
    span = next(_spans(text), None)
    return _parsed(text[span]) if span else None


def read_objects(
    content: Content,
    *,
    parts_of: Callable[[JsonObject], Iterable[tuple[Field, str]]],
    platform: str | None = None,
    database: str | None = None,
) -> Reading:
    """Read a file whose entries are JSON objects.

    >>> from pipeline.ingest.contract import Content
    >>> content = Content("a", b"", '[{"t": "Sleep"}, {"t": "Wake"', "utf-8")
    >>> reading = read_objects(content, parts_of=lambda found: [("title", found["t"])])
    >>> [type(entry).__name__ for entry in reading.entries]
    ['RawEntry', 'RawRejection']
    """
    text = content.text
    entries = []
    line, position = 1, 0
    for span in _spans(text):
        line += text.count("\n", position, span.start)
        position = span.start
        entries.append(_entry(text[span], line, parts_of))
    return Reading(
        entries=tuple(entries),
        n_expected=_n_expected(text, len(entries)),
        platform=platform,
        database=database,
        warnings=rejection_warnings(entries),
    )


def _entry(
    raw: str, line: int, parts_of: Callable[[JsonObject], Iterable[tuple[Field, str]]]
) -> RawEntry | RawRejection:
    found = _parsed(raw)
    if found is None:
        return RawRejection(line, raw.rstrip(), "its JSON is damaged")
    parts = tuple((part, text) for part, text in parts_of(found) if text.strip())
    if not parts:
        return RawRejection(line, raw, "none of its fields is known")
    return RawEntry(line, raw, parts)


def _parsed(raw: str) -> JsonObject | None:
    try:
        found = json.loads(raw)
    except _UNPARSABLE:
        return None
    return found if isinstance(found, dict) else None


def _spans(text: str) -> Iterator[slice]:
    """Find the objects of the list by counting brackets; the last one may be cut off."""
    listed = _LISTED.match(text)
    begin = listed.end() if listed else 0
    level = 1 if text[begin : begin + 1000].lstrip().startswith("[") else 0
    depth, start = 0, None
    for token in _TOKEN.finditer(text, begin):
        mark = token[0]
        if mark in "{[":
            if depth == level and mark == "{":
                start = token.start()
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == level and start is not None:
                yield slice(start, token.end())
                start = None
            if depth < level:
                break
    if start is not None:
        yield slice(start, len(text))


def _n_expected(text: str, n_cut: int) -> int:
    """Count the objects in the file parsed as a whole; a damaged file has only its brackets."""
    try:
        whole = json.loads(text)
    except _UNPARSABLE:
        return n_cut
    if isinstance(whole, dict) and (listed := _LISTED.match(text)):
        whole = _under(whole, listed[1])
    if isinstance(whole, list):
        return sum(isinstance(found, dict) for found in whole)
    return int(isinstance(whole, dict))  # a number alone is JSON as well


def _under(whole: JsonObject, key: str) -> object:
    """Return what stands under a key, in the object itself or in one that it wraps."""
    if key in whole:
        return whole[key]
    wrapped = (value for value in whole.values() if isinstance(value, dict))
    return next((value[key] for value in wrapped if key in value), None)


def texts(value: object) -> Iterator[str]:
    """Yield the texts in a value: itself, or each member of a list; objects have none.

    >>> list(texts(["a", None, 7])), list(texts({"a": 1}))
    (['a', '7'], [])
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for member in value:
            if not isinstance(member, list):
                yield from texts(member)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield f"{value:g}" if isinstance(value, float) else str(value)
