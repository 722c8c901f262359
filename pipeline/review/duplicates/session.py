"""One person deciding unsure duplicates on a card, a batch of clusters at a time.

A batch is drawn once, the likeliest first, and stays as it is while it is read; the next one is
drawn when it is asked for. An answer is in the ledger before the card shows the next cluster, and
an answer said twice is one: a cluster that is decided awaits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import NotReadyError
from pipeline.review.decisions import require_reviewer
from pipeline.review.duplicates.side_by_side import ComparedField, compare_side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.review.duplicates.unsure import UnsureCluster
    from pipeline.review.review import Review

__all__ = ["DuplicatesSession", "DuplicatesState", "ShownCluster"]

_N_BATCH: Final = 20  # clusters: a quarter of an hour


@dataclass(frozen=True, slots=True)
class ShownCluster:
    """A cluster of citations side by side."""

    cluster_id: str
    citation_ids: tuple[str, ...]
    fields: tuple[ComparedField, ...]
    probability: float  # of the likeliest pair
    reasons: tuple[str, ...]  # why a machine did not decide


@dataclass(frozen=True, slots=True)
class DuplicatesState:
    """What the card shows now; a higher version is newer."""

    version: int
    title: str
    reviewer: str
    cluster: ShownCluster | None  # None where the batch is done
    position: int  # in the batch, from 1
    n_batch: int
    n_decided: int  # in this session
    last_uid: str | None  # of the last answer of this session: what an undo takes back
    n_later: int  # in this batch, left for later
    n_left: int  # in the review, this batch included


class DuplicatesSession:
    """A person's session over the unsure clusters.

    Parameters
    ----------
    review
        The review, open for as long as the session lasts.
    reviewer
        Who decides.
    n_batch
        How many clusters make a batch.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    """

    def __init__(self, review: Review, *, reviewer: str, n_batch: int = _N_BATCH) -> None:
        require_reviewer(review.workspace, reviewer)
        self._desk, self.reviewer, self._n_batch = review.duplicates, reviewer, n_batch
        self._title = review.config.review.title
        self._version, self._decided = 0, _no_answers()
        self.draw_batch()

    def draw_batch(self) -> None:
        """Draw the next batch: the likeliest of what is undecided now."""
        clusters = self._desk.unsure_clusters()
        self._n_left, self._batch = len(clusters), clusters[: self._n_batch]
        self._later = _no_clusters()
        self._n_drawn = len(self._batch)

    def state(self) -> DuplicatesState:
        """Return what to show now."""
        self._version += 1
        is_done = not self._batch
        return DuplicatesState(
            version=self._version,
            title=self._title,
            reviewer=self.reviewer,
            cluster=None if is_done else _show(self._batch[0]),
            position=self._n_drawn - len(self._batch) + (not is_done),
            n_batch=self._n_drawn,
            n_decided=len(self._decided),
            last_uid=next(reversed(self._decided), None),
            n_later=len(self._later),
            n_left=self._n_left,
        )

    def answer(self, cluster_id: str, groups: Sequence[Sequence[str]], *, uid: str) -> None:
        """Say which citations of a cluster are one publication.

        Parameters
        ----------
        cluster_id
            The cluster that was shown, maybe by an earlier kernel.
        groups
            Its citations: those of one group are one publication.
        uid
            One key an answer: said twice, it is one answer.

        Raises
        ------
        NotReadyError
            Somebody else was faster; the next cluster is shown.
        InputError
            A citation is not of this cluster or stands in two groups.
        """
        if uid in self._decided:
            return  # said twice
        try:
            self._desk.answer(cluster_id, groups, actor=self.reviewer, uid=uid)
        except NotReadyError:
            self._take_out(cluster_id)
            raise
        cluster = self._take_out(cluster_id)
        if cluster is not None:
            self._decided[uid] = cluster

    def leave(self, cluster_id: str) -> None:
        """Leave the shown cluster for a later batch; nothing is recorded."""
        if self._shown(cluster_id) is not None:
            self._later.append(self._batch.pop(0))

    def undo(self, uid: str) -> None:
        """Take back the last answer of this session, whole; its cluster comes again.

        Parameters
        ----------
        uid
            Of the answer: said twice, or of an earlier answer, it takes back nothing more.
        """
        if uid != next(reversed(self._decided), None):
            return
        self._desk.undo(uid, actor=self.reviewer)
        self._batch.insert(0, self._decided.pop(uid))
        self._n_left += 1
        self._n_drawn = max(self._n_drawn, len(self._batch))

    def _shown(self, cluster_id: str) -> UnsureCluster | None:
        is_shown = self._batch and self._batch[0].cluster_id == cluster_id
        return self._batch[0] if is_shown else None

    def _take_out(self, cluster_id: str) -> UnsureCluster | None:
        """Take a cluster out of the batch, wherever it stands in it."""
        for place, one in enumerate(self._batch):
            if one.cluster_id == cluster_id:
                self._n_left -= 1
                return self._batch.pop(place)
        return None


def _no_clusters() -> list[UnsureCluster]:
    return []


def _no_answers() -> dict[str, UnsureCluster]:
    return {}


def _show(cluster: UnsureCluster) -> ShownCluster:
    vetoes = cluster.pairs["vetoes"].explode().drop_nulls().unique(maintain_order=True)
    return ShownCluster(
        cluster_id=cluster.cluster_id,
        citation_ids=tuple(cluster.citations["citation_id"].to_list()),
        fields=tuple(compare_side_by_side(cluster.citations)),
        probability=cluster.probability,
        reasons=tuple(str(one) for one in vetoes),
    )
