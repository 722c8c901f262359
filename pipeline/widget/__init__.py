"""The cards for duplicates, screening and coding, for notebooks and the app; needs extra ``ui``."""

from pipeline.widget.card import ScreeningCard
from pipeline.widget.coding import CodingCard
from pipeline.widget.duplicates import DuplicatesCard

__all__ = ["CodingCard", "DuplicatesCard", "ScreeningCard"]
