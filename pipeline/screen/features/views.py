"""Several views of the same text side by side, in one matrix.

Each view's rows have unit length; scaled by the root of its share they make a sum of kernels
(Joachims 2001), so that one linear classifier weighs all views at once. Words know exact terms,
stems bring forms together, short character sequences see through compounds, spelling and language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from pipeline.screen.contract import FeatureExtractorChoice
from pipeline.screen.features.stems import TfidfStems
from pipeline.screen.features.tfidf import TfidfBigrams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.feature_extraction.text import TfidfVectorizer

    from pipeline.screen.contract import FeatureExtractor, Text

__all__ = ["WORDS_STEMS", "WORDS_STEMS_CHARACTERS", "SideBySide", "TfidfCharacters"]


class TfidfCharacters:
    """TF-IDF of sequences of four and five characters within words.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> rows = TfidfCharacters().fit_transform([Text("staff"), Text("staffing"), Text("ward")])
    >>> rows.shape[0]
    3
    """

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn the sequences of all records and return their rows."""
        joined = [text.whole() for text in texts]
        self.vectorizer_ = _character_vectorizer(min_records=2, max_share=0.5)
        try:
            return self.vectorizer_.fit_transform(joined)
        except ValueError:  # nothing is in more than one record and in less than half of them
            self.vectorizer_ = _character_vectorizer(min_records=1, max_share=1.0)
            return self.vectorizer_.fit_transform([*joined, "nothing to read"])[:-1]

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows in the vocabulary learnt."""
        return self.vectorizer_.transform([text.whole() for text in texts])

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return empty names: pieces of words are nothing to show."""
        return np.full(len(self.vectorizer_.vocabulary_), "", dtype=object)


class SideBySide:
    """Views in one matrix, each with its share of the kernel.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> views = SideBySide([(TfidfBigrams(), 0.5), (TfidfStems(), 0.5)])
    >>> views.fit_transform([Text("Nurse staffing"), Text("Nurses"), Text("Wards")]).shape
    (3, 6)
    """

    def __init__(self, views: Sequence[tuple[FeatureExtractor, float]]) -> None:
        self.views = tuple(views)

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn every view and return the rows of all, side by side."""
        return self._stack([view.fit_transform(texts) for view, _ in self.views])

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows in the vocabularies learnt."""
        return self._stack([view.transform(texts) for view, _ in self.views])

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return the term of each column, view after view."""
        return np.concatenate([view.get_feature_names_out() for view, _ in self.views])

    def _stack(self, parts: list[sparse.csr_matrix]) -> sparse.csr_matrix:
        scales = [np.sqrt(share) for _, share in self.views]
        scaled = [part * scale for part, scale in zip(parts, scales, strict=True)]
        return sparse.hstack(scaled, format="csr")


def _character_vectorizer(*, min_records: int, max_share: float) -> TfidfVectorizer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(4, 5),
        sublinear_tf=True,
        min_df=min_records,
        max_df=max_share,
    )


def _words_stems() -> SideBySide:
    return SideBySide([(TfidfBigrams(), 0.35), (TfidfStems(), 0.30), (TfidfStems(longest=1), 0.35)])


def _words_stems_characters() -> SideBySide:
    return SideBySide([(TfidfBigrams(), 0.37), (TfidfStems(), 0.37), (TfidfCharacters(), 0.26)])


WORDS_STEMS: Final = FeatureExtractorChoice("words-stems", _words_stems)

WORDS_STEMS_CHARACTERS: Final = FeatureExtractorChoice(
    "words-stems-characters", _words_stems_characters
)
