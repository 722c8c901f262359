"""The evidence map: what the included reports mention, as suggested by the codebook's cues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection, write_safe_csv
from pipeline.review.coding.exporting import SUGGESTED_MAP
from pipeline.review.sections.contract import ReportFile
from pipeline.review.tagging import load_codebook
from pipeline.tag import map_evidence
from pipeline.tag.picture import draw_evidence_map, draw_evidence_map_png

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas import EvidenceCell

__all__ = ["build_evidence_map", "write_map_picture", "write_suggested_tags"]


def build_evidence_map(snapshot: Snapshot) -> ReportSection:
    """Show how many studies mention each factor, by level and direction."""
    cells = _cells(snapshot)
    return ReportSection(
        anchor="evidence-map",
        heading="Evidence map",
        text=(
            "What the abstracts of included reports mention, by domain, level and direction. "
            "These are suggestions from the codebook's cues, not confirmed by a person; counts are "
            "of studies and say nothing about importance."
        ),
        table=_tabulate(cells),
        picture=draw_evidence_map(
            cells, codebook=load_codebook(snapshot.workspace), title=SUGGESTED_MAP
        ),
        picture_file="evidence_map.svg",
    )


def write_map_picture(snapshot: Snapshot) -> Iterator[ReportFile]:
    """Give the map as PNG too, for slides; the report itself holds the SVG."""
    if snapshot.suggestions.tags.height:
        codebook = load_codebook(snapshot.workspace)
        picture = draw_evidence_map_png(_cells(snapshot), codebook=codebook, title=SUGGESTED_MAP)
        yield ReportFile("evidence_map.png", picture)


def write_suggested_tags(snapshot: Snapshot) -> Iterator[ReportFile]:
    """Give the suggested tags as a table."""
    yield ReportFile("suggested_tags.csv", write_safe_csv(snapshot.suggestions.tags).encode())


def _tabulate(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells that hold something, with the headings that readers see."""
    return cells.filter(pl.col("n_studies") > 0).select(
        Domain="domain",
        Level="level",
        Direction="polarity",
        Studies="n_studies",
        Which=pl.col("study_ids").list.join(", "),
    )


def _cells(snapshot: Snapshot) -> dy.DataFrame[EvidenceCell]:
    studies = snapshot.evidence.study_links.rename({"report_id": "record_id"})
    codebook = load_codebook(snapshot.workspace)
    return map_evidence(snapshot.suggestions.tags, codebook=codebook, studies=studies)
