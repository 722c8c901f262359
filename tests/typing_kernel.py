"""What a killed kernel ran: a session that decides and says so, as fast as it can.

Says the uid of each decision after it was acknowledged, so that whoever kills it knows what must be
in the ledger. Told to ``learn``, it learns all the time in a process of its own.
"""

from __future__ import annotations

from pathlib import Path

from forking import tell

from pipeline.review import Review
from pipeline.review.session import SaidDecision, ScreeningSession

__all__ = ["main"]


def main(folder, how):
    """Decide until killed."""
    after = 1 if how == "learn" else 10**9
    review = Review.open(Path(folder))
    session = ScreeningSession(review, reviewer="anna", learns_after=lambda _n: after)
    tell("ready")
    while True:
        for shown in session.state().queue[:1]:
            answer = session.decide(SaidDecision(shown.citation_id, shown.uid, "exclude"))
            if answer.is_taken:
                tell(shown.uid)
        if len(session.state().history) % 3 == 0 and session.state().history:
            session.undo(session.state().history[0].uid)
