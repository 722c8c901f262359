"""Exports in, records out: nothing is lost, what cannot be read is a rejected row."""

from pipeline.ingest.identity import Ingested, identify_entries, merge_records
from pipeline.ingest.parsing import ParsedExport, parse_export
from pipeline.ingest.recognise import standard_database_name, standard_platform_name

__all__ = [
    "Ingested",
    "ParsedExport",
    "identify_entries",
    "merge_records",
    "parse_export",
    "standard_database_name",
    "standard_platform_name",
]
