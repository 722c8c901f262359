"""The façade over a review's folder: `Review`."""

from pipeline.review.decisions import GivenDecision, TakenDecisions
from pipeline.review.decisions_table import is_decisions_table, read_decisions_table
from pipeline.review.entries import IngestedFile
from pipeline.review.exports import parse_file
from pipeline.review.foreign.taking import ForeignDecisions, ForeignFile
from pipeline.review.review import Review
from pipeline.review.searches import AddedSearch, SearchDetails
from pipeline.review.snapshot import Snapshot
from pipeline.review.status import ReviewStatus
from pipeline.review.verification import Finding

__all__ = [
    "AddedSearch",
    "Finding",
    "ForeignDecisions",
    "ForeignFile",
    "GivenDecision",
    "IngestedFile",
    "Review",
    "ReviewStatus",
    "SearchDetails",
    "Snapshot",
    "TakenDecisions",
    "is_decisions_table",
    "parse_file",
    "read_decisions_table",
]
