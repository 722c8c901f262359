"""The models: named combinations of parts, one line each.

``elas-u4`` is the reference: the same model as ASReview 3's default, so that every comparison has
one fixed end.
"""

from __future__ import annotations

from typing import Final

from pipeline.registry import Registry
from pipeline.screen.contract import Model

__all__ = ["DEFAULT_MODEL", "MODELS"]

MODELS: Final[Registry[Model]] = Registry(
    "model",
    [
        Model(
            "elas-u4",
            "ASReview 3's default: TF-IDF of words and pairs, linear SVM",
            features="tfidf-bigrams",
            classifier="svm",
            balancer="ratio",
            ties_in_file_order=True,
        ),
    ],
)

DEFAULT_MODEL: Final = "elas-u4"
