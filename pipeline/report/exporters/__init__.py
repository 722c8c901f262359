"""Exporters: screened citations in the formats and dialects that other programs read."""

from typing import Final

from pipeline.registry import Registry
from pipeline.report.exporters.bibtex import BIBTEX
from pipeline.report.exporters.contract import (
    Exporter,
    ReviewerDecision,
    ScreenedCitation,
    list_screened,
)
from pipeline.report.exporters.csl import CSL_JSON
from pipeline.report.exporters.delimited import (
    ASREVIEW,
    COVIDENCE,
    CSV,
    RAYYAN,
    make_cell_safe,
)
from pipeline.report.exporters.endnote import ENDNOTE_XML
from pipeline.report.exporters.ris import EPPI, RIS
from pipeline.report.exporters.xlsx import XLSX

__all__ = [
    "EXPORTERS",
    "Exporter",
    "ReviewerDecision",
    "ScreenedCitation",
    "list_screened",
    "make_cell_safe",
]

EXPORTERS: Final[Registry[Exporter]] = Registry(
    "export format",
    [RIS, CSV, BIBTEX, CSL_JSON, ENDNOTE_XML, ASREVIEW, RAYYAN, COVIDENCE, EPPI, XLSX],
)
