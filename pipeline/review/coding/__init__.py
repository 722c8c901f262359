"""Coding: from suggested to confirmed tags, by one coder or by two who work blind."""

from __future__ import annotations

from pipeline.review.coding.desk import CodingDesk
from pipeline.review.coding.exporting import CODING_FORMATS
from pipeline.review.coding.given import GivenTag, read_tags_table
from pipeline.review.coding.reconciling import Settlement, read_settlements_table
from pipeline.review.coding.revising import read_change_file
from pipeline.review.coding.snapshot import CodingSnapshot
from pipeline.review.coding.synthesis import read_findings_file

__all__ = [
    "CODING_FORMATS",
    "CodingDesk",
    "CodingSnapshot",
    "GivenTag",
    "Settlement",
    "read_change_file",
    "read_findings_file",
    "read_settlements_table",
    "read_tags_table",
]
