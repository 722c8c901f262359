"""The screening card, for notebooks and for the app; needs the extra ``ui``."""

from pipeline.widget.card import ScreeningCard

__all__ = ["ScreeningCard"]
