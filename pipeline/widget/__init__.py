"""The screening and the coding card, for notebooks and for the app; needs the extra ``ui``."""

from pipeline.widget.card import ScreeningCard
from pipeline.widget.coding import CodingCard

__all__ = ["CodingCard", "ScreeningCard"]
