"""Report: from the ledger's frames to counts, diagrams, tables and exports.

`trace_flow` writes one row for each unit counted in a box; everything else reads those rows.
"""

from pipeline.report.boxes import AWAITING_STAGES, BOXES, FLOW_TEMPLATES, Box, Template
from pipeline.report.checking import Difference, compare_counts
from pipeline.report.counts import BoxCount, FlowCounts, NamedCount, count_flow
from pipeline.report.diagram import draw_flow
from pipeline.report.document import ReportDocument, compose_report
from pipeline.report.evidence import FlowEvidence, PreviousVersion
from pipeline.report.exporters import EXPORTERS, ScreenedCitation, list_screened
from pipeline.report.exporters.delimited import write_safe_csv
from pipeline.report.identities import Identity
from pipeline.report.known_items import find_known_items, tabulate_known_items
from pipeline.report.markdown import render_markdown
from pipeline.report.methods import MethodFacts
from pipeline.report.page import render_page, render_report
from pipeline.report.picture import draw_picture
from pipeline.report.prisma_csv import read_prisma_csv, write_prisma_csv
from pipeline.report.sections import Passage, ReportSection, RowFile, list_row_files
from pipeline.report.trace import explain_box, list_sought, trace_flow
from pipeline.report.versions import VersionCounts, describe_versions
from pipeline.report.workbook import Sheet, write_tables, write_workbook

__all__ = [
    "AWAITING_STAGES",
    "BOXES",
    "EXPORTERS",
    "FLOW_TEMPLATES",
    "Box",
    "BoxCount",
    "Difference",
    "FlowCounts",
    "FlowEvidence",
    "Identity",
    "MethodFacts",
    "NamedCount",
    "Passage",
    "PreviousVersion",
    "ReportDocument",
    "ReportSection",
    "RowFile",
    "ScreenedCitation",
    "Sheet",
    "Template",
    "VersionCounts",
    "compare_counts",
    "compose_report",
    "count_flow",
    "describe_versions",
    "draw_flow",
    "draw_picture",
    "explain_box",
    "find_known_items",
    "list_row_files",
    "list_screened",
    "list_sought",
    "read_prisma_csv",
    "render_markdown",
    "render_page",
    "render_report",
    "tabulate_known_items",
    "trace_flow",
    "write_prisma_csv",
    "write_safe_csv",
    "write_tables",
    "write_workbook",
]
