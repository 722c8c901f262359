"""The desk for duplicates: what the command line, the notebook and the flows may do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.review.desk import Desk
from pipeline.review.duplicates.auditing import MergeAudit, draw_audit, read_audit
from pipeline.review.duplicates.history import list_changes, list_moves
from pipeline.review.duplicates.refusing import allow_relation, list_refused, refuse_relation
from pipeline.review.duplicates.relating import list_related
from pipeline.review.duplicates.unsure import (
    UnsureCluster,
    answer_cluster,
    list_unsure_clusters,
    undo_answer,
    undo_last_answer,
)
from pipeline.review.increments import is_whole_comparison_due
from pipeline.review.sharding import plan_comparison
from pipeline.review.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.review.sharding import ComparisonPlan
    from pipeline.schemas.deduplication import (
        CitationMove,
        RecordChange,
        RefusedRelation,
        RelatedPair,
    )

__all__ = ["DuplicatesDesk"]


class DuplicatesDesk(Desk):
    """Unsure clusters, moves, changes, relations and the audit of one review."""

    def unsure_clusters(self) -> list[UnsureCluster]:
        """Return what a person has to decide, the likeliest first."""
        return list_unsure_clusters(Snapshot(self.workspace))

    def answer(
        self,
        cluster_id: str,
        groups: Sequence[Sequence[str]],
        *,
        actor: str,
        uid: str | None = None,
    ) -> int:
        """Say which citations of a cluster are one publication; it holds from the next run on."""
        return answer_cluster(
            self.workspace, cluster_id, groups, actor=actor, now=self.clock(), uid=uid
        )

    def undo(self, uid: str, *, actor: str) -> int:
        """Take back the answer of this key, whole."""
        return undo_answer(self.workspace, uid, actor=actor, now=self.clock())

    def undo_last(self, *, actor: str) -> int:
        """Take back one's last answer, whole."""
        return undo_last_answer(self.workspace, actor=actor, now=self.clock())

    def moves(self) -> dy.DataFrame[CitationMove]:
        """Return the records that the last deduplication took to another citation."""
        return list_moves(Snapshot(self.workspace))

    def changes(self) -> dy.DataFrame[RecordChange]:
        """Return what later exports say differently about known records."""
        return list_changes(Snapshot(self.workspace))

    def related(self) -> dy.DataFrame[RelatedPair]:
        """Return the citations that seem to belong to one study: suggestions, counted nowhere."""
        return list_related(Snapshot(self.workspace))

    def refuse_relation(self, one: str, other: str, *, actor: str, note: str | None = None) -> None:
        """Say that two citations are not of one study; it is not suggested again."""
        suggested, pair = self.related(), (one, other)
        refuse_relation(self.workspace, suggested, pair, note=note, actor=actor, now=self.clock())

    def allow_relation(self, one: str, other: str, *, actor: str) -> None:
        """Take a refusal back: the relation may be suggested again."""
        allow_relation(self.workspace, (one, other), actor=actor, now=self.clock())

    def refused(self) -> dy.DataFrame[RefusedRelation]:
        """Return the suggestions that people have refused."""
        return list_refused(Snapshot(self.workspace))

    def plan_comparison(self, *, n_shards: int) -> ComparisonPlan | None:
        """Plan the comparison of all records in shards; None where only what is new is compared."""
        if not is_whole_comparison_due(self.workspace):
            return None
        return plan_comparison(self.workspace, n_shards=n_shards)

    def draw_audit(self, n: int, *, seed: int, actor: str) -> MergeAudit:
        """Draw a random sample of automatic merges for a person to judge."""
        return draw_audit(self.workspace, n, seed=seed, actor=actor, now=self.clock())

    def audit(self) -> MergeAudit | None:
        """Return the audit in force, or None before the first."""
        return read_audit(Snapshot(self.workspace))
