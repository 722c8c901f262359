"""Score a clustering against the truth, record by record.

As Hair et al. 2023 (doi 10.1186/s12915-023-01686-z) count: of a true cluster of k records, k − 1
are to be removed. A removed record is a false positive when no member of its true cluster is kept,
because that publication is then lost to the review; a duplicate that stays is a false negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Cluster

__all__ = ["DuplicateScore", "score_clusters"]


@dataclass(frozen=True, slots=True)
class DuplicateScore:
    """Records rightly removed, wrongly removed and wrongly kept."""

    n_true_positives: int
    n_false_positives: int
    n_false_negatives: int

    @property
    def precision(self) -> float:
        """The share of removals that lost nothing; 1 where nothing was removed."""
        return _share(self.n_true_positives, self.n_false_positives)

    @property
    def recall(self) -> float:
        """The share of duplicates that were removed; 1 where there are none."""
        return _share(self.n_true_positives, self.n_false_negatives)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        errors = self.n_false_positives + self.n_false_negatives
        return _share(2 * self.n_true_positives, errors)

    def __add__(self, other: DuplicateScore) -> DuplicateScore:
        return DuplicateScore(
            self.n_true_positives + other.n_true_positives,
            self.n_false_positives + other.n_false_positives,
            self.n_false_negatives + other.n_false_negatives,
        )


def score_clusters(clusters: dy.DataFrame[Cluster], truth: dy.DataFrame[Cluster]) -> DuplicateScore:
    """Return how a clustering does against the true one, over the records both name.

    >>> found = pl.DataFrame({"record_id": ["a", "b", "c"], "citation_id": ["a", "a", "c"]})
    >>> true = pl.DataFrame({"record_id": ["a", "b", "c"], "citation_id": ["a", "b", "c"]})
    >>> score_clusters(found, true)
    DuplicateScore(n_true_positives=0, n_false_positives=1, n_false_negatives=0)
    """
    both = clusters.join(truth.rename({"citation_id": "true_id"}), on="record_id")
    # The smallest record of a found cluster is the one kept.
    is_kept = pl.col("record_id") == pl.col("record_id").min().over("citation_id")
    by_truth = (
        both.with_columns(is_kept=is_kept)
        .group_by("true_id")
        .agg(n_kept=pl.col("is_kept").sum(), n_records=pl.len())
    )
    n_duplicates = int(by_truth.select((pl.col("n_records").cast(pl.Int64) - 1).sum()).item())
    surplus = pl.col("n_kept").cast(pl.Int64) - 1
    n_lost = by_truth.filter(pl.col("n_kept") == 0).height
    n_stayed = int(by_truth.select(surplus.clip(0).sum()).item())
    return DuplicateScore(n_duplicates - n_stayed, n_lost, n_stayed)


def _share(n_right: int, n_wrong: int) -> float:
    return n_right / (n_right + n_wrong) if n_right + n_wrong else 1.0
