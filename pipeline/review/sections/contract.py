"""What a section of the report is made by, and a file that lies beside the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.report import ReportSection
from pipeline.review.snapshot import Snapshot

__all__ = ["FileBuilder", "ReportFile", "SectionBuilder"]


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file of ``reports/``.

    Parameters
    ----------
    name
        Where it lies, relative to ``reports/``, with ``/`` between folders.
    data
        What it holds.
    """

    name: str
    data: bytes


SectionBuilder: TypeAlias = Callable[[Snapshot], ReportSection]
FileBuilder: TypeAlias = Callable[[Snapshot], Iterable[ReportFile]]
