"""Screening: citations and decisions → a reading order, scores, outcomes.

Nothing here stops a screening or overwrites what a person decided; it orders, explains and counts.
"""

from __future__ import annotations

from pipeline.screen.balancers import BALANCERS
from pipeline.screen.classifiers import CLASSIFIERS
from pipeline.screen.explanation import (
    Explainer,
    Explanation,
    SimilarCitation,
    TermEffect,
    explain_ranking,
)
from pipeline.screen.features import FEATURE_EXTRACTORS
from pipeline.screen.hard_to_rank import GroupPlace, find_hard_to_rank
from pipeline.screen.metrics import ScreeningMetrics, recall_curve, screening_metrics
from pipeline.screen.models import DEFAULT_MODEL, MODELS
from pipeline.screen.outcomes import fold_outcomes, fold_words
from pipeline.screen.query_strategies import QUERY_STRATEGIES
from pipeline.screen.ranker import Ranker, RelevanceBoundary, rank_citations
from pipeline.screen.schedules import SCHEDULES
from pipeline.screen.second_look import SecondLook, take_second_look
from pipeline.screen.simulation import (
    Dataset,
    Simulation,
    SimulationStep,
    draw_priors,
    measure_order,
    simulate_dataset,
)
from pipeline.screen.words import find_standing_words

__all__ = [
    "BALANCERS",
    "CLASSIFIERS",
    "DEFAULT_MODEL",
    "FEATURE_EXTRACTORS",
    "MODELS",
    "QUERY_STRATEGIES",
    "SCHEDULES",
    "Dataset",
    "Explainer",
    "Explanation",
    "GroupPlace",
    "Ranker",
    "RelevanceBoundary",
    "ScreeningMetrics",
    "SecondLook",
    "SimilarCitation",
    "Simulation",
    "SimulationStep",
    "TermEffect",
    "draw_priors",
    "explain_ranking",
    "find_hard_to_rank",
    "find_standing_words",
    "fold_outcomes",
    "fold_words",
    "measure_order",
    "rank_citations",
    "recall_curve",
    "screening_metrics",
    "simulate_dataset",
    "take_second_look",
]
