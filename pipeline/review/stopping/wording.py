"""Words for the report: what a certificate claims, ready for the methods section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.review.stopping.covered import UNREAD
from pipeline.review.stopping.outlook import see_outlook

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot
    from pipeline.review.stopping.standing import Given

__all__ = ["say_certificate", "say_outlook_in_words", "say_performance", "say_stopping"]

_PLACES = {
    "before-screening": "as records marked ineligible by automation tools before screening",
    "inside-screened": "as records excluded by automation tools at screening",
}


def say_certificate(given: Given) -> str:
    """Return the paragraph that a methods section can take over as it stands."""
    event, sample = given.event, given.sample
    n_left = event.n_unread - event.n_drawn
    by = "by hand" if event.rule in {"", "by hand"} else f"by the rule {event.rule}"
    looks = "first look" if event.look == 1 else f"look {event.look}"
    found = (
        "none of them was relevant"
        if event.n_relevant == 0
        else f"{event.n_relevant} of them were relevant"
    )
    opened = f" ({event.n_open} still open, counted as relevant)" if event.n_open else ""
    return (
        f"Screening in ranked order was stopped on {given.at.date().isoformat()} after "
        f"{sample.n_found} eligible records had been found (proposed {by}: {event.reason}). "
        f"A random check, whose target, confidence and seed ({event.seed}) had "
        f"been registered before, drew {event.n_drawn} of {event.n_unread} unread records, mixed "
        f"among {sample.n_mixed_in} others without scores; {found}{opened}. At this {looks} (p = "
        f"{event.p_value:.3g}, {event.error_allowed:.3g} allowed; exact hypergeometric test) it "
        f"supports the claim that at least {event.recall:.0%} of the records eligible on title "
        f"and abstract were found, with {event.confidence:.0%} confidence. The claim is about "
        f"the records of that day under version {event.criteria_version} of the criteria, about "
        "titles and abstracts, and takes reviewers' decisions as right. "
        f"{n_left} records remained unread. "
        f"(Ledger event {given.seq}, resting on {event.ledger_hash[:12]}.)"
    )


def say_outlook_in_words(snapshot: Snapshot) -> str:
    """Say where the stop stands while no certificate is in force."""
    outlook = see_outlook(snapshot)
    said = [f"No certificate is in force: {outlook.step}."]
    if outlook.estimate is not None:
        said.append(f"Recall is {outlook.estimate.sentence}; an estimate, not a claim.")
    said += [f"Certificate {one}." for one in outlook.certificates]
    return " ".join(said)


def say_stopping(snapshot: Snapshot, in_force: tuple[Given, ...]) -> str:
    """Return one sentence for the methods paragraph; empty while nothing has been stopped."""
    if not in_force:
        return ""
    placed = _PLACES[snapshot.workspace.config.stopping.unread]
    last = in_force[-1].event
    return (
        f"Screening stopped before every record was read, under a random check that supports a "
        f"recall of at least {last.recall:.0%} with {last.confidence:.0%} confidence (see "
        f"Stopping); what was left unread is counted {placed} ({UNREAD})"
    )


def say_performance(in_force: tuple[Given, ...]) -> str:
    """Return how well ordering and stopping did, as the last check found it; empty without one.

    >>> say_performance(())
    ''
    """
    if not in_force:
        return ""
    event = in_force[-1].event
    return (
        f"Performance was judged in this review itself: of {event.n_drawn} records drawn at random "
        f"from {event.n_unread} unread ones {event.n_relevant} were relevant (see Stopping)"
    )
