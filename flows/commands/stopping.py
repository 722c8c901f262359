"""``stop``: advice on stopping, and the registered check that certifies it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, print_table, say
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.events import Event
    from pipeline.review import Review
    from pipeline.review.stopping.desk import CheckPlan
    from pipeline.review.stopping.outlook import StoppingOutlook

__all__ = ["say_outlook", "stop"]

_WORDS = "A reason of your own: to propose against the rule, or to take back."


def stop(
    review: ReviewPath,
    *,
    rule: Annotated[
        str, typer.Option(metavar="RULE", help="Ask this rule; default: that of review.toml.")
    ] = "",
    random_phase: Annotated[
        int, typer.Option(metavar="N", help="Draw N citations at random, to be read first.")
    ] = 0,
    propose: Annotated[bool, typer.Option("--propose", help="Take the advice up.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Register the check, if need be, and draw its sample.")
    ] = False,
    target: Annotated[
        float | None, typer.Option(help="Recall to be claimed.", show_default=False)
    ] = None,
    confidence: Annotated[
        float | None, typer.Option(help="How surely.", show_default=False)
    ] = None,
    looks: Annotated[
        str, typer.Option(metavar="A,B", help="Parts of the error, one for each permitted look.")
    ] = "",
    seed: Annotated[
        int | None,
        typer.Option(help="Of the sample; default: from the ledger's hash.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Write what a check or random phase gives to read."),
    ] = None,
    judge: Annotated[bool, typer.Option("--judge", help="Judge the check once read.")] = False,
    second_look: Annotated[
        int,
        typer.Option(metavar="N", help="Give N exclusions the model favours to look at again."),
    ] = 0,
    take_back: Annotated[
        int | None, typer.Option(metavar="EVENT", help="Take a certificate back.")
    ] = None,
    because: Annotated[str, typer.Option(metavar="TEXT", help=_WORDS)] = "",
    reviewer: Annotated[str, typer.Option("--as", metavar="REVIEWER", help="Whose word.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say whether to stop and at what price; propose it, have it checked, judge the check.

    Without an option it only gives advice. Some rules (safe, target, qbcb) need a random phase,
    read before the order is. A rule proposes; a random sample of what is unread, registered before
    it is drawn and mixed among others, certifies: read its list, then judge it.

    Example: thresher stop sleep-apps --random-phase 50 --as anna;
    thresher stop sleep-apps --propose --as anna;
    thresher stop sleep-apps --check --target 0.95 --as anna;
    thresher stop sleep-apps --judge --as anna
    """
    from pipeline.review import Review
    from pipeline.review.stopping.desk import CheckPlan

    plan = CheckPlan(target, confidence, _read_looks(looks), seed=seed)
    _refuse(
        {
            "does one thing at a time; propose, check, then judge": sum(
                (random_phase != 0, propose, check, judge, take_back is not None)
            )
            > 1,
            "registers figures with the check; add --check": plan
            != CheckPlan(seed=seed if random_phase else None)
            and not check,
            "has nowhere to write a second look; add --out FILE.csv": bool(second_look)
            and out is None,
        }
    )
    with Review.open(review) as opened:
        event: Event | None = None
        if random_phase:
            event = opened.stopping.draw_random_phase(
                random_phase, actor=_named(reviewer), seed=seed
            )
        elif propose:
            event = opened.stopping.propose(actor=_named(reviewer), because=because)
        elif check:
            event = _draw(opened, plan, actor=_named(reviewer))
        elif judge:
            event = opened.stopping.judge(actor=_named(reviewer))
        if take_back is not None:
            opened.stopping.take_back(take_back, reason=because, actor=_named(reviewer))
        if out is not None:
            _write_sheet(opened, out, n=second_look, reviewer=_named(reviewer))
        outlook = opened.stopping.advice(rule=rule or None)
    _print(event, outlook, as_json=as_json)


def _refuse(troubles: dict[str, bool]) -> None:
    """Refuse options that do not go together."""
    for said, is_so in troubles.items():
        if is_so:
            what, remedy = said.split("; ")
            raise InputError("stop", what, remedy)


