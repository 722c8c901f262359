"""Two or more reviewers: ``team``, ``agreement``, ``criteria``, ``handout``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flows.commands.options import Actor, AsJson, Note, ReviewerId, ReviewPath, require_named
from flows.output import print_json, print_table, say
from pipeline.errors import InputError

if TYPE_CHECKING:
    from typing import Literal

    from pipeline.review.team.agreement import AgreementReport
    from pipeline.review.team.desk import TeamDesk

__all__ = ["agreement", "criteria", "handout", "team"]

_NOBODY: Final = ""


def team(
    review: ReviewPath,
    *,
    leaves: Annotated[
        str, typer.Option(metavar="REVIEWER", help="Give their unread citations to the others.")
    ] = "",
    back: Annotated[str, typer.Option(metavar="REVIEWER", help="Count them in again.")] = "",
    hand_over: Annotated[
        str, typer.Option("--from", metavar="REVIEWER", help="Hand over all they owe (with --to).")
    ] = "",
    assign: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Hand over this citation (with --to); may be repeated."),
    ] = None,
    to: Annotated[str, typer.Option(metavar="REVIEWER", help="Who takes over.")] = "",
    reviewer: Actor = _NOBODY,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Show who has read what and who owes what; hand citations over, let people leave.

    Decisions of who leaves stand, and their unread citations move to the others by themselves.

    Example: thresher team sleep-apps --leaves bo --as anna
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        desk = opened.team
        if leaves or back or hand_over or assign:
            require_named(reviewer, "a change of the team")
        if leaves:
            desk.leave(leaves, actor=reviewer, note=note)
        if back:
            desk.come_back(back, actor=reviewer, note=note)
        if hand_over:
            desk.reassign(hand_over, to=to, actor=reviewer, note=note)
        if assign:
            desk.assign(assign, to=to, actor=reviewer, note=note)
        _show_team(desk, as_json=as_json)


def _show_team(desk: TeamDesk, *, as_json: bool) -> None:
    duties, lacking, is_open = desk.duties(), desk.lacking_readers(), desk.is_batch_open()
    if as_json:
        print_json({"duties": duties, "lacking_readers": lacking, "is_batch_open": is_open})
        return
    columns = ("reviewer", "role", "here", "decided", "maybe", "to read now", "owed in all",
               "again", "by name")  # fmt: skip
    shown = duties.select(
        "reviewer", "role", "is_available", "n_decided", "n_maybe", "n_to_read", "n_owed",
        "n_reopened", "n_pledged",
    )  # fmt: skip
    rows = ((*row[:2], "yes" if row[2] else "left", *row[3:]) for row in shown.iter_rows())
    print_table("", columns, rows)
    if is_open:
        say("A batch is frozen until all have read it; scores and others' words stay hidden.")
    if lacking:
        say(f"{len(lacking)} citations need another reviewer, for example {lacking[0]}")


def agreement(
    review: ReviewPath,
    *,
    pilot: Annotated[
        int, typer.Option(metavar="N", help="Draw N unread citations that everybody reads first.")
    ] = 0,
    sample: Annotated[
        int, typer.Option(metavar="N", help="Draw N of all citations, to be read by two.")
    ] = 0,
    seed: Annotated[int | None, typer.Option(help="Of the draw; default: the review's.")] = None,
    reviewer: Actor = _NOBODY,
    as_json: AsJson = False,
) -> None:
    """Measure how well two reviewers agree, or draw what it is measured on.

    The headline is what chance chose; what was read in the model's order is labelled so. In full
    text the unit is the report. Words said after the reviewers could know of one another's do not
    count. See also: thresher criteria --lock

    Example: thresher agreement sleep-apps --pilot 50 --as anna
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        if pilot and sample:
            raise InputError("--pilot and --sample", "are two draws", "give one of them")
        if pilot or sample:
            require_named(reviewer, "a draw")
            purpose: Literal["pilot", "sample"] = "pilot" if pilot else "sample"
            opened.team.draw(pilot or sample, purpose=purpose, actor=reviewer, seed=seed)
            if not as_json:
                say(f"Drawn: a {purpose} of {pilot or sample}. It is read first, and blind.")
        report = opened.team.agreement()
    if as_json:
        print_json(report)
    else:
        _show_agreement(report)


