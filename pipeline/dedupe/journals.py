"""Compare the names of journals, which databases abbreviate each in its own way.

There are few names and many pairs, so each pair of names is compared once. An abbreviation is
recognised by rule: every word of the short form begins a word of the long one, in order
(``j pediatr surg``), or the short form is made of the initials (``jama``). A name with a subtitle
or a translation (``jama|journal american medical association``) is as good as its nearest part.
"""

from __future__ import annotations

from typing import Final

import polars as pl
from rapidfuzz import fuzz

__all__ = ["is_abbreviation", "journal_similarity"]

_SHORTEST_NAME: Final = 4  # letters; less is no name of its own
_ABBREVIATED: Final = 0.95  # an abbreviation is nearly, not quite, as good as the same name


def journal_similarity(left: pl.Series, right: pl.Series) -> pl.Series:
    """Return the similarity of aligned journal names: 0 to 1, null where a side is empty.

    >>> long, short = pl.Series(["journal pediatric surgery"]), pl.Series(["j pediatr surg"])
    >>> journal_similarity(long, short).to_list()
    [0.95]
    """
    names = pl.DataFrame({"left": left, "right": right})
    distinct = names.unique().drop_nulls()
    scores = [_similarity(one, other) for one, other in distinct.iter_rows()]
    scored = distinct.with_columns(journal_similarity=pl.Series(scores, dtype=pl.Float64))
    return names.join(scored, on=["left", "right"], how="left", maintain_order="left")[
        "journal_similarity"
    ]


def is_abbreviation(short: str, long: str) -> bool:
    """Say whether each word of the short name begins a later word of the long one, in order.

    >>> is_abbreviation("eur j inf syst", "european journal information systems")
    True
    >>> is_abbreviation("jama", "journal american medical association")
    True
    >>> is_abbreviation("brain", "journal brain surgery")
    False
    """
    short_words, long_words = short.split(), long.split()
    if len(short_words) == 1 and len(long_words) > 1:
        return short == "".join(word[0] for word in long_words)
    remaining = iter(long_words)
    return len(short_words) == len(long_words) and all(
        _begins(word, next(remaining)) for word in short_words
    )


def _begins(short: str, long: str) -> bool:
    return long.startswith(short) or (long[0] == short[0] and _is_subsequence(short, long))


def _is_subsequence(short: str, long: str) -> bool:
    remaining = iter(long)
    return all(letter in remaining for letter in short)


def _similarity(one: str, other: str) -> float:
    """Compare each name of one with each name of the other, and both as they stand."""
    names = [[written.replace("|", " "), *_names(written)] for written in (one, other)]
    return max(_name_similarity(left, right) for left in names[0] for right in names[1])


def _names(written: str) -> list[str]:
    parts = written.split("|")
    return [part for part in parts if len(part) >= _SHORTEST_NAME] if len(parts) > 1 else []


def _name_similarity(one: str, other: str) -> float:
    ratio = fuzz.token_sort_ratio(one, other) / 100
    short, long = sorted((one, other), key=len)
    if ratio < _ABBREVIATED and is_abbreviation(short, long):
        return _ABBREVIATED
    return float(ratio)
