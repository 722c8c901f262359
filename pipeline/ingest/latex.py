r"""LaTeX in BibTeX values as plain text: accents, symbols, braces.

A full LaTeX parser is the wrong tool here: exports are not LaTeX. To such a parser the ``%`` in
"25 % of patients" begins a comment and the rest of the abstract is gone. What really occurs is a
small, closed set: accent commands, letter commands, escaped signs, Greek letters in ``$…$``,
formatting commands around text. These are decoded; everything else stays as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["decode_latex"]

_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "pm": "±", "times": "×", "div": "÷", "cdot": "·",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈", "sim": "~",
    "infty": "∞", "degree": "°", "circ": "°", "copyright": "©", "textregistered": "®",
    "texttrademark": "™", "textcopyright": "©", "ldots": "…", "dots": "…",
    "textendash": "–", "textemdash": "—",
    "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”",
    "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textless": "<",
    "textgreater": ">", "textbar": "|", "textunderscore": "_", "textmu": "µ", "textdegree": "°",
    "euro": "€", "texteuro": "€", "pounds": "£", "S": "§", "P": "¶", "rightarrow": "→",
    "leftarrow": "←", "to": "→", "textonehalf": "½", "textperthousand": "‰", "textsection": "§",
}  # fmt: skip
_GREEK: Final = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {name.replace('lambda', 'lamda')}")
    for name in (
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
        *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
        "omega",
    )
}
_CAPITAL_GREEK: Final = {name.capitalize(): sign.upper() for name, sign in _GREEK.items()}
_NAMED: Final = _GREEK | _CAPITAL_GREEK | _LETTERS

_ACCENT: Final = re.compile(
    r"""\\(?:([`'^~"=.])\s*|([uvHckrdbt])(?=[\s{])\s*)(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))"""
)
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)\*?(\{\}|\s+(?![\s\\])|)")
_ESCAPED: Final = re.compile(r"\\([&%$#_{}~^\\])")
_MATHS: Final = re.compile(r"\$([^$\n]{1,200})\$")
_PRIVATE: Final = {sign: chr(0xE000 + ord(sign)) for sign in "&%$#_{}~^\\"}
_PUBLIC: Final = {ord(hidden): sign for sign, hidden in _PRIVATE.items()}
_UNWRAPPED: Final = str.maketrans({"{": None, "}": None})


def decode_latex(text: str) -> str:
    r"""Turn LaTeX as it occurs in exports into plain text; 25 % and 5 $ survive.

    >>> decode_latex(r"{M\"{u}ller}, Fran\c{c}ois \& {\ss}: {$\beta$}-cells in 25% of {DNA}")
    'Müller, François & ß: β-cells in 25% of DNA'
    """
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: _PRIVATE[found[1]], text)
        text = _ACCENT.sub(_accented, text)
        text = _COMMAND.sub(_named, text)
    if "$" in text:
        text = _MATHS.sub(_plain_maths, text)
    return text.translate(_UNWRAPPED).translate(_PUBLIC)


def _accented(found: re.Match[str]) -> str:
    accent = _ACCENTS[found[1] or found[2]]
    return unicodedata.normalize("NFC", (found[3] or found[4]) + accent)


def _named(found: re.Match[str]) -> str:
    name = found[1]
    if name in _NAMED:
        return _NAMED[name]
    return "" if found.string[found.end() : found.end() + 1] == "{" else found[0]


def _plain_maths(found: re.Match[str]) -> str:
    """Keep the contents of a formula; two prices in one sentence are none."""
    inside = found[1]
    is_price = inside[:1].isdigit() and " " in inside
    return found[0] if is_price else inside
