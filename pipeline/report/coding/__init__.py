"""What the coded studies come to, for readers: a map as a page, tables, a text to write on."""

from __future__ import annotations

from pipeline.report.coding.evidence import CodingEvidence
from pipeline.report.coding.narrative import write_results_section
from pipeline.report.coding.page import render_map_page
from pipeline.report.coding.tables import (
    tabulate_characteristics,
    tabulate_eviatlas,
    tabulate_extracts,
)

__all__ = [
    "CodingEvidence",
    "render_map_page",
    "tabulate_characteristics",
    "tabulate_eviatlas",
    "tabulate_extracts",
    "write_results_section",
]
