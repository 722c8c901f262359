"""Cut an XML export into its entries, with the text and the line of each.

A well-formed file is parsed once, element by element, each cleared when it has been used. Where the
parser gives up, the remaining entries are parsed one at a time, so that damage costs the entry that
it is in. The count that the entries are held against is of opening tags in the text, comments and
character data left out.

Nothing outside the file is ever read: no DTD, no network, no entities. A file that declares
entities of its own is refused, since no export does and a bomb must.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from html.entities import html5
from typing import TYPE_CHECKING, Final

from lxml import etree

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import RawEntry, RawRejection, Reading
from pipeline.ingest.rejections import rejection_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.ingest.contract import Content, Field

__all__ = ["Fragment", "count_tags", "cut_elements", "read_elements", "text_of", "without_hazards"]

_ASIDE: Final = {"<!--": "-->", "<![CDATA[": "]]>"}
_ASIDE_OPENS: Final = re.compile(r"<!--|<!\[CDATA\[")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ILLEGAL_REFERENCE: Final = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcBCeEfF]|1[0-9a-fA-F]));"
)
_NAMED: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")
_PREFIXES: Final = (
    '<entry xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink">'
)
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fragment:
    """One entry's element, or why there is none."""

    line: int
    raw: str
    element: etree._Element | None
    reason: str = ""


def read_elements(
    content: Content,
    *,
    tags: tuple[str, ...],
    parts_of: Callable[[etree._Element], Iterable[tuple[Field, str]]],
    platform: str | None,
    database: str | None = None,
) -> Reading:
    """Read a file whose entries are the elements with one of the tags.

    Raises
    ------
    UnreadableExportError
        The file declares entities.

    >>> from pipeline.ingest.contract import Content
    >>> content = Content("a.xml", b"", "<a><r>1</r></a>", "utf-8")
    >>> reading = read_elements(
    ...     content, tags=("r",), parts_of=lambda r: [("title", r.text)], platform=None
    ... )
    >>> reading.entries[0].parts, reading.n_expected
    ((('title', '1'),), 1)
    """
    text = without_hazards(content.text, name=content.name)
    entries = tuple(
        RawRejection(found.line, found.raw, found.reason)
        if found.element is None
        else RawEntry(found.line, found.raw, tuple(parts_of(found.element)))
        for found in cut_elements(text, tags)
    )
    return Reading(
        entries=entries,
        n_expected=count_tags(text, tags),
        platform=platform,
        database=database,
        warnings=rejection_warnings(entries),
    )


def without_hazards(text: str, *, name: str) -> str:
    """Take out what XML forbids, write named characters out, refuse declared entities.

    Raises
    ------
    UnreadableExportError
        The file declares entities.

    >>> without_hazards("<a>caf&eacute;&#0; &amp;</a>", name="a.xml")
    '<a>café &amp;</a>'
    """
    if "<!ENTITY" in text and "<!ENTITY" in _masked(text):
        what = "declares XML entities, which no export does"
        raise UnreadableExportError(name, what, "download it again from the database itself")
    text = _ILLEGAL.sub("", text)
    if "&#" in text:
        text = _ILLEGAL_REFERENCE.sub("", text)
    return _NAMED.sub(_named_character, text)


def _named_character(found: re.Match[str]) -> str:
    character = html5.get(f"{found[1]};")
    return html.escape(character) if character else f"&amp;{found[1]};"


def count_tags(text: str, tags: tuple[str, ...]) -> int:
    """Count the opening tags of entries.

    >>> count_tags("<a><r/><!-- <r> --><r x='1'></r><rs/></a>", ("r",))
    2
    """
    return sum(1 for _ in _opening(tags).finditer(_masked(text)))


def cut_elements(text: str, tags: tuple[str, ...]) -> Iterator[Fragment]:
    """Yield the elements with one of the tags, in order; they are cleared afterwards.

    >>> text = "<a><r>1</r><r>2<b></r><r>3</r></a>"
    >>> [(f.element is not None and f.element.text, f.line) for f in cut_elements(text, ("r",))]
    [('1', 1), (False, 1), ('3', 1)]
    """
    spans, n_closed = _spans(text, tags)
    lines = _line_numbers(text, spans)
    done = 0
    for span, element in zip(spans[:n_closed], _parsed(text, tags), strict=False):
        yield Fragment(next(lines), text[span.start : span.stop], element)
        _forget(element)
        done += 1
    for span in spans[done:]:
        yield _alone(text[span.start : span.stop].rstrip(), next(lines))


def _line_numbers(text: str, spans: list[slice]) -> Iterator[int]:
    line, position = 1, 0
    for span in spans:
        line += text.count("\n", position, span.start)
        position = span.start
        yield line


def _masked(text: str) -> str:
    """Blank out comments and character data, keeping every offset."""
    kept, position = [], 0
    while (opening := _ASIDE_OPENS.search(text, position)) is not None:
        closer = _ASIDE[opening[0]]
        end = text.find(closer, opening.end())
        if end < 0:
            break
        kept.append(text[position : opening.start()])
        position = end + len(closer)
        kept.append(" " * (position - opening.start()))
    return "".join((*kept, text[position:])) if kept else text


def _opening(tags: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"<(?:{'|'.join(tags)})(?=[\s/>])")


def _spans(text: str, tags: tuple[str, ...]) -> tuple[list[slice], int]:
    """Return where each entry begins and ends, and how many are closed before one is not.

    An entry ends at its closing tag or before the next entry. One that is never closed swallows its
    neighbours in the eyes of a parser: from there on each entry has to be parsed alone.
    """
    masked = _masked(text)
    starts = [found.start() for found in _opening(tags).finditer(masked)]
    closing = re.compile(rf"</(?:{'|'.join(tags)})\s*>")
    spans: list[slice] = []
    n_closed = None
    for start, limit in zip(starts, [*starts, len(text)][1:], strict=True):
        close = closing.search(masked, start, limit)
        if close is None and n_closed is None:
            n_closed = len(spans)
        spans.append(slice(start, close.end() if close else limit))
    return spans, len(spans) if n_closed is None else n_closed


def _parsed(text: str, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    source = io.BytesIO(text.encode("utf-8"))
    elements = etree.iterparse(
        source, tag=tags, encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for _, element in elements:
            yield element
    except etree.XMLSyntaxError:
        return


def _alone(raw: str, line: int) -> Fragment:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(f"{_PREFIXES}{raw}</entry>".encode(), parser)
    except etree.XMLSyntaxError as error:
        return Fragment(line, raw, None, f"its XML is damaged: {error.msg}")
    return Fragment(line, raw, root[0])


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def text_of(element: etree._Element | None) -> str:
    r"""Return the whole text of an element, markup within it left out, blanks as one.

    >>> text_of(etree.fromstring("<t>CO<sub>2</sub>\n in  <i>mice</i></t>"))
    'CO2 in mice'
    """
    if element is None:
        return ""
    text = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return _BLANKS.sub(" ", text).strip()
