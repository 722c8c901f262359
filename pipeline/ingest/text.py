"""Text as people read it: no markup, no entities, no placeholder, no copyright tail."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, AnyStr, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "abstracts_proper",
    "is_placeholder",
    "one_line",
    "plain_abstract",
    "plain_text",
    "plain_texts",
    "plain_title",
    "title_proper",
]

# every white space but the plain one, as Python and Unicode have it, in the words of Rust
_BLANKS: Final = (
    r"\t\n\x0b\x0c\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}"
    r"\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
# what a value has that `plain_text` changes: an entity, markup, odd blanks, a blank at an end
_UNTIDY: Final = rf"[&<{_BLANKS}]|  |^ | $"
_ODD_BLANKS: Final = rf" [ {_BLANKS}]+|[{_BLANKS}][ {_BLANKS}]*"
_MANY: Final = 20_000  # characters in all from which asking polars pays

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# only names of elements that occur in references, with well-formed attributes: "IL-6<IL-8" stays
_MARKUP: Final = re.compile(
    r"</?(?:(?:jats|mml|xocs|ce|inline-formula|tex-math):?[\w-]*|i|b|u|p|br|em|strong|sup|sub|span|div|scp"
    r"|small|italic|bold|sc|sec|title|h[1-6]|ul|ol|li|font|a|tt|alternatives|abstract|list|list-item"
    r"|named-content|ext-link|xref|label|inf|hr|center|table|tbody|tr|td)"
    r"(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>",
    re.IGNORECASE,
)
_BLOCK: Final = re.compile(r"</?(?:p|br|div|li|sec|title|h[1-6])\b[^<>]*>", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(
    r"^[\[(<]?\s*(?:no abstract(?: is| was)?(?: available| provided| found| present)?"
    r"|(?:the )?abstract (?:is )?(?:not available|unavailable|not provided)"
    r"|(?:publisher: )?abstract available from the publisher"
    r"|(?:this (?:article|record|item|document) )?(?:has|contains) no abstract"
    r"|without abstract|n/?a|none|null|nan|not available|not applicable|undefined|-+|\.+)"
    r"[^\w]*[\])>]?[\s.]*$",
    re.IGNORECASE,
)
_LONGEST: Final = 80  # characters: a placeholder is a short sentence
_OWNER: Final = re.compile(
    r"^\s*copyright of .{0,300}? is the property of ", re.IGNORECASE | re.DOTALL
)
_SIGN: Final = "©"
_NOTICE: Final = (_SIGN, "copyright", "(c)", "psycinfo", "all rights reserved", "published by")
_NOTICE_BYTES: Final = tuple(mark.encode() for mark in _NOTICE if mark.isascii())
_TAIL: Final = re.compile(
    r"(?:(?<=[.!?)\]:;\"'”’\d])|(?<=\s))\s*[(\[]?\s*(?:"
    r"(?:crown )?copyright\s*(?:©|\(c\)|of |(?:19|20)\d\d)"
    r"|\(c\)\s*copyright|©|\(c\)\s*(?:19|20)\d\d"
    r"|(?:apa )?psycinfo\s*database record"
    r"|(?:published by|all rights reserved)\b[^.]{0,80}\.?\s*$)"
)
_BEFORE_NOTICE: Final = 16  # characters of a tail that may stand before its telling word
_TAIL_LENGTH: Final = 450  # characters; longer than any publisher's notice seen (PsycInfo: 212)
_MARK: Final = re.compile(r"\s*\[(?:References|Article|Review|Erratum)\]\.?$")  # Ovid's
_LABEL_JOIN: Final = re.compile(r"\.,\s+(?=[A-Z][A-Z /&-]{2,40}:)")


def plain_text(value: str) -> str:
    """Return a text in one line, without markup, its entities decoded once.

    Examples
    --------
    >>> plain_text("IL-6<IL-8 &amp; <i>p</i>&lt;0.05 H<sub>2</sub>O")
    'IL-6<IL-8 & p<0.05 H2O'
    """
    return one_line(_without_markup(value))


def plain_texts(values: Sequence[str]) -> list[str]:
    """Return the values of one column as `plain_text` does; only the untidy ones are touched.

    Examples
    --------
    >>> plain_texts(["Sleep &amp; tea ", "Sleep<br>and tea", "Tea"])
    ['Sleep & tea', 'Sleep and tea', 'Tea']
    """
    if sum(map(len, values)) < _MANY:
        return list(map(plain_text, values))
    texts = list(values)
    places = pl.Series(values, dtype=pl.String).str.contains(_UNTIDY).arg_true().to_list()
    without_markup = cache(_without_markup)
    bare = pl.Series([without_markup(texts[n]) for n in places], dtype=pl.String)
    tidy = bare.str.replace_all(_ODD_BLANKS, " ").str.strip_chars(" ")
    for place, text in zip(places, tidy.to_list(), strict=True):
        texts[place] = text
    return texts


def _without_markup(value: str) -> str:
    if "&" in value:
        value = _ENTITY.sub(_character, value)
    if "<" in value and ">" in value:
        value = _MARKUP.sub("", _BLOCK.sub(" ", value))
    return value


def _character(entity: re.Match[str]) -> str:
    return _unescaped(entity.group())


_unescaped = lru_cache(maxsize=4096)(html.unescape)


def one_line(value: str) -> str:
    r"""Return a text with every run of white space as one space.

    >>> one_line("a \t trial\nof tea")
    'a trial of tea'
    """
    if "  " in value or not value.isprintable():
        return " ".join(value.split())
    return value.strip()


def plain_title(value: str) -> str:
    """Return a title in plain text without Ovid's final full stop and ``[References]`` mark.

    >>> plain_title("Sleep &amp; tea. [References].")
    'Sleep & tea'
    """
    return title_proper(plain_text(value))


def title_proper(title: str) -> str:
    """Return a title that is plain text already as `plain_title` does.

    >>> title_proper("Sleep and tea."), title_proper("[No title available]")
    ('Sleep and tea', '[No title available]')
    """
    if title.endswith(("]", "].")):
        title = _MARK.sub("", title)
    if title.endswith(".") and not title.endswith(("..", ".S.", " al.", "etc.")):
        title = title[:-1].rstrip()
    return "" if is_placeholder(title) else title


def is_placeholder(value: str) -> bool:
    """Say whether a text only says that there is none.

    >>> is_placeholder("[No abstract available]"), is_placeholder("No abstract art was shown here")
    (True, False)
    """
    return not value or (len(value) < _LONGEST and _PLACEHOLDER.match(value) is not None)


def plain_abstract(value: str) -> str:
    """Return an abstract in plain text without the copyright notice at its end, "" if none is left.

    Examples
    --------
    >>> plain_abstract("We found little., RESULTS: None. © 2020 The Authors. All rights reserved.")
    'We found little. RESULTS: None.'
    >>> plain_abstract("Copyright of PLoS ONE is the property of Public Library of Science.")
    ''
    """
    return abstracts_proper([plain_text(value)])[0]


def abstracts_proper(abstracts: Sequence[str]) -> list[str]:
    """Return abstracts that are plain text already as `plain_abstract` does.

    >>> abstracts_proper(["n/a", "We slept. (c) 2020 Sleepers Ltd."])
    ['', 'We slept.']
    """
    proper = [
        "" if is_placeholder(abstract) or _OWNER.match(abstract) else abstract
        for abstract in abstracts
    ]
    joins = pl.Series(proper, dtype=pl.String).str.contains(".,", literal=True)
    for place in joins.arg_true():
        proper[place] = _LABEL_JOIN.sub(". ", proper[place])
    for place in _with_notice(proper):
        proper[place] = _without_tail(proper[place])
    return proper


def _with_notice(abstracts: Sequence[str]) -> set[int]:
    """Return which abstracts have a telling word at their end, whatever its case.

    All ends are searched as one text: as small bytes, since those are ten times as fast.
    """
    ends = "\n".join([abstract[-_TAIL_LENGTH:] for abstract in abstracts])
    small = ends.encode("ascii", "replace").lower()
    places = [place for mark in _NOTICE_BYTES for place in _places(small, mark)]
    places += _places(ends, _SIGN)
    lengths = (min(len(abstract), _TAIL_LENGTH) + 1 for abstract in abstracts)
    starts = list(accumulate(lengths, initial=0))
    return {bisect_right(starts, place) - 1 for place in places}


def _places(text: AnyStr, mark: AnyStr) -> Iterator[int]:
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)


def _without_tail(abstract: str) -> str:
    """Cut off the notice of an abstract that has a telling word at its end."""
    start = max(0, len(abstract) - _TAIL_LENGTH)
    end = abstract[start:]
    end = end.lower()
    if len(end) != len(abstract) - start:
        return abstract
    if start == 0:
        end = " " + end
    first = min(place for mark in _NOTICE if (place := end.find(mark)) >= 0)
    found = _TAIL.search(end, max(0, first - _BEFORE_NOTICE))
    if not found:
        return abstract
    return abstract[: start + found.start() - (start == 0)].rstrip(" ([") if found.start() else ""
