"""Bring text from any database to one plain form, whole columns at a time.

Databases write the same title with markup, entities, Greek letters, diacritics or none of them;
what is compared must not depend on that. Scripts other than Latin are kept as they are: only the
combining marks of Latin, Greek and Cyrillic letters are taken off, because a Japanese or Indic
vowel sign is not an accent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["letters", "plain", "presence", "repair_mojibake", "words"]

_ENTITIES: Final = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&apos;": "'",
    "&#39;": "'",
    "&nbsp;": " ",
}
_GREEK: Final = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "ι": "iota",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ν": "nu",
    "ξ": "xi",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "ς": "sigma",
    "τ": "tau",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
}
_LETTERS: Final = {  # letters that Unicode does not decompose
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ı": "i",
}
_MOJIBAKE: Final = r"[ÃÂ][\x{80}-\x{bf}]|â[\x{80}€]"  # UTF-8 read as Latin-1 or Windows-1252
_MARKUP: Final = r"</?[a-zA-Z][^<>]{0,40}>"
_MARKS: Final = r"[\x{300}-\x{36f}]"  # combining marks of alphabets, not of syllabaries
_GREEK_SCRIPT: Final = r"[\p{Greek}]+(?:[ ,.:;-]+[\p{Greek}]+)"  # two Greek words: Greek prose


def presence(column: pl.Expr) -> pl.Expr:
    """Return the text, or null where it is empty or a damaged cell such as ``#NAME?``.

    >>> frame = pl.DataFrame({"x": ["a", " ", "#NAME?", None]})
    >>> frame.select(presence(pl.col("x")))["x"].to_list()
    ['a', None, None, None]
    """
    stripped = column.str.strip_chars()
    is_damaged = stripped.str.contains(r"^(?:#[A-Z/0]+[?!]?|(?i:null|none|nan|n/?a|unknown)|-+)$")
    return pl.when((stripped != "") & ~is_damaged).then(stripped)


def repair_mojibake(column: pl.Series) -> pl.Series:
    """Undo UTF-8 that was read as Windows-1252, up to twice; other text is returned as it stands.

    >>> repair_mojibake(pl.Series(["MÃ¼ller", "Müller"])).to_list()
    ['Müller', 'Müller']
    """
    is_garbled = column.str.contains(_MOJIBAKE).fill_null(value=False)
    if not is_garbled.any():
        return column
    mended = [_redecode(_redecode(text)) for text in column.filter(is_garbled)]
    return column.scatter(is_garbled.arg_true(), mended)


def plain(column: pl.Expr) -> pl.Expr:
    """Return lower-case text without markup, entities, diacritics and single Greek letters.

    >>> frame = pl.DataFrame({"x": ["B&lt;sup&gt;12&lt;/sup&gt; und β-Blöcker"]})
    >>> frame.select(plain(pl.col("x")))["x"].item()
    'b12 und beta-blocker'
    """
    return column.map_batches(
        lambda text: _by_script(text, _ascii_plain, _unicode_plain),
        return_dtype=pl.String,
        is_elementwise=True,
    )


def words(column: pl.Expr) -> pl.Expr:
    """Return plain words with one space between them, or null where none is left.

    >>> frame = pl.DataFrame({"x": ["Crohn's disease – a follow-up.", "…"]})
    >>> frame.select(words(pl.col("x")))["x"].to_list()
    ['crohns disease a follow up', None]
    """
    return column.map_batches(
        lambda text: _by_script(text, _ascii_words, _unicode_words),
        return_dtype=pl.String,
        is_elementwise=True,
    )


def letters(column: pl.Expr) -> pl.Expr:
    """Return the words without any space, as a blocking key wants them."""
    return column.str.replace_all(" ", "", literal=True)


def _by_script(
    column: pl.Series,
    of_ascii: Callable[[pl.Series], pl.Series],
    of_unicode: Callable[[pl.Series], pl.Series],
) -> pl.Series:
    """Take the short way for plain ASCII: most text is, and Unicode classes cost ten times more."""
    is_simple = ~column.str.contains(r"[^\x00-\x7f]|[<&`]").fill_null(value=False)
    if is_simple.all():
        return of_ascii(column)
    parts = [of_ascii(column.filter(is_simple)), of_unicode(column.filter(~is_simple))]
    order = pl.concat([is_simple.arg_true(), (~is_simple).arg_true()])
    return pl.concat(parts).gather(order.arg_sort())


def _ascii_plain(column: pl.Series) -> pl.Series:
    return column.str.to_lowercase()


def _ascii_words(column: pl.Series) -> pl.Series:
    bare = column.str.to_lowercase().str.replace_all("'", "", literal=True)
    return _or_null(bare.str.replace_all(r"[^a-z0-9]+", " "))


def _unicode_plain(column: pl.Series) -> pl.Series:
    text = pl.col("text")
    decoded = text.str.replace_many(_ENTITIES).str.replace_many(_ENTITIES)
    bare = decoded.str.replace_all(_MARKUP, "").str.normalize("NFKD").str.replace_all(_MARKS, "")
    lowered = bare.str.to_lowercase().str.replace_many(_LETTERS)
    spelled = pl.when(lowered.str.contains(_GREEK_SCRIPT)).then(lowered)
    return (
        column.to_frame("text")
        .select(spelled.otherwise(lowered.str.replace_many(_GREEK)))
        .to_series()
    )


def _unicode_words(column: pl.Series) -> pl.Series:
    bare = _unicode_plain(column).str.replace_all(r"['’`´ʼ]", "")
    return _or_null(bare.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " "))


def _or_null(spaced: pl.Series) -> pl.Series:
    text = spaced.str.strip_chars(" ")
    return text.set(text == "", None)


def _redecode(text: str) -> str:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
