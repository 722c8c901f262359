"""A reviewer's session of screening, whatever shows it."""

from pipeline.review.session.saying import SaidDecision
from pipeline.review.session.session import ScreeningSession, require_ready
from pipeline.review.session.state import Answer, CardSetup, CardState

__all__ = [
    "Answer",
    "CardSetup",
    "CardState",
    "SaidDecision",
    "ScreeningSession",
    "require_ready",
]
