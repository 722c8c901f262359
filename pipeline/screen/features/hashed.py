"""TF-IDF of stems and pairs of stems in a fixed number of columns, for very many records.

A term's column is a hash of it (Weinberger 2009, 10.1145/1553374.1553516), so that no vocabulary
has to be held and records are read in portions: a million of them fit into the memory of a laptop.
Numbers are single precision, which halves what every refit has to read.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from pipeline.screen.contract import FeatureExtractorChoice
from pipeline.screen.features.stems import stem
from pipeline.screen.features.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.screen.contract import Rows, Text
    from pipeline.screen.features.tokens import TokenTable

__all__ = ["HASHED", "HashedStems"]

_N_COLUMNS: Final = 1 << 21  # 1 in 20 terms of a million records shares a column that tells
_PORTION: Final = 20_000  # records read at a time
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # Knuth's multiplier, TAOCP 3, 6.4
_MIX_SHIFT: Final = np.uint64(29)
_MAX_SHARE: Final = 0.5  # of records that hold a term: the rest is grammar


class HashedStems:
    """Hashed stems and pairs of stems of title, abstract and keywords.

    Parameters
    ----------
    n_columns
        A power of two.
    portion
        Records read at a time; of no consequence for the result.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> rows = HashedStems(n_columns=1024).fit_transform([Text("Nurse rota"), Text("Nurses")])
    >>> rows.shape, rows.dtype.name
    ((2, 3), 'float32')
    """

    def __init__(self, *, n_columns: int = _N_COLUMNS, portion: int = _PORTION) -> None:
        self.n_columns, self.portion = n_columns, portion

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn how common each column is and return the rows."""
        self.names_: dict[int, str] = {}
        rows = self._counted(texts, is_learning=True)
        n = rows.shape[0]
        n_holding = np.bincount(rows.indices, minlength=self.n_columns)
        least, most = (2, _MAX_SHARE * n) if n > _PORTION else (1, n)
        kept = np.flatnonzero((n_holding >= least) & (n_holding <= most))
        self.kept_ = kept[np.argsort(-n_holding[kept], kind="stable")]  # common ones stay in cache
        self.idf_ = (np.log((1.0 + n) / (1.0 + n_holding[self.kept_])) + 1.0).astype(np.float32)
        return self._weighed(rows)

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows of other texts, weighed by how common each column was."""
        return self._weighed(self._counted(texts, is_learning=False))

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return a word for each column of a single stem; pairs have no name."""
        names = np.full(self.n_columns, "", dtype=object)
        names[list(self.names_)] = list(self.names_.values())
        return names[self.kept_]

    def _counted(self, texts: Sequence[Text], *, is_learning: bool) -> sparse.csr_matrix:
        columns, data, sizes = [], [], [np.zeros(1, dtype=np.intp)]
        for first in range(0, len(texts), self.portion):
            table = read_tokens(texts[first : first + self.portion])
            part = self._count_table(table, is_learning=is_learning)
            columns.append(part.indices)
            data.append(part.data)
            sizes.append(np.diff(part.indptr))
        starts = np.cumsum(np.concatenate(sizes))
        flat = np.concatenate([np.zeros(0, dtype=np.int32), *columns])
        del columns  # a gigabyte, for a million records
        values = np.concatenate([np.zeros(0, dtype=np.float32), *data])
        return sparse.csr_matrix((values, flat, starts), shape=(len(texts), self.n_columns))

    def _count_table(self, table: TokenTable, *, is_learning: bool) -> sparse.csr_matrix:
        """Return the logarithmic counts of a portion."""
        stems = [stem(word) for word in table.words]
        hashes = np.fromiter(
            (zlib.crc32(one.encode()) for one in stems), np.uint64, count=len(stems)
        )
        if is_learning:
            named = zip(self._columns(hashes).tolist(), table.words, strict=True)
            for column, word in named:
                self.names_.setdefault(column, word)
        tokens = hashes[table.tokens]
        singles = _rows(self._columns(tokens), table.starts, self.n_columns)
        neighbours, starts = _neighbours(tokens, table.starts)
        return singles + _rows(self._columns(neighbours), starts, self.n_columns)

    def _columns(self, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        mixed = (hashes * _MIX) >> _MIX_SHIFT
        return (mixed & np.uint64(self.n_columns - 1)).astype(np.int32)

    def _weighed(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Leave out columns that tell nothing, weigh the rest, and give rows unit length.

        Portion by portion, in the place of the counts: a second matrix would not fit beside them.
        """
        place = np.full(self.n_columns, -1, dtype=np.int32)
        place[self.kept_] = np.arange(self.kept_.size, dtype=np.int32)
        sizes, n_written = [np.zeros(1, dtype=np.intp)], 0
        for first in range(0, rows.shape[0], self.portion):
            starts = rows.indptr[first : first + self.portion + 1]
            some = slice(starts[0], starts[-1])
            columns = place[rows.indices[some]]
            is_kept = columns >= 0
            n_kept = np.diff(np.concatenate([[0], np.cumsum(is_kept)])[starts - starts[0]])
            columns = columns[is_kept]
            data = _unit_rows(rows.data[some][is_kept] * self.idf_[columns], n_kept)
            end = n_written + data.size
            rows.indices[n_written:end], rows.data[n_written:end] = columns, data
            sizes.append(n_kept)
            n_written = end
        ends = np.cumsum(np.concatenate(sizes))
        parts = (rows.data[:n_written], rows.indices[:n_written], ends)
        return sparse.csr_matrix(parts, shape=(rows.shape[0], self.kept_.size))


def _unit_rows(data: NDArray[np.float32], sizes: Rows) -> NDArray[np.float32]:
    """Return the rows' data with every row of length 1; ``sizes`` says how much is in each."""
    firsts = np.cumsum(sizes) - sizes
    # In double precision: in single, a length would depend on what is read beside the row.
    squares = np.add.reduceat(np.append(np.square(data.astype(np.float64)), 0.0), firsts)
    lengths = np.sqrt(np.where(sizes > 0, squares, 1.0)).astype(np.float32)
    unit: NDArray[np.float32] = np.divide(data, np.repeat(lengths, sizes), dtype=np.float32)
    return unit


def _rows(columns: NDArray[np.int32], starts: Rows, n_columns: int) -> sparse.csr_matrix:
    ones = np.ones(columns.size, dtype=np.float32)
    counts = sparse.csr_matrix((ones, columns, starts), shape=(starts.size - 1, n_columns))
    counts.sum_duplicates()
    counts.data = 1.0 + np.log(counts.data)
    return counts


def _neighbours(tokens: NDArray[np.uint64], starts: Rows) -> tuple[NDArray[np.uint64], Rows]:
    """Return a hash of each pair of neighbours within a text, and where each text begins."""
    sizes = np.diff(starts)
    is_last = np.zeros(tokens.size, dtype=bool)
    is_last[starts[1:][sizes > 0] - 1] = True
    left = np.flatnonzero(~is_last)
    pairs = (tokens[left] * _MIX) ^ tokens[left + 1] if left.size else tokens[:0]
    return pairs, np.concatenate([[0], np.cumsum(np.maximum(sizes - 1, 0))]).astype(np.intp)


HASHED: Final = FeatureExtractorChoice("hashed", HashedStems)
