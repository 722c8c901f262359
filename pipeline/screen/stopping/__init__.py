"""Stopping rules: when to propose a stop, and what a random check then allows to be claimed.

One rule is one file with one public constant, and one line here. A rule gives advice; only a
certificate makes a claim, and nothing here stops a screening.
"""

from __future__ import annotations

from typing import Final

from pipeline.registry import Registry
from pipeline.screen.stopping.capture import CHAO, estimate_unseen
from pipeline.screen.stopping.certificate import (
    CheckResult,
    draw_check,
    judge_look,
    plan_check,
    plan_mixed_check,
    price_of_certainty,
    price_table,
    supported_recall,
)
from pipeline.screen.stopping.combination import SAFE, all_of, any_of
from pipeline.screen.stopping.contract import (
    Advice,
    Claim,
    ControlSet,
    RandomCheck,
    ScreeningView,
    StoppingRule,
)
from pipeline.screen.stopping.control_set import QBCB, TARGET
from pipeline.screen.stopping.ensemble import ENSEMBLE, count_captures, list_proposals
from pipeline.screen.stopping.habits import CONSECUTIVE_IRRELEVANT, KNEE, SHARE_READ
from pipeline.screen.stopping.hypergeometric import BUSCAR, RANDOM_CHECK, check_p_value
from pipeline.screen.stopping.poisson import POISSON, RecallEstimate, draw_curve, estimate_recall
from pipeline.screen.stopping.replay import StoppingOutcome, certify_after, replay_stopping
from pipeline.screen.stopping.scoring import (
    StoppingScore,
    make_unrankable,
    replay_run,
    scatter_relevant,
    score_stopping,
)
from pipeline.screen.stopping.settings import SafeSettings, StoppingSettings, choose_rule

__all__ = [
    "ENSEMBLE",
    "STOPPING_RULES",
    "Advice",
    "CheckResult",
    "Claim",
    "ControlSet",
    "RandomCheck",
    "RecallEstimate",
    "SafeSettings",
    "ScreeningView",
    "StoppingOutcome",
    "StoppingRule",
    "StoppingScore",
    "StoppingSettings",
    "all_of",
    "any_of",
    "certify_after",
    "check_p_value",
    "choose_rule",
    "count_captures",
    "draw_check",
    "draw_curve",
    "estimate_recall",
    "estimate_unseen",
    "judge_look",
    "list_proposals",
    "make_unrankable",
    "plan_check",
    "plan_mixed_check",
    "price_of_certainty",
    "price_table",
    "replay_run",
    "replay_stopping",
    "scatter_relevant",
    "score_stopping",
    "supported_recall",
]

STOPPING_RULES: Final[Registry[StoppingRule]] = Registry(
    "stopping rule",
    [
        CONSECUTIVE_IRRELEVANT,
        SHARE_READ,
        KNEE,
        TARGET,
        QBCB,
        BUSCAR,
        RANDOM_CHECK,
        CHAO,
        POISSON,
        SAFE,
    ],
)
