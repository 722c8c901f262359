"""The feature extractors: one file each, one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.registry import Registry
from pipeline.screen.features.blend import BLEND
from pipeline.screen.features.hashed import HASHED
from pipeline.screen.features.stems import TFIDF_STEMS
from pipeline.screen.features.tfidf import TFIDF_BIGRAMS
from pipeline.screen.features.views import WORDS_STEMS, WORDS_STEMS_CHARACTERS

if TYPE_CHECKING:
    from pipeline.screen.contract import FeatureExtractorChoice

__all__ = ["FEATURE_EXTRACTORS"]

FEATURE_EXTRACTORS: Final[Registry[FeatureExtractorChoice]] = Registry(
    "feature extractor",
    [
        TFIDF_BIGRAMS,
        TFIDF_STEMS,
        WORDS_STEMS,
        WORDS_STEMS_CHARACTERS,
        BLEND,
        HASHED,
    ],
)
