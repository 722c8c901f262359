"""Records to duplicate clusters: normalise, block, compare, judge, veto, cluster.

`deduplicate` runs the stage and `build_citations` makes citations of its clusters; every step is a
file of its own and can be used by itself.
"""

from __future__ import annotations

from pipeline.dedupe.blocking import BLOCKING_RULES
from pipeline.dedupe.citations import Citations, build_citations, membership_hash
from pipeline.dedupe.explain import ComparedRecord, Explanation, explain_record
from pipeline.dedupe.normalise import normalise
from pipeline.dedupe.stage import Deduplicated, deduplicate
from pipeline.dedupe.tables import read_records_table

__all__ = [
    "BLOCKING_RULES",
    "Citations",
    "ComparedRecord",
    "Deduplicated",
    "Explanation",
    "build_citations",
    "deduplicate",
    "explain_record",
    "membership_hash",
    "normalise",
    "read_records_table",
]
