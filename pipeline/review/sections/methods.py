"""What the settings and the ledger know about the methods, for the "what we did" paragraph.

Whatever stays empty here becomes a visible blank in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import MethodFacts
from pipeline.review.sections.deviations import say_deviations
from pipeline.review.stopping.covered import certificates_in_force
from pipeline.review.stopping.wording import say_performance, say_stopping
from pipeline.review.team.wording import say_screening_rule
from pipeline.review.workspace import SOFTWARE

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["gather_method_facts"]


def gather_method_facts(snapshot: Snapshot) -> MethodFacts:
    """Say what the settings and the ledger know about the methods."""
    config = snapshot.workspace.config
    screened = snapshot.decisions.filter(pl.col("stage") == "title-abstract")
    certificates = certificates_in_force(snapshot)
    clustering, queue = snapshot.clustering, snapshot.queue_in_force
    if queue is not None and queue.purpose != "screening":
        queue = None  # a pilot or a sample was drawn at random: no model ordered it
    return MethodFacts(
        criteria=tuple(
            text.rstrip(".")
            for text in (
                *config.criteria.inclusion,
                *(f"excluded: {one.text or one.id}" for one in config.criteria.exclusion),
            )
        ),
        criteria_version=config.criteria.version,
        n_reviewers=screened["reviewer"].n_unique() or None,
        screening_rule=say_screening_rule(config.screening),
        deduplication=(
            f"Duplicates were found by fuzzy matching (model {clustering.model_version}); "
            f"{clustering.n_unsure_pairs} pairs in doubt were left for a person, "
            f"{snapshot.judgements.height} were judged"
            if clustering
            else ""
        ),
        ranking=f"{queue.model} (seed {queue.seed}), {SOFTWARE}" if queue else "",
        ranking_input=(
            f"titles and abstracts, the review question, and {queue.n_labelled} decisions"
            if queue
            else ""
        ),
        deviations=say_deviations(snapshot),
        stopping=say_stopping(snapshot, certificates),
        performance=say_performance(certificates),
    )
