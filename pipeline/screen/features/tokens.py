"""Texts as numbers: every word of every record once as text, and then only as its number.

Reading the words is the dear part of making features, so it is done once for all views of a text;
terms, pairs and pieces of words are then counted on whole columns of numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.screen.contract import Rows, Text

__all__ = ["TokenTable", "read_tokens", "split_words", "strip_accents"]

_WORD: Final = re.compile(r"\b\w\w+\b")


@dataclass(frozen=True, slots=True)
class TokenTable:
    """The words of some texts, in their order.

    Parameters
    ----------
    words
        Each different word, once.
    tokens
        The number of each word in reading order, text after text.
    starts
        Where each text begins in ``tokens``, and where the last one ends.
    title_ends
        Where the title of each text ends.
    """

    words: tuple[str, ...]
    tokens: NDArray[np.int32]
    starts: Rows
    title_ends: Rows

    @property
    def n_texts(self) -> int:
        """How many texts there are."""
        return self.starts.size - 1

    def titles(self) -> TokenTable:
        """Return the same table with nothing but the titles."""
        sizes = self.title_ends - self.starts[:-1]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        places = np.arange(starts[-1]) + np.repeat(self.starts[:-1] - starts[:-1], sizes)
        return TokenTable(self.words, self.tokens[places], starts, starts[1:])


def read_tokens(texts: Sequence[Text]) -> TokenTable:
    """Return the words of title, abstract and keywords of each text.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> table = read_tokens([Text("Ward rounds"), Text("Rounds", "on a ward")])
    >>> table.words, table.tokens.tolist(), table.starts.tolist()
    (('ward', 'rounds', 'on'), [0, 1, 1, 2, 0], [0, 2, 5])
    """
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # the next word gets the next number
    parts: list[NDArray[np.int32]] = []
    sizes, title_sizes = [0], []
    for text in texts:
        title = split_words(text.title)
        words = title + split_words(f"{text.abstract} {text.keywords}")
        title_sizes.append(len(title))
        sizes.append(len(words))
        parts.append(np.fromiter(map(numbers.__getitem__, words), np.int32, count=len(words)))
    starts = np.cumsum(np.asarray(sizes, dtype=np.intp))
    tokens = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
    title_ends = starts[:-1] + np.asarray(title_sizes, dtype=np.intp)
    return TokenTable(tuple(numbers), tokens, starts, title_ends)


def split_words(text: str) -> list[str]:
    """Return the words of two or more letters or digits, in lower case, without accents.

    Examples
    --------
    >>> split_words("Évaluation of a 2-week trial")
    ['evaluation', 'of', 'week', 'trial']
    """
    lowered = text.lower()
    words: list[str] = _WORD.findall(strip_accents(lowered))
    return words


def strip_accents(text: str) -> str:
    """Return a text without accents and other marks that join the letter before them.

    Examples
    --------
    >>> strip_accents("Évaluation")
    'Evaluation'
    """
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
