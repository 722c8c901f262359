"""What most tests need of a run: everything up to the queue, without drawing the report."""

from __future__ import annotations

__all__ = ["prepare"]


def prepare(review):
    """Read what is new, deduplicate and rank."""
    review.ingest()
    review.dedupe()
    review.rank()
