"""What the report says besides the flow: one builder a section, over a snapshot of the review.

A builder is a function from a `Snapshot` to a `ReportSection`. It reads nothing but the snapshot,
so that the whole report shows one moment while people go on screening; the same ledger gives the
same section, byte for byte. A section that says nothing is left out. An area of work adds its own
part with one module and one line in `SECTIONS`; files to lie beside the report likewise in `FILES`.
"""

from typing import Final

from pipeline.review.sections.agreement import build_agreement
from pipeline.review.sections.audit_trail import build_audit_trail, write_audit_files
from pipeline.review.sections.coding import build_coding, write_coding_files
from pipeline.review.sections.contract import FileBuilder, ReportFile, SectionBuilder
from pipeline.review.sections.criteria import build_criteria_history
from pipeline.review.sections.deduplication import build_deduplication, build_overlap
from pipeline.review.sections.deviations import build_deviations
from pipeline.review.sections.evidence_map import (
    build_evidence_map,
    write_map_picture,
    write_suggested_tags,
)
from pipeline.review.sections.hard_to_rank import build_hard_to_rank
from pipeline.review.sections.key_publications import build_key_publications
from pipeline.review.sections.known_before import build_retractions, build_vanished
from pipeline.review.sections.methods import gather_method_facts
from pipeline.review.sections.near_misses import build_near_misses
from pipeline.review.sections.open_reports import build_open_reports
from pipeline.review.sections.prisma_s import build_prisma_s, write_search_file
from pipeline.review.sections.progress import build_progress
from pipeline.review.sections.software import name_software
from pipeline.review.sections.stopping import build_stopping
from pipeline.review.sections.versions import build_versions

__all__ = [
    "FILES",
    "SECTIONS",
    "FileBuilder",
    "ReportFile",
    "SectionBuilder",
    "gather_method_facts",
    "name_software",
]

SECTIONS: Final[tuple[SectionBuilder, ...]] = (
    build_versions,
    build_prisma_s,
    build_key_publications,
    build_overlap,
    build_deduplication,
    build_progress,
    build_near_misses,
    build_hard_to_rank,
    build_stopping,
    build_agreement,
    build_criteria_history,
    build_open_reports,
    build_retractions,
    build_vanished,
    build_evidence_map,
    build_coding,
    build_deviations,
    build_audit_trail,
)
"""The sections between the tables of the flow and the rows behind each number, in their order."""

FILES: Final[tuple[FileBuilder, ...]] = (
    write_map_picture,
    write_suggested_tags,
    write_coding_files,
    write_audit_files,
    write_search_file,
)
"""What gives further files of ``reports/``."""
