"""Tag: suggests, for included reports, which factors a text says hinder or help, and where.

Codebooks are data, rules come before learning (with no labelled reports they do best), and every
suggestion carries its sentence, its phrase and its reason.
"""

from __future__ import annotations

from pipeline.tag.agreement import measure_agreement
from pipeline.tag.codebook import DOES_NOT_FIT, Codebook, read_codebook
from pipeline.tag.codebooks import CODEBOOKS
from pipeline.tag.evidence_map import map_evidence
from pipeline.tag.suggesting import TagSuggestions, suggest_tags

__all__ = [
    "CODEBOOKS",
    "DOES_NOT_FIT",
    "Codebook",
    "TagSuggestions",
    "map_evidence",
    "measure_agreement",
    "read_codebook",
    "suggest_tags",
]
