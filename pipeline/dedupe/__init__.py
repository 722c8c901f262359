"""Records to duplicate clusters: normalise, block, compare, judge, veto, cluster.

`deduplicate` runs the stage and `build_citations` makes citations of its clusters; every step is a
file of its own and can be used by itself.
"""

from __future__ import annotations

from pipeline.dedupe.blocking import (
    BLOCKING_RULES,
    blocking_keys,
    candidate_pairs,
    unite_pairs,
)
from pipeline.dedupe.citations import Citations, build_citations, membership_hash
from pipeline.dedupe.differences import Span, mark_differences
from pipeline.dedupe.explain import ComparedRecord, Explanation, explain_record
from pipeline.dedupe.increment import (
    Increment,
    MovedRecord,
    RecordIndex,
    deduplicate_increment,
    hash_content,
    index_records,
)
from pipeline.dedupe.judge import RULES, PairModel
from pipeline.dedupe.model import TreeModel, dump_model, load_model, shipped_model
from pipeline.dedupe.moves import find_moves, keep_citation_ids
from pipeline.dedupe.normalise import normalise
from pipeline.dedupe.policies import RelationPolicies
from pipeline.dedupe.relations import RELATED, find_related
from pipeline.dedupe.score import DuplicateScore, score_clusters
from pipeline.dedupe.stage import SAME_ABOVE, UNSURE_ABOVE, Deduplicated, deduplicate, judge_pairs
from pipeline.dedupe.tables import read_records_table
from pipeline.dedupe.vetoes import VETOES

__all__ = [
    "BLOCKING_RULES",
    "RELATED",
    "RULES",
    "SAME_ABOVE",
    "UNSURE_ABOVE",
    "VETOES",
    "Citations",
    "ComparedRecord",
    "Deduplicated",
    "DuplicateScore",
    "Explanation",
    "Increment",
    "MovedRecord",
    "PairModel",
    "RecordIndex",
    "RelationPolicies",
    "Span",
    "TreeModel",
    "blocking_keys",
    "build_citations",
    "candidate_pairs",
    "deduplicate",
    "deduplicate_increment",
    "dump_model",
    "explain_record",
    "find_moves",
    "find_related",
    "hash_content",
    "index_records",
    "judge_pairs",
    "keep_citation_ids",
    "load_model",
    "mark_differences",
    "membership_hash",
    "normalise",
    "read_records_table",
    "score_clusters",
    "shipped_model",
    "unite_pairs",
]
