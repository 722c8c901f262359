"""The models: named combinations of parts, one line each.

``elas-u4`` is the reference: the same model as ASReview 3's default, so that every comparison has
one fixed end. ``blend`` was chosen on one half of the labelled sets and tried once on the other
(``benchmarks/ranking.py``; BENCHMARKS.md says how it did, set by set); ``words-stems`` is the
default of earlier versions, kept so that orders made with it can be made again.
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
        Model(
            "words-stems",
            "words and stems, led by the question, some of the unread presumed irrelevant",
            features="words-stems",
            classifier="svm",
            balancer="ratio",
            question_prior=3.0,
            n_presumed=100,
            presumed_weight=0.2,
        ),
        Model(
            "blend",
            "words, stems, pieces of words and titles, led by the question",
            features="blend",
            features_at_scale="hashed",
            classifier="svm",
            balancer="ratio",
            question_prior=3.0,
            n_presumed=100,
            presumed_weight=0.2,
        ),
    ],
)

DEFAULT_MODEL: Final = "blend"
