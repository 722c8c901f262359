"""The evidence map: what the included reports mention, as suggested by the codebook's cues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection, write_safe_csv
from pipeline.review.sections.contract import ReportFile
from pipeline.review.tagging import load_codebook, suggest_for_included
from pipeline.tag import map_evidence
from pipeline.tag.picture import draw_evidence_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas import EvidenceCell

__all__ = ["build_evidence_map", "draw_map_files"]


def build_evidence_map(snapshot: Snapshot) -> ReportSection:
    """Show how many studies mention each factor, by level and direction."""
    cells = _cells(snapshot)
    table = cells.filter(pl.col("n_studies") > 0)
    lists = [name for name, dtype in table.schema.items() if dtype == pl.List(pl.String)]
    return ReportSection(
        anchor="evidence-map",
        heading="Evidence map",
        text=(
            "What the abstracts of included reports mention, by domain, level and direction. "
            "These are suggestions from the codebook's cues, not confirmed by a person; counts are "
            "of studies and say nothing about importance."
        ),
        table=table.with_columns(pl.col(lists).list.join(", ")),
        picture=_picture(snapshot, cells),
    )


def draw_map_files(snapshot: Snapshot) -> Iterator[ReportFile]:
    """Give the evidence map as a picture, and the suggested tags as a table."""
    yield ReportFile("evidence_map.svg", _picture(snapshot, _cells(snapshot)).encode())
    tags = suggest_for_included(snapshot.workspace).tags
    yield ReportFile("suggested_tags.csv", write_safe_csv(tags).encode())


def _cells(snapshot: Snapshot) -> dy.DataFrame[EvidenceCell]:
    tags = suggest_for_included(snapshot.workspace).tags
    studies = snapshot.evidence.study_links.rename({"report_id": "record_id"})
    return map_evidence(tags, codebook=load_codebook(snapshot.workspace), studies=studies)


def _picture(snapshot: Snapshot, cells: dy.DataFrame[EvidenceCell]) -> str:
    return draw_evidence_map(cells, codebook=load_codebook(snapshot.workspace))
