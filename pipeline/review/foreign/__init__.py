"""Decisions made in other tools, read from their exports.

A new tool is one file with one public constant, and one line in `DECISION_SOURCES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.registry import Registry
from pipeline.review.foreign.asreview import ASREVIEW
from pipeline.review.foreign.keywords import KEYWORDS
from pipeline.review.foreign.listed import LISTED
from pipeline.review.foreign.own_columns import OWN_COLUMNS
from pipeline.review.foreign.rayyan import RAYYAN

if TYPE_CHECKING:
    from pipeline.review.foreign.contract import DecisionSource

__all__ = ["DECISION_SOURCES"]

DECISION_SOURCES: Final[Registry[DecisionSource]] = Registry(
    "tool",
    [
        RAYYAN,
        KEYWORDS,
        OWN_COLUMNS,
        ASREVIEW,
        LISTED,
    ],
)
