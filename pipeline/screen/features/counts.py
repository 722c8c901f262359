"""Count terms, pairs of terms and pieces of words in a table of tokens.

A counter learns its columns from one table and counts them in any other. What a term is (the word,
its stem) is a function of the word, worked out once for each different word.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from pipeline.screen.contract import Rows
    from pipeline.screen.features.tokens import TokenTable

__all__ = ["Counter", "PieceCounter", "TermCounter"]

_PIECE_SIZES = (4, 5)  # letters; the edges of a word count as one each


class Counter(Protocol):
    """Counts the columns that it has learnt."""

    def learn(self, table: TokenTable) -> sparse.csr_matrix:
        """Learn the columns of a table and return their counts in each text."""

    def count(self, table: TokenTable) -> sparse.csr_matrix:
        """Return the counts of the learnt columns in each text."""

    def names(self) -> NDArray[np.object_]:
        """Return what to call each column; empty where people would not read it."""


class TermCounter:
    """Counts terms and, where ``longest`` is 2, pairs of neighbouring terms.

    Parameters
    ----------
    form
        Makes a term of a word.
    longest
        Terms in a column, at most: 1 or 2.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> from pipeline.screen.features.tokens import read_tokens
    >>> counter = TermCounter(form=str, longest=2)
    >>> counter.learn(read_tokens([Text("ward rounds"), Text("ward")])).toarray().tolist()
    [[1, 1, 1], [1, 0, 0]]
    >>> counter.names().tolist()
    ['ward', 'rounds', 'ward rounds']
    """

    def __init__(self, *, form: Callable[[str], str], longest: int = 1) -> None:
        self.form, self.longest = form, longest

    def learn(self, table: TokenTable) -> sparse.csr_matrix:
        """Learn the terms and pairs of a table and return their counts."""
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        for word in table.words:
            numbers[self.form(word)]
        self.terms_, self.words_ = dict(numbers), table.words
        self.pairs_ = np.zeros(0, dtype=np.int64)
        if self.longest > 1:
            self.pairs_ = np.unique(self._pairs(self._number(table), table)[0])
        return self.count(table)

    def count(self, table: TokenTable) -> sparse.csr_matrix:
        """Return the counts of the learnt terms and pairs."""
        numbered = self._number(table)
        parts = [_counted(numbered, table.starts, len(self.terms_))]
        if self.longest > 1:
            keys, starts = self._pairs(numbered, table)
            parts.append(_counted(_places(self.pairs_, keys), starts, self.pairs_.size))
        return sparse.hstack(parts, format="csr") if len(parts) > 1 else parts[0]

    def names(self) -> NDArray[np.object_]:
        """Return each column's term, as the shortest word that has it."""
        surfaces = _shortest_words(self.words_, self.form)
        terms = np.array([surfaces[term] for term in self.terms_], dtype=object)
        if not self.pairs_.size:
            return terms
        left, right = np.divmod(self.pairs_, max(len(self.terms_), 1))
        return np.concatenate([terms, terms[left] + " " + terms[right]])

    def _number(self, table: TokenTable) -> NDArray[np.int64]:
        """Return the term's number of each token; −1 where it was never learnt."""
        known = (self.terms_.get(self.form(word), -1) for word in table.words)
        of_word = np.fromiter(known, np.int64, count=len(table.words))
        return of_word[table.tokens]

    def _pairs(
        self, numbered: NDArray[np.int64], table: TokenTable
    ) -> tuple[NDArray[np.int64], Rows]:
        """Return a key for each pair of neighbours within a text, and where each text begins."""
        is_last = np.zeros(numbered.size, dtype=bool)
        sizes = np.diff(table.starts)
        is_last[table.starts[1:][sizes > 0] - 1] = True
        left = np.flatnonzero(~is_last)
        keys = numbered[left] * len(self.terms_) + numbered[left + 1] if left.size else left
        unknown = (numbered[left] < 0) | (numbered[left + 1] < 0) if left.size else left > 0
        starts = np.concatenate([[0], np.cumsum(np.maximum(sizes - 1, 0))]).astype(np.intp)
        return np.where(unknown, -1, keys), starts


class PieceCounter:
    """Counts sequences of four and five letters within words, the edges of a word included.

    The pieces of a text are those of its words, so that only different words are cut up.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> from pipeline.screen.features.tokens import read_tokens
    >>> counts = PieceCounter().learn(read_tokens([Text("staff"), Text("staffing")]))
    >>> int((counts.sum(axis=0) > 1).sum())  # pieces that both have
    5
    """

    def learn(self, table: TokenTable) -> sparse.csr_matrix:
        """Learn the pieces of a table's words and return their counts."""
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        cut = [[numbers[piece] for piece in _pieces(word)] for word in table.words]
        self.pieces_ = dict(numbers)
        return self._count_cut(table, cut)

    def count(self, table: TokenTable) -> sparse.csr_matrix:
        """Return the counts of the learnt pieces."""
        return self._count_cut(table, [self._numbers(word) for word in table.words])

    def names(self) -> NDArray[np.object_]:
        """Return empty names: pieces of words are nothing to show."""
        return np.full(len(self.pieces_), "", dtype=object)

    def _count_cut(self, table: TokenTable, cut: list[list[int]]) -> sparse.csr_matrix:
        starts = np.cumsum([0, *map(len, cut)])
        flat = np.fromiter((one for some in cut for one in some), np.int64, count=starts[-1])
        of_words = _counted(flat, starts, len(self.pieces_))
        words = _counted(table.tokens.astype(np.int64), table.starts, len(table.words))
        return (words @ of_words).tocsr()

    def _numbers(self, word: str) -> list[int]:
        known = (self.pieces_.get(piece, -1) for piece in _pieces(word))
        return [number for number in known if number >= 0]


def _pieces(word: str) -> list[str]:
    edged = f" {word} "
    return [
        edged[first : first + size]
        for size in _PIECE_SIZES
        for first in range(max(1, len(edged) - size + 1))
    ]


def _counted(numbers: NDArray[np.int64], starts: Rows, n_columns: int) -> sparse.csr_matrix:
    """Return how often each number is in each text; negative ones are left out."""
    is_known = numbers >= 0
    if not is_known.all():
        starts = np.concatenate([[0], np.cumsum(is_known)])[starts]
        numbers = numbers[is_known]
    ones = np.ones(numbers.size, dtype=np.int32)
    counts = sparse.csr_matrix(
        (ones, numbers.astype(np.int32), starts), shape=(starts.size - 1, n_columns)
    )
    counts.sum_duplicates()
    return counts


def _places(sorted_keys: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each key stands among the sorted ones; −1 where it does not."""
    if not sorted_keys.size:
        return np.full(keys.size, -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(sorted_keys, keys), sorted_keys.size - 1)
    return np.where(sorted_keys[places] == keys, places, -1)


def _shortest_words(words: Iterable[str], form: Callable[[str], str]) -> dict[str, str]:
    """Return the shortest word of each term, the first of the alphabet among equals."""
    ordered = sorted(words, key=lambda word: (len(word), word), reverse=True)
    return {form(word): word for word in ordered}
