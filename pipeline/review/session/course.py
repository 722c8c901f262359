"""One reviewer's course through the citations: what is next, what stands, how far it has come.

A state machine without files, clock, model or browser: it hears events, takes reading orders, and
answers what to show. Everything that has to hold of it (nothing shown twice, nothing lost, nothing
moved under a reader's eyes) can be tried thousands of times in a second.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.review.session.outlook import measure_pace
from pipeline.review.session.own_words import OwnWords
from pipeline.review.session.reading_order import ReadingOrder
from pipeline.review.session.state import Past, Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.store import RecordedEvent

__all__ = ["Course"]


class Course:
    """What one reviewer has said at one stage, and what is left to read.

    Parameters
    ----------
    reviewer
        Who reads.
    stage
        ``title-abstract`` or ``full-text``.

    Examples
    --------
    >>> course = Course("anna", "title-abstract")
    >>> course.take(["a", "b"], [1, 2], head=0)
    >>> course.skip("a")
    >>> course.queue(3)
    ['b', 'a']
    >>> course.progress().n_left
    2
    """

    def __init__(self, reviewer: str, stage: str) -> None:
        self.words = OwnWords(reviewer, stage)
        self._order = ReadingOrder()
        self._head = 0  # the last event that the order was made with
        self._undone: dict[str, int] = {}  # what has to be read again, since which event

    def hear(self, events: Iterable[RecordedEvent]) -> None:
        """Take in what was said, here or in another window; what was undone comes again."""
        for citation_id, event in self.words.hear(events).items():
            self._undone[citation_id] = event
            self._order.come_again(citation_id)

    def take(self, citation_ids: Sequence[str], positions: Sequence[int], *, head: int) -> None:
        """Go on in another order; what was shown already stays next.

        Parameters
        ----------
        citation_ids
            What is left to read, in order.
        positions
            The place of each in the queue.
        head
            The last event that was surely seen when the order was made.
        """
        self._undone = {one: event for one, event in self._undone.items() if event > head}
        self._order.take(citation_ids, positions, again=self._undone)
        self._head = head

    def queue(self, n: int) -> list[str]:
        """Return the citations to show next, at most n."""
        return self._order.serve(n, decided=self._done())

    def history(self, n: int) -> tuple[Past, ...]:
        """Return the decisions that stand, the latest first, at most n."""
        latest = islice(reversed(self.words.standing.values()), n)
        return tuple(Past(one.citation_id, one.uid, one.decision) for one in latest)

    def position(self, citation_id: str) -> int | None:
        """Return a citation's place in the queue."""
        return self._order.position(citation_id)

    def skip(self, citation_id: str) -> None:
        """Leave a citation for the end."""
        self._order.skip(citation_id)

    def put_first(self, citation_id: str) -> None:
        """Let a citation come again, at once."""
        self._order.put_first(citation_id)

    def n_left(self) -> int:
        """Return how many are still to be decided."""
        return self._order.n_left(self._done())

    def progress(self) -> Progress:
        """Return how much was read, what became of it, and how long the rest will take."""
        words, done = list(self.words.standing.values()), self._done()
        n = Counter(word.decision for word in words)
        n_left = self._order.n_left(done)
        pace = measure_pace(words, n_left=n_left)
        return Progress(
            n_read=len(done),
            n_left=n_left,
            n_include=n["include"],
            n_exclude=n["exclude"],
            n_maybe=n["maybe"],
            n_skipped=self._order.n_skipped(done),
            seconds_each=pace.seconds_each,
            seconds_left=pace.seconds_left,
        )

    def _done(self) -> set[str]:
        """Return what needs no word: a decision that the list has reopened needs another one."""
        return {
            citation_id
            for citation_id, word in self.words.standing.items()
            if word.event > self._head or self._order.position(citation_id) is None
        }
