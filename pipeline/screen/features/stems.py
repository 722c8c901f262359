"""TF-IDF of word stems and pairs of stems: "barrier" and "barriers" become one term.

The stemmer only cuts common English endings; it is meant to bring forms together, not to be a
grammar. Terms of a single record are left out: they can tell nothing about another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.screen.contract import FeatureExtractorChoice
from pipeline.screen.features.tokens import strip_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    from pipeline.screen.contract import Text

__all__ = ["TFIDF_STEMS", "TfidfStems", "stem"]

_WORD: Final = re.compile(r"\b\w\w+\b")
_SHORTEST_STEM: Final = 4  # letters that must be left before an ending is cut
_MAX_SHARE: Final = 0.95  # of records that hold a term, as for words
_MIN_RECORDS: Final = 2
_ENDINGS: Final = (  # (ending, what takes its place), the first that fits is cut
    ("ational", "ate"),
    ("ization", "ize"),
    ("isation", "ize"),
    ("ations", "ate"),
    ("ation", "ate"),
    ("ness", ""),
    ("ments", ""),
    ("ment", ""),
    ("ingly", ""),
    ("edly", ""),
    ("ing", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", ""),
    ("ly", ""),
    ("es", ""),
    ("s", ""),
)


@lru_cache(maxsize=1 << 18)
def stem(word: str) -> str:
    """Return a word in lower case without its ending.

    Examples
    --------
    >>> stem("barriers"), stem("randomization"), stem("randomised")
    ('barrier', 'randomiz', 'randomis')
    """
    cut = word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            cut = word[: -len(ending)] + instead
            break
    return cut[:-1] if cut.endswith("e") and len(cut) > _SHORTEST_STEM else cut


class TfidfStems:
    """TF-IDF of title, abstract and keywords: stems, pairs of stems, of more than one record.

    Parameters
    ----------
    longest
        Stems in a term, at most: 2 for pairs, 1 for single stems.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> extractor = TfidfStems()
    >>> rows = extractor.fit_transform([Text("Nurse staffing"), Text("Nurses"), Text("Wards")])
    >>> extractor.get_feature_names_out().tolist()
    ['nurse']
    """

    def __init__(self, *, longest: int = 2) -> None:
        self.longest = longest

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn the vocabulary of all records and return their rows."""
        joined = [text.whole() for text in texts]
        self.vectorizer_ = _vectorizer(self.longest, min_records=_MIN_RECORDS)
        self.surfaces_ = _surfaces(joined)
        try:
            return self.vectorizer_.fit_transform(joined)
        except ValueError:  # no stem is in more than one record and in less than all
            self.vectorizer_ = _vectorizer(self.longest, min_records=1, max_share=1.0)
            return self.vectorizer_.fit_transform([*joined, "nothing to read"])[:-1]

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows in the vocabulary learnt."""
        return self.vectorizer_.transform([text.whole() for text in texts])

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return each column's term with the shortest words that have its stems."""
        names = [
            " ".join(self.surfaces_.get(part, part) for part in term.split())
            for term in self.vectorizer_.get_feature_names_out()
        ]
        return np.asarray(names, dtype=object)


def _vectorizer(
    longest: int, *, min_records: int, max_share: float = _MAX_SHARE
) -> TfidfVectorizer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        ngram_range=(1, longest),
        sublinear_tf=True,
        min_df=min_records,
        max_df=max_share,
        tokenizer=_stems,
        token_pattern=None,
        lowercase=False,
    )


def _words(text: str) -> list[str]:
    words: list[str] = _WORD.findall(strip_accents(text.lower()))
    return words


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _words(text)]


def _surfaces(texts: Iterable[str]) -> dict[str, str]:
    """Return the shortest word of each stem."""
    words = {word for text in texts for word in _words(text)}
    ordered = sorted(words, key=lambda word: (len(word), word), reverse=True)
    return {stem(word): word for word in ordered}


TFIDF_STEMS: Final = FeatureExtractorChoice("tfidf-stems", TfidfStems)
