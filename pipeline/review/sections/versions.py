"""The living review: the flow of the base, of each update, and of all as one (PRISMA-LSR)."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from pipeline.events import VersionPublished
from pipeline.report import FlowCounts, ReportSection, VersionCounts, count_flow, describe_versions

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_versions"]


def build_versions(snapshot: Snapshot) -> ReportSection:
    """Put the versions side by side; empty before the first one is published."""
    published = snapshot.workspace.ledger.read(VersionPublished)
    versions = [
        VersionCounts(one.event.name, FlowCounts.from_json(json.loads(one.event.counts)))
        for one in published
        if isinstance(one.event, VersionPublished)
    ]
    if not versions:
        return ReportSection(anchor="versions", heading="Search and selection across versions")
    if snapshot.counts.to_json() != versions[-1].counts.to_json():
        versions.append(VersionCounts("next", snapshot.counts, heading="Since then"))
    whole = count_flow(snapshot.whole_flow)
    versions.append(VersionCounts("all", whole, heading="All as one review"))
    days = ", ".join(
        f"{one.event.name} on {one.at.date().isoformat()}"
        for one in published
        if isinstance(one.event, VersionPublished)
    )
    said = (
        f"Published: version {days}. The numbers of a published version are frozen; each update "
        "counts what is new beside what was known, the last column counts everything from the "
        "first search on. [To be written: what triggered this version, and until when the review "
        "is to be kept up to date.]"
    )
    return dataclasses.replace(describe_versions(versions), text=said)
