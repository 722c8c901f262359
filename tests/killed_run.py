"""A run of a review that says where it stands: the program that tests of faults kill."""

from __future__ import annotations

from pathlib import Path

import matplotlib.backends.backend_svg
import matplotlib.figure  # noqa: F401 - a report imports it when it draws
from forking import tell

from pipeline.review import Review

__all__ = ["BOUNDARIES", "main"]

BOUNDARIES = ("ready", "ingest", "dedupe", "rank", "tag", "report", "run")


def main(path):
    """Run the stages, each followed by a word."""
    with Review.open(Path(path)) as review, review.alone():
        tell("ready")
        for stage in (review.ingest, review.dedupe, review.rank, review.tag, review.report):
            stage()
            tell(stage.__name__)
        review.record_run(runner="none")
        tell("run")
