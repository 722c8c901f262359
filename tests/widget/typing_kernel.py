"""What a killed kernel ran: a session that decides and says so, as fast as it can.

Starts at the first line on its input (importing everything takes longer than typing). Prints the
uid of each decision after it was acknowledged, so that whoever kills it knows what must be in the
ledger. The line ``learn`` lets it learn all the time in a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.review import Review
from pipeline.review.session import SaidDecision, ScreeningSession


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    after = 1 if sys.stdin.readline().strip() == "learn" else 10**9
    review = Review.open(Path(sys.argv[1]))
    session = ScreeningSession(review, reviewer="anna", learns_after=lambda _n: after)
    _tell("ready")
    while True:
        for shown in session.state().queue[:1]:
            answer = session.decide(SaidDecision(shown.citation_id, shown.uid, "exclude"))
            if answer.is_taken:
                _tell(shown.uid)
        if len(session.state().history) % 3 == 0 and session.state().history:
            session.undo(session.state().history[0].uid)


if __name__ == "__main__":
    main()
