"""TF-IDF of words and pairs of words: the features of ASReview's default model.

Sublinear term frequency, all terms that are not in more than 95 % of the records, unit length
(Salton & Buckley 1988, 10.1016/0306-4573(88)90021-0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.screen.contract import FeatureExtractorChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from pipeline.screen.contract import Text

__all__ = ["TFIDF_BIGRAMS", "TfidfBigrams"]

_MAX_SHARE: Final = 0.95  # of records that hold a term; beyond it the term says nothing (ELAS u4)
_FEW: Final = 2  # records below which a share of them cannot leave a vocabulary


class TfidfBigrams:
    """TF-IDF of title and abstract, words and pairs of words.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> extractor = TfidfBigrams()
    >>> rows = extractor.fit_transform([Text("Nurse staffing"), Text("Ward rounds")])
    >>> rows.shape
    (2, 6)
    """

    def __init__(self, *, max_df: float = _MAX_SHARE) -> None:
        self.max_df = max_df

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn the vocabulary of all records and return their rows."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        joined = [text.joined() for text in texts]
        self.vectorizer_ = TfidfVectorizer(
            ngram_range=(1, 2),
            sublinear_tf=True,
            max_df=self.max_df if len(joined) > _FEW else 1.0,
            token_pattern=r"(?u)\b\w\w+\b",  # noqa: S106  (a pattern for words, not a secret)
        )
        try:
            return self.vectorizer_.fit_transform(joined)
        except ValueError:  # no words at all, or none that is not in nearly every record
            self.vectorizer_.set_params(max_df=1.0)
            return self.vectorizer_.fit_transform([*joined, "nothing to read"])[:-1]

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows in the vocabulary learnt."""
        return self.vectorizer_.transform([text.joined() for text in texts])

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return the term of each column."""
        return np.asarray(self.vectorizer_.get_feature_names_out(), dtype=object)


TFIDF_BIGRAMS: Final = FeatureExtractorChoice("tfidf-bigrams", TfidfBigrams)
