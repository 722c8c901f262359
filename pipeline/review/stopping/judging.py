"""A check that has been read becomes an event: a certificate, or a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import NotReadyError
from pipeline.events import CheckFailed, StoppingCertified
from pipeline.screen.stopping import Claim, judge_look, supported_recall

if TYPE_CHECKING:
    from pipeline.review.stopping.standing import Registered, StoppingStanding
    from pipeline.review.stopping.tally import CheckTally

__all__ = ["judge_tally"]


def judge_tally(
    standing: StoppingStanding, check: Registered, tally: CheckTally, *, ledger_hash: str
) -> StoppingCertified | CheckFailed:
    """Judge what a check has come to, with everything that the verdict rests on.

    Parameters
    ----------
    standing
        What stands about the stop; the proposal gives the rule and its reason.
    check
        The sample that was drawn, under its plan.
    tally
        What people said about it.
    ledger_hash
        Of the last event: all that was known.

    Raises
    ------
    NotReadyError
        No sample was drawn.
    """
    plan, sample, proposal = check.plan, check.sample, standing.proposal
    if sample is None:
        raise NotReadyError("no sample was drawn")
    result = judge_look(
        tally.n_found,
        tally.check,
        claim=Claim(plan.recall, plan.confidence),
        look=sample.look,
        error_shares=plan.error_shares,
    )
    fields: dict[str, object] = {
        **plan.model_dump(include={"recall", "confidence", "criteria_version"}),
        **sample.model_dump(include={"plan", "look", "seed", "queue", "n_unread", "n_drawn"}),
        "sample": check.seq,
        "rule": proposal.rule if proposal else "",
        "reason": proposal.reason if proposal else "",
        "n_found": tally.n_found,
        "n_relevant": tally.n_relevant,
        "n_open": tally.n_open,
        "p_value": result.p_value,
        "error_allowed": result.error_spent,
        "error_left": result.error_left,
        "supported_recall": supported_recall(tally.n_found, tally.check, error=result.error_spent),
        "claim": result.sentence,
        "covers": sample.places,
        "ledger_hash": ledger_hash,
    }
    if result.is_certified:
        return StoppingCertified.model_validate(fields)
    return CheckFailed.model_validate({**fields, "found": tally.found})
