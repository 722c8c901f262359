"""Text as people read it: no markup, no entities, no placeholder, no copyright tail."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "abstract_proper",
    "is_placeholder",
    "one_line",
    "plain_abstract",
    "plain_text",
    "plain_text_for",
    "plain_title",
    "title_proper",
]

# every white space but the plain one, as Python and Unicode have it
_BLANKS: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

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


def plain_text_for(values: Sequence[str]) -> Callable[[str], str]:
    """Return `plain_text` as the values of one column need it: what none of them has is not sought.

    Examples
    --------
    >>> values = ["Sleep &amp; tea ", "Sleep<br>and tea"]
    >>> list(map(plain_text_for(values), values)), plain_text_for(["Sleep", "Tea"]) is str.strip
    (['Sleep & tea', 'Sleep and tea'], True)
    """
    text = "|".join(values)
    has_markup = "&" in text or ("<" in text and ">" in text)
    blanks = tuple(blank for blank in _BLANKS if blank in text)
    if not has_markup and not blanks:
        return _single_spaced if "  " in text else str.strip

    def plain(value: str) -> str:
        if "&" in value or "<" in value:
            return plain_text(value)  # an entity may stand for any blank
        for blank in blanks:
            value = value.replace(blank, " ")
        return _single_spaced(value)

    return plain


def _single_spaced(value: str) -> str:
    return " ".join(value.split()) if "  " in value else value.strip()


def _without_markup(value: str) -> str:
    if "&" in value:
        value = _ENTITY.sub(lambda found: html.unescape(found.group()), value)
    if "<" in value and ">" in value:
        value = _MARKUP.sub("", _BLOCK.sub(" ", value))
    return value


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
    return abstract_proper(plain_text(value))


def abstract_proper(abstract: str) -> str:
    """Return an abstract that is plain text already as `plain_abstract` does.

    >>> abstract_proper("n/a"), abstract_proper("We slept. (c) 2020 Sleepers Ltd.")
    ('', 'We slept.')
    """
    if is_placeholder(abstract) or _OWNER.match(abstract):
        return ""
    if ".," in abstract:
        abstract = _LABEL_JOIN.sub(". ", abstract)
    return _without_tail(abstract)


def _without_tail(abstract: str) -> str:
    start = max(0, len(abstract) - _TAIL_LENGTH)
    end = abstract[start:]
    if not _has_notice(end):
        return abstract
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


def _has_notice(end: str) -> bool:
    """Say whether a telling word is there, whatever its case: bytes are ten times as fast."""
    ascii_end = end.encode("ascii", "replace").lower()
    return _SIGN in end or any(mark in ascii_end for mark in _NOTICE_BYTES)
