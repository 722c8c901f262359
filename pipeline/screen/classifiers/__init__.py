"""The classifiers: one file each, one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.registry import Registry
from pipeline.screen.classifiers.svm import SVM

if TYPE_CHECKING:
    from pipeline.screen.contract import ClassifierChoice

__all__ = ["CLASSIFIERS"]

CLASSIFIERS: Final[Registry[ClassifierChoice]] = Registry(
    "classifier",
    [
        SVM,
    ],
)
