"""How near the end is: what the rule says, an estimate of recall, and what a claim would cost.

All of it is advice. Nothing here stops a screening, and an estimate is called one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.review.stopping.captures import see_captures
from pipeline.review.stopping.covered import certificates_in_force, list_uncovered
from pipeline.review.stopping.drawing import check_in_force
from pipeline.review.stopping.random_phase import list_phase, list_phase_to_read, see_control
from pipeline.review.stopping.second_look import see_reviewer_error
from pipeline.review.stopping.tally import list_judged, tally_check
from pipeline.review.stopping.void import why_certificate_is_void
from pipeline.schemas import CheckPlace
from pipeline.screen.stopping import (
    ENSEMBLE,
    STOPPING_RULES,
    ScreeningView,
    choose_rule,
    draw_curve,
    estimate_recall,
    price_table,
)

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot
    from pipeline.review.stopping.second_look import ReviewerError
    from pipeline.screen.stopping import Advice, RecallEstimate, StoppingRule

__all__ = ["StoppingOutlook", "proposing_rule", "say_prices", "see_outlook", "view_screening"]

_EXPECTED: Final = (10, 20, 40, 81, 150, 300, 600)  # includes, where nothing says how many
_SAID: Final = (40, 300)  # of those, the ones that the card names
_RECALLS: Final = (0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class StoppingOutlook:
    """What can be said about stopping now.

    Parameters
    ----------
    n_records
        Citations to screen that no certificate in force speaks of.
    n_read, n_found
        How many of them somebody has decided on, and how many are included.
    rule, promise, says
        What proposes a stop, and what that is worth.
    advice
        What it says now.
    estimate
        An estimate of recall; None while there are too few finds.
    prices
        ``n_found, recall, share, n_records``: what claims would cost from here.
    reviewer_error
        What second looks say about wrong exclusions; None where nobody looked twice.
    certificates
        One sentence each: what is claimed, or why it no longer is.
    step
        Where the stop stands, and the next thing to do, in one sentence.
    """

    n_records: int
    n_read: int
    n_found: int
    rule: str
    promise: str
    says: str
    advice: Advice
    estimate: RecallEstimate | None
    curve: pl.DataFrame
    prices: pl.DataFrame
    reviewer_error: ReviewerError | None
    certificates: tuple[str, ...]
    step: str


def see_outlook(snapshot: Snapshot, *, rule: StoppingRule | None = None) -> StoppingOutlook:
    """Say how near the end is; ``rule`` instead of the one that the review declares."""
    asked, settings = rule or proposing_rule(snapshot), snapshot.workspace.config.stopping
    view = view_screening(snapshot, rule=asked)
    advice = asked.judge(view, settings.claim)
    return StoppingOutlook(
        n_records=view.n_records,
        n_read=view.n_read,
        n_found=view.n_found,
        rule=asked.name,
        promise=asked.promise,
        says=asked.says,
        advice=advice,
        estimate=estimate_recall(view),
        curve=draw_curve(view),
        prices=_prices(snapshot, view),
        reviewer_error=see_reviewer_error(snapshot),
        certificates=tuple(_say_certificates(snapshot)),
        step=_next_step(snapshot, advice, asked),
    )


def proposing_rule(snapshot: Snapshot) -> StoppingRule:
    """Return the rule that the review declares, with its thresholds."""
    config = snapshot.workspace.config
    return choose_rule(config.screening.stopping, STOPPING_RULES, safe=config.stopping.safe)


def say_prices(snapshot: Snapshot) -> str:
    """Say what claims of recall cost from here, in one sentence for the card."""
    prices = _prices(snapshot, view_screening(snapshot))
    if prices["n_found"].n_unique() > 1:  # nothing says how many includes to expect
        prices = prices.filter(pl.col("n_found").is_in(_SAID))
    said = [
        f"with {n_found} includes "
        + ", ".join(f"{share:.0%} for {recall:.0%} recall" for recall, share in costs.iter_rows())
        for (n_found,), some in prices.group_by("n_found", maintain_order=True)
        for costs in [some.select("recall", "share")]
    ]
    confidence = snapshot.workspace.config.stopping.confidence
    return f"Share of the unread that a claim at {confidence:.0%} confidence costs: " + "; ".join(
        said
    )


def view_screening(snapshot: Snapshot, *, rule: StoppingRule | None = None) -> ScreeningView:
    """Return what a rule may see: labels in the order of reading, and what was set in advance.

    Citations that a random check or phase showed to be irrelevant are left out, as if they were not
    in the review: they were not read in order, and would pass for a long dry run. What was found
    among them stays in, where it was found. What rankers list is worked out for a rule that asks.
    """
    population = list_uncovered(snapshot).select("citation_id")
    judged = list_judged(snapshot).join(population, on="citation_id", how="semi")
    included = snapshot.labels.filter("is_relevant").select("citation_id", is_found=pl.lit(True))
    read = judged.join(included, on="citation_id", how="left").sort("first")
    is_found = pl.col("is_found").fill_null(value=False)
    drawn = _drawn(snapshot)
    in_order = read.filter(is_found | ~pl.col("citation_id").is_in(drawn.implode()))
    return ScreeningView(
        n_records=population.height - (read.height - in_order.height),
        labels=in_order.select(is_found)["is_found"].to_numpy(),
        control=see_control(snapshot),
        n_key_papers_missing=_n_missing(snapshot),
        captures=see_captures(snapshot) if rule is not None and rule.needs_captures else (),
        n_learners=len(ENSEMBLE),
    )


def _drawn(snapshot: Snapshot) -> pl.Series:
    """Return the citations that any random check or phase has drawn."""
    homes = snapshot.clusters.select(citation_id="record_id", now="citation_id")
    found = [
        snapshot.workspace.frames.get(sample.places, CheckPlace)
        .filter(pl.col("role") == "drawn")
        .join(homes, on="citation_id")["now"]
        for sample in snapshot.stopping.samples
    ]
    return pl.concat([*found, list_phase(snapshot)["citation_id"].alias("now")])


def _n_missing(snapshot: Snapshot) -> int:
    """Count the key publications of the protocol that have not been included yet."""
    included = snapshot.labels.filter("is_relevant")["citation_id"]
    return snapshot.known_items.filter(
        pl.col("citation_ids").list.set_intersection(included.to_list()).list.len() == 0
    ).height


def _prices(snapshot: Snapshot, view: ScreeningView) -> pl.DataFrame:
    settings = snapshot.workspace.config.stopping
    likely = settings.expected_includes or view.n_found
    expected = (max(likely, view.n_found),) if likely else _EXPECTED
    return price_table(
        found=expected,
        recalls=sorted({*_RECALLS, settings.recall}),
        confidence=settings.confidence,
        n_unread=view.n_records - view.n_read,
    )


def _say_certificates(snapshot: Snapshot) -> list[str]:
    said = []
    for given in snapshot.stopping.certificates:
        void = why_certificate_is_void(snapshot, given)
        said.append(f"void, {void}" if void else given.event.claim)
    return said


def _next_step(snapshot: Snapshot, advice: Advice, rule: StoppingRule) -> str:
    if check_in_force(snapshot):
        return _check_step(snapshot)
    standing, n_to_read = snapshot.stopping, list_phase_to_read(snapshot).height
    steps = [
        (n_to_read > 0, f"a random phase is open: {n_to_read} of its citations are to be read"),
        (
            bool(certificates_in_force(snapshot)) and list_uncovered(snapshot).is_empty(),
            "stopped under a certificate; nothing that it does not cover is left to screen",
        ),
        (
            standing.is_spent,
            "every planned look was used and no error is left: read on to the end",
        ),
        (
            standing.proposal is not None,
            "a stop was proposed: draw the check with `thresher stop REVIEW --check`",
        ),
        (
            advice.may_stop,
            "the rule would stop here: propose it with `thresher stop REVIEW --propose`",
        ),
        (
            rule.needs_control and see_control(snapshot).n_drawn == 0,
            f"{rule.name} needs a random phase: `thresher stop REVIEW --random-phase N` draws one",
        ),
    ]
    return next((said for is_due, said in steps if is_due), "read on")


def _check_step(snapshot: Snapshot) -> str:
    """Say how far the check that is open has come."""
    sample = snapshot.stopping.samples[-1]
    n_to_read = tally_check(snapshot, sample).n_to_read
    if not n_to_read:
        return "the check has been read: judge it with `thresher stop REVIEW --judge`"
    return (
        f"a check is open (look {sample.look}): {n_to_read} citations of its list are still to be "
        "read"
    )
