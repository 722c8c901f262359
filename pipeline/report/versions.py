"""Living reviews: the results of search and selection, version by version.

PRISMA-LSR (Akl et al. 2024, doi 10.1136/bmj-2024-079183) asks for the flow across versions. Of the
layouts in use (Kahale et al. 2022) this is the one that hides nothing: the base version and each
update side by side, and all of them as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.boxes import BOXES
from pipeline.report.sections import ReportSection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.counts import FlowCounts

__all__ = ["VersionCounts", "describe_versions"]


@dataclass(frozen=True, slots=True)
class VersionCounts:
    """What one version counted, under its name: the base, an update, or all as one.

    ``heading`` stands over its column instead of "Version NAME".
    """

    name: str
    counts: FlowCounts
    heading: str = ""


def describe_versions(versions: Sequence[VersionCounts]) -> ReportSection:
    """Return the flow of several versions side by side as a part of the report.

    Parameters
    ----------
    versions
        In their order, each with a name of its own; usually the base, the updates, and last the
        flow of the whole.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> counts = count_flow(FlowRow.create_empty())
    >>> section = describe_versions([VersionCounts("1", counts), VersionCounts("all", counts)])
    >>> section.table.columns
    ['Box', 'Version 1', 'Version all']
    """
    counted = [key for key in BOXES if any(version.counts.n(key) for version in versions)]
    columns = {
        version.heading or f"Version {version.name}": [version.counts.n(key) for key in counted]
        for version in versions
    }
    table = pl.DataFrame(
        {"Box": [BOXES[key].name for key in counted], **columns},
        schema={"Box": pl.String, **dict.fromkeys(columns, pl.Int64)},
    )
    return ReportSection(
        anchor="versions", heading="Search and selection across versions", table=table
    )