def _print(event: Event | None, outlook: StoppingOutlook, *, as_json: bool) -> None:
    if as_json:
        print_json({"event": event and event.model_dump(mode="json"), "outlook": outlook})
        return
    if event is not None:
        say(_say_event(event))
    say_outlook(outlook)


def _write_sheet(review: Review, path: Path, *, n: int, reviewer: str) -> None:
    """Write the list that chance chose to be read, or exclusions to look at again."""
    from pipeline.report import write_safe_csv
    from pipeline.store import write_bytes

    desk = review.stopping
    sheet = desk.second_look(n, actor=reviewer) if n else desk.reading_sheet(reviewer)
    write_bytes(path, write_safe_csv(sheet).encode())


def say_outlook(outlook: StoppingOutlook) -> None:
    """Print what can be said about stopping, for a person."""
    if outlook.n_read < outlook.n_records or not outlook.certificates:
        say(f"Rule {outlook.rule} ({outlook.promise}): {outlook.advice.reason}")
        estimate = outlook.estimate
        say(f"Recall: {estimate.sentence}" if estimate else "Recall: too few finds for an estimate")
        _print_prices(outlook)
    if outlook.reviewer_error is not None:
        say(f"Wrong exclusions: {outlook.reviewer_error.sentence}")
    for certificate in outlook.certificates:
        say(f"Certificate: {certificate}")
    say(f"Stop: {outlook.step}")


def _print_prices(outlook: StoppingOutlook) -> None:
    """Print a row for each number of includes, a column for each recall."""
    prices, n_unread = outlook.prices, outlook.n_records - outlook.n_read
    recalls = prices["recall"].unique().sort().to_list()
    rows = []
    for n_found in prices["n_found"].unique(maintain_order=True):
        own = prices.filter(pl.col("n_found") == n_found).sort("recall")
        costs = own.select("n_records", "share").iter_rows()
        rows.append([n_found, *(f"{n_records} ({share:.0%})" for n_records, share in costs)])
    title = f"Price of a claim: how many of {n_unread} unread to read, if nothing is found there"
    print_table(title, ("includes", *(f"{recall:.0%} recall" for recall in recalls)), rows)


def _draw(review: Review, plan: CheckPlan, *, actor: str) -> Event:
    from pipeline.review.stopping.desk import CheckPlan as Plan

    if review.snapshot().stopping.plan is None or plan != Plan():
        review.stopping.plan(plan, actor=actor)
    return review.stopping.draw(actor=actor)


def _say_event(event: Event) -> str:
    from pipeline.events import (
        CheckFailed,
        RandomPhaseDrawn,
        SampleDrawn,
        StoppingCertified,
        StoppingProposed,
    )

    match event:
        case RandomPhaseDrawn():
            learns = "does not learn from them" if event.is_kept_apart else "learns from them"
            return (
                f"random phase: {event.n_drawn} of {event.n_records} citations drawn with seed "
                f"{event.seed}; they are what reviewers are given now (--out FILE.csv writes "
                f"them), and the ranking {learns}"
            )
        case StoppingProposed():
            return f"proposed: {event.rule}, {event.reason}"
        case SampleDrawn():
            return (
                f"look {event.look}: {event.n_drawn} of {event.n_unread} unread drawn with seed "
                f"{event.seed}, {event.n_mixed_in} others mixed in; the list is what reviewers "
                "are given now (--out FILE.csv writes it)"
            )
        case StoppingCertified():
            return f"certified. {event.claim}"
        case CheckFailed():
            return (
                f"failed: screening goes on. {event.claim} What it supports is a recall of "
                f"{event.supported_recall:.0%}. Found: {', '.join(event.found) or 'nothing'}"
            )
        case _:
            return event.kind


def _named(reviewer: str) -> str:
    if not reviewer:
        raise InputError("--as", "is missing", "say whose word it is")
    return reviewer


def _read_looks(text: str) -> tuple[float, ...] | None:
    if not text:
        return None
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError("--looks", f"{text!r} are not shares", "write 0.8,0.2") from error
