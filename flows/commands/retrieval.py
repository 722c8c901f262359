"""The full-text stage: ``fulltext``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewPath, read_date
from flows.output import print_json, print_table, say
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.review import Review

__all__ = ["fulltext"]

_LOOKING: Final = "Whose word it is, for a change."


def fulltext(
    review: ReviewPath,
    *,
    reports: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="ID", help="The report a change is about."),
    ] = None,
    requested: Annotated[
        bool, typer.Option("--requested", help="It was asked for; again: chased.")
    ] = False,
    retrieved: Annotated[
        bool, typer.Option("--retrieved", help="It came (with --file: and is kept here).")
    ] = False,
    not_retrieved: Annotated[
        bool, typer.Option("--not-retrieved", help="It cannot be had.")
    ] = False,
    from_whom: Annotated[str | None, typer.Option(help="A library, an author, a website.")] = None,
    on: Annotated[str, typer.Option(metavar="DATE", help="When, if not today.")] = "",
    file: Annotated[Path | None, typer.Option(help="The document, usually a PDF.")] = None,
    decision: Annotated[str, typer.Option(help="include, exclude or maybe.")] = "",
    reasons: Annotated[
        list[str] | None, typer.Option("--reason", help="Of an exclusion; may be repeated.")
    ] = None,
    settle: Annotated[
        bool, typer.Option("--settle", help="The decision settles what reviewers disagree on.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back your last decision on it.")
    ] = False,
    state: Annotated[
        str,
        typer.Option(help="awaiting-classification, ongoing, needs-translation, or clear."),
    ] = "",
    citations: Annotated[
        list[str] | None,
        typer.Option("--citation", metavar="ID", help="What points to the report; repeatable."),
    ] = None,
    study: Annotated[
        str, typer.Option(metavar="NAME", help="The study that all these reports describe.")
    ] = "",
    other: Annotated[
        bool, typer.Option("--other", help="List only what other methods found.")
    ] = False,
    is_open: Annotated[
        bool, typer.Option("--open", help="List only what still waits for something.")
    ] = False,
    reviewer: Annotated[str, typer.Option("--as", metavar="REVIEWER", help=_LOOKING)] = "",
    note: Annotated[str | None, typer.Option(help="Kept in the ledger.")] = None,
    as_json: AsJson = False,
) -> None:
    """Track the reports that are sought, from the request to the counted reason.

    Without --report it lists them. Citations and reports are many-to-many: --citation links a
    report to what points to it, and from then on --decision is on that report alone. --study
    groups reports into a study.

    Example: thresher fulltext sleep-apps --report medline:31452104 --requested --from-whom library --as anna
    """  # noqa: E501 - one line to copy
    from pipeline.review import Review

    hunt = _Hunt(
        [
            *(["requested"] if requested else []),
            *(["retrieved"] if retrieved else []),
            *(["not_retrieved"] if not_retrieved else []),
        ],
        from_whom=from_whom,
        on=on,
        file=file,
    )
    change = _Change(
        hunt,
        decision,
        tuple(reasons or ()),
        state,
        tuple(citations or ()),
        study,
        reviewer,
        note,
        settle,
        undo,
    )
    with Review.open(review) as opened:
        if reports:
            change.make(opened, reports)
        tracked: pl.DataFrame = opened.retrieval.tracker()
    _show(_chosen(tracked, reports or [], other=other, is_open=is_open), as_json=as_json)


class _Hunt:
    """What the options say of the hunt."""

    def __init__(
        self, steps: Sequence[str], *, from_whom: str | None, on: str, file: Path | None
    ) -> None:
        if len(steps) > 1:
            raise InputError("--report", "has two statuses", "give one of them")
        if not steps and (from_whom or on or file):
            raise InputError("--from-whom, --on, --file", "need a status", "add --requested, …")
        self._steps, self._from_whom, self._file = steps, from_whom, file
        self._on = read_date(on, option="--on") if on else None

    @property
    def is_given(self) -> bool:
        """Whether the options say anything of it."""
        return bool(self._steps)

    def record(self, review: Review, report: str, *, reviewer: str, note: str | None) -> None:
        from pipeline.review.retrieval.desk import HuntStep

        for status in self._steps:
            step = HuntStep(
                status=status,
                from_whom=self._from_whom,
                happened_on=self._on,
                file=self._file,
                note=note,
            )
            review.retrieval.record(report, step, actor=reviewer)


@dataclass(frozen=True, slots=True)
class _Change:
    """What the options say of the reports that they name."""

    hunt: _Hunt
    decision: str
    reasons: tuple[str, ...]
    state: str
    citations: tuple[str, ...]
    study: str
    reviewer: str
    note: str | None
    is_resolution: bool
    is_undoing: bool

    def make(self, review: Review, reports: Sequence[str]) -> None:
        if not self.reviewer:
            raise InputError("--report", "needs --as", "say who answers for it")
        changes = (
            self.hunt.is_given, self.decision, self.is_undoing, self.state, self.citations,
            self.study,
        )  # fmt: skip
        if sum(map(bool, changes)) > 1:  # so that a slip in one leaves nothing half done
            raise InputError("--report", "has two changes at once", "make one at a time")
        if self.study:
            review.link_study(self.study, reports, actor=self.reviewer)
        elif self.citations:
            if len(reports) > 1:
                raise InputError("--citation", "is of one report", "name one --report")
            review.link_report(reports[0], self.citations, actor=self.reviewer)
        elif self.is_undoing:
            review.retrieval.undo(reports, reviewer=self.reviewer)
        else:
            review.retrieval.require(reports)
            for report in reports:
                self.hunt.record(review, report, reviewer=self.reviewer, note=self.note)
                self._judge(review, report)

    def _judge(self, review: Review, report: str) -> None:
        desk = review.retrieval
        if self.state:
            desk.classify(report, self.state, actor=self.reviewer, note=self.note)
        if self.decision:
            desk.assess(
                report,
                self.decision,
                reviewer=self.reviewer,
                reasons=self.reasons,
                note=self.note,
                is_resolution=self.is_resolution,
            )


def _chosen(
    tracked: pl.DataFrame, reports: Sequence[str], *, other: bool, is_open: bool
) -> pl.DataFrame:
    """Return the reports that the options ask for."""
    is_named = pl.col("report_id").is_in(reports) | (
        pl.col("citation_ids").list.set_intersection(list(reports)).list.len() > 0
    )
    waits = pl.col("decision").is_in(["awaiting", "conflict"])
    wanted = [
        *([is_named] if reports else []),
        *([pl.col("arm") == "other methods"] if other else []),
        *([waits & (pl.col("status") != "not retrieved")] if is_open else []),
    ]
    return tracked.filter(wanted) if wanted else tracked


def _show(tracked: pl.DataFrame, *, as_json: bool) -> None:
    if as_json:
        print_json(tracked)
        return
    columns = ("report", "title", "status", "asked", "of", "chased", "file", "stays open as",
               "decision", "reason", "studies")  # fmt: skip
    rows = (
        (
            one["report_id"], one["title"], one["status"], one["requested_on"], one["from_whom"],
            one["n_chased"] or "", "kept" if one["file"] else "", one["state"], one["decision"],
            one["reason"], "; ".join(one["study_ids"]),
        )
        for one in tracked.iter_rows(named=True)
    )  # fmt: skip
    print_table(f"{tracked.height} reports", columns, rows)
    n_open = tracked.filter(pl.col("decision").is_in(["awaiting", "conflict"])).height
    say(f"{n_open} are not decided.")
