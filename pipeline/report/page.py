"""The report: one self-contained page that an auditor can open without a network.

Everything is escaped, the page's own policy forbids scripts and requests, and the same evidence
gives the same bytes. Each number of the diagram leads to the rows behind it; a list that is longer
than `rows_shown` says how many rows it left out and how to see them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from pipeline.report.boxes import BOXES
from pipeline.report.diagram import draw_flow
from pipeline.report.tables import (
    tabulate_boxes,
    tabulate_duplicates,
    tabulate_exclusions,
    tabulate_identities,
    tabulate_open,
    tabulate_rejected,
    tabulate_rows,
    tabulate_searches,
)
from pipeline.report.templating import environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.report.counts import FlowCounts
    from pipeline.report.evidence import FlowEvidence
    from pipeline.schemas import FlowRow

__all__ = ["ReportSection", "render_report"]

ROWS_SHOWN: Final = 200  # rows of a list on the page; the rest is one command away


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """One part of the report under its own heading.

    Parameters
    ----------
    anchor
        The place that links lead to; unique on the page.
    heading, text
        What it is called, and what is said before the table; blank lines part paragraphs.
    table
        Shown with its column names as headings.
    picture
        A complete SVG document, made by us: it is the one thing that is not escaped.
    n_left_out
        How many rows the table would have besides those shown.
    """

    anchor: str
    heading: str
    text: str = ""
    table: pl.DataFrame | None = None
    picture: str = ""
    n_left_out: int = 0

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph."""
        return [part for part in self.text.split("\n\n") if part.strip()]

    @property
    def markup(self) -> Markup:
        """The picture as it goes into the page."""
        return Markup(self.picture)  # noqa: S704 – drawn by us, every text in it is escaped


def render_report(
    *,
    evidence: FlowEvidence,
    rows: dy.DataFrame[FlowRow],
    counts: FlowCounts,
    title: str,
    question: str = "",
    sections: Sequence[ReportSection] = (),
    software: Sequence[str] = (),
    rows_shown: int = ROWS_SHOWN,
) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    evidence, rows, counts
        What the flow was traced from, its rows and its numbers.
    title, question
        The review's title and question.
    sections
        Parts that other stages supply, such as screening progress, a stopping certificate or the
        evidence map; they stand between the tables and the row lists.
    software
        Names with versions, as they are to be cited.
    rows_shown
        How many rows of a list stand on the page.

    >>> from pipeline.report import FlowEvidence, count_flow, trace_flow
    >>> from pipeline.schemas import Entry, Record, Search
    >>> empty = FlowEvidence(
    ...     searches=Search.create_empty(),
    ...     entries=Entry.create_empty(),
    ...     records=Record.create_empty(),
    ... )
    >>> rows = trace_flow(empty)
    >>> page = render_report(evidence=empty, rows=rows, counts=count_flow(rows), title="<b>")
    >>> "<title>&lt;b&gt;" in page
    True
    """
    own = _compose_sections(evidence, rows, counts, rows_shown=rows_shown)
    lists = _list_rows(rows, rows_shown=rows_shown)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            question=question,
            counts=counts,
            flow=Markup(draw_flow(counts, is_linked=True)),  # noqa: S704 – escaped when drawn
            sections=[section for section in (*own, *sections) if _says_something(section)],
            lists=lists,
            software=software,
        )
    )


def _compose_sections(
    evidence: FlowEvidence, rows: dy.DataFrame[FlowRow], counts: FlowCounts, *, rows_shown: int
) -> list[ReportSection]:
    tables = (
        ("searches", "Searches", tabulate_searches(evidence)),
        ("counts", "Numbers in the flow", tabulate_boxes(counts)),
        ("identities", "Do the numbers agree?", tabulate_identities(counts)),
        ("duplicates", "Sources and duplicates", tabulate_duplicates(evidence, rows)),
        ("exclusions", "Full texts excluded, with reasons", tabulate_exclusions(rows)),
        ("open", "Still open", tabulate_open(rows)),
        ("rejected", "Entries that could not be read", tabulate_rejected(evidence)),
    )
    return [
        ReportSection(
            anchor=anchor,
            heading=heading,
            table=table.head(rows_shown),
            n_left_out=max(table.height - rows_shown, 0),
        )
        for anchor, heading, table in tables
    ]


def _list_rows(rows: dy.DataFrame[FlowRow], *, rows_shown: int) -> list[ReportSection]:
    """Return the rows behind each box that holds any."""
    lists = []
    for key, box in BOXES.items():
        behind = rows.filter(pl.col("box") == key)
        section = ReportSection(
            anchor=f"rows-{key}",
            heading=f"{box.name} (n = {behind.height:,})",
            table=tabulate_rows(behind.head(rows_shown)),
            n_left_out=max(behind.height - rows_shown, 0),
        )
        lists.append(section)
    return lists


def _says_something(section: ReportSection) -> bool:
    has_rows = section.table is not None and section.table.height > 0
    return bool(section.text or section.picture or has_rows)
