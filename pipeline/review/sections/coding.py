"""Coding: what people confirmed, code by code, with the map, the matrix and the tables beside it.

Suggestions have their own section and are never counted here. The report shows no section before
anybody has coded anything.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report import ReportSection
from pipeline.review.coding.exporting import (
    CODING_FORMATS,
    CONFIRMED_MAP,
    gather_evidence,
    map_extracts,
)
from pipeline.review.coding.snapshot import CodingSnapshot
from pipeline.review.sections.contract import ReportFile
from pipeline.tag.matrix import count_states
from pipeline.tag.picture import draw_evidence_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review.snapshot import Snapshot

__all__ = ["build_coding", "write_coding_files"]

_FOLDER: Final = "coding"
_WRITTEN: Final = {  # what each format is called there; none of them holds the time
    "csv": "extracts",
    "matrix": "matrix",
    "studies": "studies",
    "eviatlas": "eviatlas",
    "map-svg": "map",
    "map-png": "map",
    "markdown": "results",
    "qdc": "codebook",
}


def build_coding(snapshot: Snapshot) -> ReportSection:
    """Show how many studies say what about each code, as confirmed by people."""
    coding = CodingSnapshot(snapshot)
    if coding.tags.is_empty() and coding.coverage.is_empty():
        return ReportSection(anchor="coding", heading="Coding")
    labels = gather_evidence(coding).labels
    counted = count_states(coding.matrix).with_columns(pl.col("code").replace(labels))
    cells = map_extracts(coding, coding.confirmed.extracts)
    return ReportSection(
        anchor="coding",
        heading="Coding by barrier and facilitator",
        text=_summary(coding),
        table=counted,
        picture=draw_evidence_map(
            cells, codebook=coding.codebook, title=CONFIRMED_MAP, name="coded-map"
        ),
    )


def _summary(coding: CodingSnapshot) -> str:
    extracts, n_open = coding.confirmed.extracts, coding.confirmed.disagreements.height
    evidence = gather_evidence(coding)
    n_studies = extracts["study_id"].n_unique()
    blind = ", two coders a text, blind to one another" if coding.n_coders > 1 else ""
    waiting = f" {n_open} tags wait for reconciliation." if n_open else ""
    queue = coding.code_changes.filter("is_open").height
    again = f" {queue} tags wait to be coded again after a change of codes." if queue else ""
    read = ", ".join(f"{n} {source}s" for source, n in evidence.n_texts.items()) or "no text"
    return (
        f"{extracts.height} tags in {n_studies} of {evidence.studies.height} studies, confirmed "
        f"by people{blind}; {read} read to the end.{waiting}{again}\n\n"
        "The table counts studies by what they say about each code; a code stands for what hangs "
        f"below it, too. {evidence.caveat} The studies and quotations behind each number are in "
        "evidence_map.html, the matrix and the tables in the folder coding."
    )


def write_coding_files(snapshot: Snapshot) -> Iterator[ReportFile]:
    """Give the map as an interactive page and, once there are confirmed tags, their tables."""
    coding = CodingSnapshot(snapshot)
    now = snapshot.workspace.ledger.head().at
    page = CODING_FORMATS["map"]
    yield ReportFile("evidence_map.html", page.write(coding, _moment(now)))
    if coding.confirmed.extracts.is_empty():
        return
    for name, stem in _WRITTEN.items():
        one = CODING_FORMATS[name]
        yield ReportFile(f"{_FOLDER}/{stem}{one.suffix}", one.write(coding, _moment(now)))


def _moment(at: str) -> dt.datetime:
    return dt.datetime.fromisoformat(at) if at else dt.datetime.min.replace(tzinfo=dt.UTC)
