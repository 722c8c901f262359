"""The cards for duplicates, screening, conflicts and coding, in notebooks; needs extra ``ui``."""

from pipeline.widget.card import ScreeningCard
from pipeline.widget.coding import CodingCard
from pipeline.widget.conflicts import ConflictsCard
from pipeline.widget.duplicates import DuplicatesCard

__all__ = ["CodingCard", "ConflictsCard", "DuplicatesCard", "ScreeningCard"]
