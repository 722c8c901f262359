"""One reviewer reading titles and abstracts, whatever shows them: a notebook, an app, a test.

A session holds the reading list and answers each key with what stands then. A decision is in the
ledger, on the disk, before it is answered; said twice, from however many windows or kernels, it is
one decision (`own_words`). The model learns in a process of its own (`refitting`); what the card
was given to show next stays next, so that nothing changes under a reader's eyes.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, Final

from pipeline.errors import NotReadyError, ReviewError, UnknownNameError
from pipeline.events import sha256_of
from pipeline.review.decisions import require_reviewer
from pipeline.review.session.course import Course
from pipeline.review.session.learning import SCHEDULE, refit, standing_order
from pipeline.review.session.refitting import Refitter, RefittingProcess
from pipeline.review.session.saying import Saying
from pipeline.review.session.shown import show_citation
from pipeline.review.session.state import MARKS, CardSetup, CardState, Reason
from pipeline.review.snapshot import Snapshot
from pipeline.screen.highlighting import find_keyword, find_term

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import polars as pl

    from pipeline.review.review import Review
    from pipeline.review.session.learning import Refit
    from pipeline.review.session.saying import SaidDecision
    from pipeline.review.session.shown import ShownCitation
    from pipeline.review.session.state import Answer
    from pipeline.review.workspace import Workspace
    from pipeline.screen.highlighting import Finder

__all__ = ["ScreeningSession", "require_ready"]

_STAGE: Final = "title-abstract"
_N_SHOWN: Final = 4  # the current citation and three that are fetched before they are needed
_N_HISTORY: Final = 50


class ScreeningSession:
    """The reading of one reviewer; safe to call from several threads.

    Parameters
    ----------
    review
        The review, open for as long as the session lasts.
    reviewer
        Who reads.
    make_executor
        Where the model learns.
    learns_after
        After how many decisions, at a given number of labels; the schedule that grows with them.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    NotReadyError
        There is no reading order yet.
    InputError
        A keyword of the review is no regular expression.
    """

    def __init__(
        self,
        review: Review,
        *,
        reviewer: str,
        make_executor: Callable[[], Executor] = RefittingProcess,
        learns_after: Callable[[int], int] = SCHEDULE.batch_size,
    ) -> None:
        require_ready(review, reviewer)
        workspace = self.workspace = review.workspace
        self.reviewer = reviewer
        self.on_change: Callable[[], None] = lambda: None  # told, in another thread, of what's new
        self._lock, self._learns_after = threading.RLock(), learns_after
        self._keywords = _keyword_finders(workspace)
        self._course = Course(reviewer, _STAGE)
        self._saying = Saying(
            workspace.ledger,
            self._course,
            criteria=workspace.config.criteria,
            clock=review.clock,
        )
        self._saying.catch_up()
        self._version = self._n_since_learning = 0
        self._trouble = ""
        snapshot = Snapshot(workspace)
        self._citations = _by_id(snapshot)
        self._learned = standing_order(snapshot, reviewer)
        self._follow(self._learned)
        task = partial(refit, workspace.folder.path, reviewer)
        self._refitter = Refitter(task, make_executor=make_executor, on_done=self._learnt)

    def start_learning(self) -> None:
        """Learn from what is known already; the card can be read meanwhile."""
        self._refitter.request()

    def look_again(self) -> None:
        """Where nothing is left, see whether something came: a batch, a search, a colleague."""
        with self._lock:
            if self._course.n_left() == 0:
                self._refitter.request()

    def close(self) -> None:
        """Learn no more. There is nothing to save: what was answered is in the ledger."""
        self._refitter.close()

    # ── what the card shows ─────────────────────────────────────────────────────────────────────
    def setup(self) -> CardSetup:
        """Return what stays as it is."""
        config = self.workspace.config
        return CardSetup(
            review=sha256_of(str(self.workspace.folder.path.resolve()))[:16],
            title=config.review.title,
            question=config.review.question,
            reviewer=self.reviewer,
            inclusion=config.criteria.inclusion,
            reasons=tuple(Reason(one.id, one.text or one.id) for one in config.criteria.exclusion),
        )

    def state(self) -> CardState:
        """Return what to show now."""
        with self._lock:
            self._version += 1
            return CardState(
                version=self._version,
                queue=tuple(self._show(one) for one in self._course.queue(_N_SHOWN)),
                history=self._course.history(_N_HISTORY),
                progress=self._course.progress(),
                outlook=self._learned.outlook,
                is_blind=self._learned.is_blind,
                is_learning=self._refitter.is_running,
                trouble=self._trouble,
            )

    def recall(self, citation_id: str) -> ShownCitation:
        """Return a citation that was read before, as it stands now.

        Raises
        ------
        UnknownNameError
            It is not among the citations to screen.
        """
        with self._lock:
            self._saying.catch_up()
            return self._show(citation_id)

    # ── what the reviewer says ──────────────────────────────────────────────────────────────────
    def decide(self, said: SaidDecision) -> Answer:
        """Put a decision in the ledger, once; it is on the disk when this returns.

        Raises
        ------
        UnknownNameError
            A name is not known.
        StoreError
            The ledger cannot take it now.
        """
        with self._lock:
            position = self._course.position(said.citation_id)
            answer = self._saying.decide(said, self._row(said.citation_id), position=position)
            if answer.is_new:
                self._learn_in_time()
            return answer

    def undo(self, uid: str) -> Answer:
        """Take back a decision of one's own; the citation comes again."""
        with self._lock:
            return self._saying.undo(uid)

    def skip(self, citation_id: str) -> None:
        """Leave a citation for the end of this session; nothing is recorded."""
        with self._lock:
            self._course.skip(citation_id)

    def mark(self, citation_id: str, mark: str, *, is_on: bool) -> Answer:
        """Put a label on a citation, or take it off; the decision stays as it is.

        Raises
        ------
        UnknownNameError
            The citation or the label is not known.
        """
        names = [one.name for one in MARKS]
        if mark not in names:
            raise UnknownNameError("label", mark, names)
        with self._lock:
            return self._saying.mark(self._row(citation_id), mark, is_on=is_on)

    # ── learning ────────────────────────────────────────────────────────────────────────────────
    def _learn_in_time(self) -> None:
        """Ask for a refit after every few decisions; a frozen batch is read to its end first."""
        self._n_since_learning += 1
        if self._learned.is_blind:
            is_due = self._course.n_left() == 0
        else:
            is_due = self._n_since_learning >= self._learns_after(self._learned.n_labelled)
        if is_due:
            self._n_since_learning = 0
            self._refitter.request()

    def _learnt(self, learnt: Refit | ReviewError) -> None:
        if isinstance(learnt, ReviewError):
            with self._lock:
                self._trouble = f"The order could not be renewed: {learnt}"
        else:
            self._take(learnt)
        self.on_change()

    def _take(self, learnt: Refit) -> None:
        citations = self._citations
        if learnt.texts != self._learned.texts:  # records came or merged since
            citations = _by_id(Snapshot(self.workspace))  # slow: nobody waits for it
        with self._lock:
            self._citations, self._learned, self._trouble = citations, learnt, ""
            self._saying.catch_up()
            self._follow(learnt)

    def _follow(self, learnt: Refit) -> None:
        self._course.take(learnt.citation_ids, learnt.positions, head=learnt.head)

    # ── showing ─────────────────────────────────────────────────────────────────────────────────
    def _row(self, citation_id: str) -> dict[str, object]:
        ids = self._citations["citation_id"]
        place = bisect_left(ids, citation_id)
        if place == len(ids) or ids[place] != citation_id:
            raise UnknownNameError("citation", citation_id, ())
        return self._citations.row(place, named=True)

    def _show(self, citation_id: str) -> ShownCitation:
        terms = self._learned.terms.get(citation_id, ())
        noticed = [find_term("likely" if is_for else "unlikely", term) for term, is_for in terms]
        return show_citation(
            self._row(citation_id),
            uid=self._course.words.next_uid(citation_id),
            position=self._course.position(citation_id),
            finders=[*self._keywords, *noticed],
            marks=self._course.words.marks(citation_id),
            word=self._course.words.standing.get(citation_id),
        )


def require_ready(review: Review, reviewer: str) -> None:
    """Refuse what a session could not start with, before anything is started.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    NotReadyError
        There is no reading order yet.
    InputError
        A keyword of the review is no regular expression.
    """
    require_reviewer(review.workspace, reviewer)
    _keyword_finders(review.workspace)
    if review.snapshot().queue_in_force is None:
        raise NotReadyError(f"{review.path}: has no reading order yet; run `thresher run` first")


def _by_id(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.to_screen.sort("citation_id")


def _keyword_finders(workspace: Workspace) -> list[Finder]:
    keywords = workspace.config.keywords
    return [
        *(find_keyword("for", one) for one in keywords.include),
        *(find_keyword("against", one) for one in keywords.exclude),
    ]