def _show_agreement(report: AgreementReport) -> None:
    figures = report.figures
    if figures.is_empty():
        say("Nothing was read by two reviewers yet.")
        return
    names = ("agreement", "kappa", "ac1", "positive", "negative")
    columns = ("on", "reviewers", "n", "of", "both in", "1st only", "2nd only", "both out", *names)
    cells = ("n_both", "n_first_only", "n_second_only", "n_neither")
    rows = (
        (
            one["scope"], f"{one['first']}, {one['second']}", sum(one[name] for name in cells),
            f"{one['unit']}s", *(one[name] for name in cells),
            *(_interval(one[name], one[f"{name}_low"], one[f"{name}_high"]) for name in names),
        )
        for one in figures.iter_rows(named=True)
    )  # fmt: skip
    print_table("", columns, rows)
    if "random sample" not in figures["scope"].to_list():
        say("No random sample yet, so no headline: see --sample, or a shared queue's overlap.")
    say(f"A maybe counts as: {report.maybe_counts_as}. Intervals: 95 %, Wilson's or resampled.")
    if report.disagreements.height:
        rows_of_reasons = report.disagreements.iter_rows()
        print_table("disagreements by reason", ("on", "reason", "n"), rows_of_reasons)


def _interval(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return "undefined"
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def criteria(
    review: ReviewPath,
    *,
    lock: Annotated[
        bool, typer.Option("--lock", help="From now on a change needs an amendment's reason.")
    ] = False,
    reviewer: Actor = _NOBODY,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Show the versions of the eligibility criteria, and what each change opened again.

    Example: thresher criteria sleep-apps --lock --as anna
    """
    from pipeline.review import Review
    from pipeline.review.criteria import locked_version

    with Review.open(review) as opened:
        if lock:
            require_named(reviewer, "--lock")
            opened.team.lock_criteria(actor=reviewer, note=note)
        snapshot = opened.snapshot()
        locked = locked_version(opened.workspace.ledger)
        revisions = snapshot.revisions
        reopened = snapshot.words.filter("is_reopened")
    if as_json:
        print_json({"revisions": revisions, "locked": locked, "reopened": reopened})
        return
    columns = ("version", "since", "change", "reasons concerned", "amendment")
    rows = (
        (
            one.version, f"{one.at:%Y-%m-%d}", one.change if place else "",
            "; ".join(one.reasons), one.amendment,
        )
        for place, one in enumerate(revisions)
    )  # fmt: skip
    print_table("", columns, rows)
    say(f"Locked: version {locked}" if locked else "Not locked: see thresher agreement --pilot")
    if reopened.height:
        shown = reopened.select("citation_id", "stage", "reviewer", "decision").iter_rows()
        print_table("to decide again", ("citation", "stage", "who", "said before"), shown)


def handout(
    review: ReviewPath,
    *,
    reviewer: ReviewerId,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where it goes.")],
    file_format: Annotated[str, typer.Option("--format", metavar="F", help="csv or ris.")] = "csv",
    as_json: AsJson = False,
) -> None:
    """Write what a reviewer has to read to a file; fill in `decision` and take it back.

    Take it back with thresher decide --from FILE; rows left empty stay unread. In RIS, write the
    decision as a keyword: screen:include or screen:exclude.

    Example: thresher handout sleep-apps --as anna --out anna.csv
    """
    from pipeline.review import Review
    from pipeline.store import write_bytes

    with Review.open(review) as opened:
        data, n = opened.team.hand_out(reviewer, file_format=file_format)
    write_bytes(out, data)
    if as_json:
        print_json({"file": out, "n_citations": n})
    else:
        say(f"{out}: {n} citations to read")
