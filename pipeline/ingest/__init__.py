"""Exports in, records out: nothing is lost, what cannot be read is a rejected row."""

from pipeline.ingest.archives import unpack_export
from pipeline.ingest.changes import find_changes
from pipeline.ingest.identity import Ingested, identify_entries, merge_records
from pipeline.ingest.parsing import ParsedExport, parse_export
from pipeline.ingest.recognise import standard_database_name, standard_platform_name
from pipeline.ingest.repair import repair_entry
from pipeline.ingest.retractions import find_retraction_marks
from pipeline.ingest.vanished import find_vanished

__all__ = [
    "Ingested",
    "ParsedExport",
    "find_changes",
    "find_retraction_marks",
    "find_vanished",
    "identify_entries",
    "merge_records",
    "parse_export",
    "repair_entry",
    "standard_database_name",
    "standard_platform_name",
    "unpack_export",
]
