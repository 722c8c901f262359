"""A person settling what the readers left open, one citation or report after the other.

Both words are shown with their reasons and notes, beside the text that they are about. The session
knows nothing of notebooks or browsers; whatever is settled is in the ledger before it is answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError
from pipeline.review.decisions import require_reviewer
from pipeline.review.session.shown import ShownCitation, show_citation
from pipeline.review.session.state import Reason
from pipeline.review.snapshot import Snapshot
from pipeline.review.team.conflicts import list_disputes, n_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.review.review import Review

__all__ = ["ConflictsSession", "ConflictsState", "SaidResolution", "ShownDispute", "ShownWord"]


@dataclass(frozen=True, slots=True)
class ShownWord:
    """What one person said."""

    reviewer: str
    decision: str
    reasons: tuple[str, ...]  # as the protocol words them
    note: str
    is_resolution: bool


@dataclass(frozen=True, slots=True)
class ShownDispute:
    """What is open, with everything that was said and the text that it is about."""

    id: str
    unit: str  # citation or report
    stage: str
    kind: str  # conflict or undecided
    citation: ShownCitation
    words: tuple[ShownWord, ...]


@dataclass(frozen=True, slots=True)
class ConflictsState:
    """What the card shows now; a higher version is newer."""

    version: int
    title: str
    reviewer: str
    reasons: tuple[Reason, ...]
    dispute: ShownDispute | None  # None where nothing is open
    position: int  # from 1
    n_open: int
    n_hidden: int  # in a batch that is still read blind
    n_settled: int  # in this session
    last_uid: str | None  # of the last resolution of this session: what an undo takes back


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidResolution:
    """A resolution as the card gives it; the same ``uid`` twice is one."""

    uid: str
    id: str
    stage: str
    decision: str
    reasons: tuple[str, ...] = ()
    note: str = ""


class ConflictsSession:
    """A person's session over what the readers left open.

    Parameters
    ----------
    review
        The review, open for as long as the session lasts.
    reviewer
        Who answers for the resolutions: one of the readers after a discussion, or a third person.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    """

    def __init__(self, review: Review, *, reviewer: str) -> None:
        require_reviewer(review.workspace, reviewer)
        self._workspace, self._desk, self.reviewer = review.workspace, review.team, reviewer
        self._texts = {one.id: one.text or one.id for one in review.config.criteria.exclusion}
        self._version, self._at = 0, 0
        self._settled: dict[str, SaidResolution] = {}
        self.look_again()

    def look_again(self) -> None:
        """See what is open now; others may have settled some of it, or disagreed anew."""
        snapshot = Snapshot(self._workspace)
        found = list_disputes(snapshot)
        self._n_hidden = n_hidden(snapshot)
        keys = found.select("stage", "id").unique(maintain_order=True)
        self._open: list[tuple[str, str]] = keys.rows()
        self._words, self._citations = found, snapshot.citations
        self._at = min(self._at, max(0, len(self._open) - 1))
        self._version += 1

    def state(self) -> ConflictsState:
        """Return what to show now."""
        return ConflictsState(
            version=self._version,
            title=self._workspace.config.review.title,
            reviewer=self.reviewer,
            reasons=tuple(Reason(id_, text) for id_, text in self._texts.items()),
            dispute=self._shown() if self._open else None,
            position=self._at + 1 if self._open else 0,
            n_open=len(self._open),
            n_hidden=self._n_hidden,
            n_settled=len(self._settled),
            last_uid=next(reversed(self._settled), None),
        )

    def settle(self, said: SaidResolution) -> None:
        """Settle a dispute; the next one is shown.

        Raises
        ------
        InputError
            It is not open any more: somebody else was faster.
        """
        if said.uid in self._settled:
            return
        try:
            self._desk.resolve(
                said.id,
                said.decision,
                reviewer=self.reviewer,
                stage=said.stage,
                reasons=said.reasons,
                note=said.note or None,
            )
        except InputError:
            self.look_again()
            raise
        self._settled[said.uid] = said
        self.look_again()

    def undo(self, uid: str) -> None:
        """Take back the last resolution of this session; it is shown again.

        Parameters
        ----------
        uid
            Of the resolution: said twice, or of an earlier one, it takes back nothing more.
        """
        if uid != next(reversed(self._settled), None):
            return
        said = self._settled[uid]
        self._desk.undo_resolution(said.id, stage=said.stage, reviewer=self.reviewer)
        del self._settled[uid]
        self.look_again()
        key = (said.stage, said.id)
        self._at = self._open.index(key) if key in self._open else self._at

    def move(self, position: int) -> None:
        """Show another dispute, by its place from 1; beyond the last, the last."""
        self._at = min(max(position, 1), max(1, len(self._open))) - 1
        self._version += 1

    def _shown(self) -> ShownDispute:
        stage, id_ = self._open[self._at]
        here = self._words.filter((pl.col("id") == id_) & (pl.col("stage") == stage))
        rows = here.rows(named=True)
        about = self._citations.filter(pl.col("citation_id") == rows[0]["citation_id"])
        return ShownDispute(
            id=id_,
            unit=rows[0]["unit"],
            stage=stage,
            kind=rows[0]["kind"],
            citation=show_citation(
                about.row(0, named=True), uid="", position=None, finders=[], marks=(), word=None
            ),
            words=tuple(self._word(row) for row in rows),
        )

    def _word(self, row: Mapping[str, object]) -> ShownWord:
        reasons = row["reasons"]
        return ShownWord(
            reviewer=str(row["reviewer"]),
            decision=str(row["decision"]),
            reasons=tuple(str(self._texts.get(one, one)) for one in reasons)
            if isinstance(reasons, list)
            else (),
            note=str(row["note"] or ""),
            is_resolution=bool(row["is_resolution"]),
        )
