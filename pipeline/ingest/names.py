"""Author names in every order to "Family, Given".

Sources write ``Yang, Z.``, ``Yang Z.``, ``Yang ZB``, ``AHMED, Mughees.`` and ``Claude E. Shannon``.
A comma decides; else trailing initials do; else the name is taken to be in natural order, with
particles (van, de, al-) belonging to the family. Corporate authors stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipeline.ingest.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "PARTICLES",
    "inverted_name",
    "inverted_names",
    "is_list_of_short_names",
    "names_in",
    "split_names",
]

_REMEMBERED: Final = 65_536  # names: who publishes once publishes again
# "Family, Given" of one person with nothing to mend: no degree, no list, no markup
_SETTLED: Final = re.compile(
    r"[^\W\d_]++(?:['’-][^\W\d_]++)*+, "
    r"(?:(?:[A-Z]\.?-?)++(?: [A-Z]\.?)*+|[A-Z][a-z]++(?:[ -][A-Z][a-z]++| [A-Z]\.?(?![a-z]))*+)"
)

_INITIALS: Final = re.compile(r"^(?:[^\W\d_]\.?-?){1,4}$")
_NOISE: Final = re.compile(
    r"\s*\([^()]*@[^()]*\)|\s*\[(?:Ed|Editor|Author)s?\.?\]|(?<=[^\W\d_.,])\s+\d[\d,\s]*$|\(\d+\)"
)
_DEGREE: Final = re.compile(
    r"(?:,?\s+(?:M\.?D|Ph\.?D|M\.?P\.?H|M\.?Sc|B\.?Sc|D\.?Phil|R\.?N|M\.?S\.?N|F\.?R\.?C\.?P|M\.?B\.?B\.?S"
    r"|Dr\.?P\.?H|Psy\.?D|Ed\.?D|M\.?S\.?W|FACS|FAAP|FACP)\b\.?,?)+$"
)
_CORPORATE: Final = re.compile(
    r"\b(?:group|groupe|grp|consortium|collaborati(?:on|ve)|network|organi[sz]ation|universit\w*|committee"
    r"|investigators|association|society|institute|ministry|department|centre|center|council|agency"
    r"|foundation|college|academy|trial|study|team|task force|federation|board|hospital|registry"
    r"|initiative|program(?:me)?|office|commission|programme|unit|service|services)\b",
    re.IGNORECASE,
)
PARTICLES: Final = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "zu",
        "zum",
        "af",
        "al",
        "el",
        "bin",
        "ibn",
    ]
)
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})


def names_in(value: str) -> list[str]:
    """Return the names in a field for one author, where some tools put them all.

    >>> names_in("Brennan,Timothy"), names_in("Stuart D, McOwan A"), names_in(" ;")
    (['Brennan, Timothy'], ['Stuart, D', 'McOwan, A'], [])
    """
    if _SETTLED.fullmatch(value):
        return [value]
    is_list = ";" in value or value.count(",") > 1 or is_list_of_short_names(value)
    return inverted_names(split_names(value) if is_list else [value])


def inverted_names(names: Iterable[str]) -> list[str]:
    """Return names as "Family, Given", in plain text, without those that are mere punctuation.

    >>> inverted_names(["Yang Z.", ",", "O&apos;Neil, Ann"])
    ['Yang, Z.', "O'Neil, Ann"]
    """
    return [inverted for name in names if (inverted := _inverted(name))]


@lru_cache(maxsize=_REMEMBERED)
def _inverted(name: str) -> str:
    return inverted_name(plain_text(name)) if name.strip(" ;,.") else ""


def inverted_name(name: str) -> str:
    """Return one author's name as "Family, Given".

    Examples
    --------
    >>> [inverted_name(n) for n in ("Yang Z.", "Brennan,Timothy", "Claude E. Shannon", "AHMED, M.")]
    ['Yang, Z.', 'Brennan, Timothy', 'Shannon, Claude E.', 'AHMED, M.']
    >>> inverted_name("Ludwig van Beethoven"), inverted_name("Cochrane Collaboration")
    ('van Beethoven, Ludwig', 'Cochrane Collaboration')
    """
    name = " ".join(name.split()).strip(" ;,")
    if "@" in name or "(" in name or "[" in name or name[-1:].isdigit():
        name = _NOISE.sub("", name).strip(" ;,")
    if "," in name:
        return _with_comma(name)
    words = name.split(" ")
    if len(words) == 1 or _CORPORATE.search(name):
        return name
    return _without_comma(words)


def _with_comma(name: str) -> str:
    family, _, given = name.partition(",")
    given = given.strip()
    if given[-2:-1].islower() or given[-1:].isupper():
        given = _DEGREE.sub("", given.rstrip(".") if given[-2:-1].islower() else given)
    return f"{family.strip()}, {given}" if given else family.strip()


def _without_comma(words: list[str]) -> str:
    n_initials = 0
    while n_initials < len(words) - 1 and _is_initials(words[-1 - n_initials]):
        n_initials += 1
    if n_initials:
        cut = len(words) - n_initials
        return f"{' '.join(words[:cut])}, {' '.join(words[cut:])}"
    cut = len(words) - 1
    if words[cut].casefold().strip(".") in _SUFFIXES and cut > 1:
        cut -= 1
    while cut > 1 and words[cut - 1].casefold() in PARTICLES:
        cut -= 1
    return f"{' '.join(words[cut:])}, {' '.join(words[:cut])}"


def _is_initials(word: str) -> bool:
    return word.upper() == word and _INITIALS.match(word) is not None


def split_names(cell: str) -> list[str]:
    """Split a list of names in one cell; what parts them is found from the cell itself.

    Examples
    --------
    >>> split_names("Yang, Z.; Jiang, B.; "), split_names("Yang Z., Jiang B.")
    (['Yang, Z.', 'Jiang, B.'], ['Yang Z.', 'Jiang B.'])
    >>> split_names("Yang, Z. and Jiang, B."), split_names("Yang, Zixiao")
    (['Yang, Z.', 'Jiang, B.'], ['Yang, Zixiao'])
    """
    for mark in (";", "|", "\n", " and "):
        if mark in cell:
            return [name.strip() for name in cell.split(mark) if name.strip()]
    pieces = [piece.strip() for piece in cell.split(",") if piece.strip()]
    if len(pieces) > 1 and all(" " in piece for piece in pieces):
        return pieces  # "Yang Z., Jiang B.": each piece is a whole name
    if len(pieces) > 1 and len(pieces) % 2 == 0 and all(map(_is_given, pieces[1::2])):
        return [f"{a}, {b}" for a, b in zip(pieces[::2], pieces[1::2], strict=True)]
    return [cell.strip()] if cell.strip() else []


def is_list_of_short_names(value: str) -> bool:
    """Say whether a value is like "Stuart D, McOwan A": family names with initials.

    >>> is_list_of_short_names("Stuart D, McOwan A"), is_list_of_short_names("van Stuart, D")
    (True, False)
    """
    words = [piece.split() for piece in value.split(",")]
    return len(words) > 1 and all(len(each) > 1 and _is_initials(each[-1]) for each in words)


def _is_given(piece: str) -> bool:
    return all(_is_initials(word) for word in piece.split())
