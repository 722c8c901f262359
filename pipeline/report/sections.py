"""The parts of the report, whatever it is written as: HTML and Markdown say the same.

Each number of the flow leads to the rows behind it; a list longer than `ROWS_SHOWN` says how
many rows it left out, and every row is one command away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from pipeline.report.boxes import BOXES
from pipeline.report.exporters.delimited import write_safe_csv
from pipeline.report.panels import compose_panels
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

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.report.counts import FlowCounts
    from pipeline.report.evidence import FlowEvidence
    from pipeline.schemas import FlowRow

__all__ = [
    "ROWS_SHOWN",
    "Passage",
    "ReportSection",
    "RowFile",
    "compose_sections",
    "list_row_files",
    "list_rows",
]

ROWS_SHOWN: Final = 200  # rows of a list on the page; the rest is one command away
# What a table does not say by itself, and the command that lists it whole.
_TEXTS: Final = {
    "duplicates": (
        "Of each publication one record stands, and the others are its duplicates; which source it "
        "comes from says nothing about the source. What the sources share is under overlap."
    ),
}
_COMMANDS: Final = {
    "exclusions": "thresher prisma REVIEW --explain dbr_excluded",
    "open": "thresher prisma REVIEW --explain awaiting",
    "rejected": "thresher rejected REVIEW",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text shown exactly as it is."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RowFile:
    """All rows behind a box, as a CSV file."""

    name: str
    text: str


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
    passages
        Texts shown exactly as they are, each under a title, such as search strategies.
    picture
        A complete SVG document, made by us: it is the one thing that is not escaped.
    picture_file
        Where the picture lies beside the report as well, for a manuscript; empty if nowhere.
    n_left_out
        How many rows the table would have besides those shown.
    complete_list
        Where the whole list lies, as a link from the report; empty if nowhere.
    command
        The command that lists all, where no file does.
    is_filterable
        Whether the rows shown can be filtered by a word, where scripts run.
    """

    anchor: str
    heading: str
    text: str = ""
    table: pl.DataFrame | None = None
    passages: tuple[Passage, ...] = ()
    picture: str = ""
    picture_file: str = ""
    n_left_out: int = 0
    complete_list: str = ""
    command: str = ""
    is_filterable: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph."""
        return [part for part in self.text.split("\n\n") if part.strip()]

    @property
    def says_something(self) -> bool:
        """Whether there is anything under the heading."""
        has_rows = self.table is not None and self.table.height > 0
        return bool(self.text or self.passages or self.picture or has_rows)

    @property
    def numeric_columns(self) -> frozenset[str]:
        """The columns of the table that hold numbers."""
        if self.table is None:
            return frozenset()
        return frozenset(name for name, kind in self.table.schema.items() if kind.is_numeric())

    @property
    def markup(self) -> Markup:
        """The picture as it goes into the page."""
        return Markup(self.picture)  # noqa: S704 – drawn by us, every text in it is escaped


def compose_sections(
    evidence: FlowEvidence,
    rows: dy.DataFrame[FlowRow],
    counts: FlowCounts,
    *,
    rows_shown: int,
    rows_folder: str = "",
) -> list[ReportSection]:
    """Return the parts of the report that the evidence of the flow fills by itself."""
    tables = (
        ("searches", "Searches", tabulate_searches(evidence)),
        ("counts", "Numbers in the flow", tabulate_boxes(counts)),
        ("identities", "Do the numbers agree?", tabulate_identities(counts)),
        ("duplicates", "Sources and duplicates", tabulate_duplicates(evidence, rows)),
        ("exclusions", "Full texts excluded, with reasons", tabulate_exclusions(evidence, rows)),
        ("open", "Still open", tabulate_open(rows)),
        ("rejected", "Entries that could not be read", tabulate_rejected(evidence)),
    )
    files = {"open": f"{rows_folder}/awaiting.csv"} if rows_folder else {}
    shown = [
        _cut(_tabulated(anchor, heading, table, files.get(anchor, "")), rows_shown)
        for anchor, heading, table in tables
    ]
    strategies = ReportSection(
        anchor="strategies", heading="Search strategies as run", passages=_list_strategies(evidence)
    )
    return [shown[0], strategies, *shown[1:]]


def _tabulated(anchor: str, heading: str, table: pl.DataFrame, file: str) -> ReportSection:
    return ReportSection(
        anchor=anchor,
        heading=heading,
        text=_TEXTS.get(anchor, "") if table.height else "",
        table=table,
        complete_list=file,
        command=_COMMANDS.get(anchor, ""),
    )


def list_rows(
    rows: dy.DataFrame[FlowRow],
    counts: FlowCounts,
    *,
    rows_shown: int = ROWS_SHOWN,
    rows_folder: str = "",
) -> list[ReportSection]:
    """Return the rows behind each box that is drawn or holds any.

    Parameters
    ----------
    rows_folder
        Where the files of `list_row_files` lie, as a link from the report; empty if nowhere.
    """
    drawn = {line.key for panel in compose_panels(counts) for line in panel.lines}
    lists = []
    for key, box in BOXES.items():
        behind = rows.filter(pl.col("box") == key)
        if key in drawn or behind.height:
            section = ReportSection(
                anchor=f"rows-{key}",
                heading=f"{box.name} (n = {behind.height:,})",
                table=tabulate_rows(behind),
                complete_list=f"{rows_folder}/{key}.csv" if rows_folder else "",
                command=f"thresher prisma REVIEW --explain {key}",
            )
            lists.append(_cut(section, rows_shown))
    return lists


def list_row_files(
    rows: dy.DataFrame[FlowRow], *, rows_shown: int = ROWS_SHOWN
) -> tuple[RowFile, ...]:
    """Return the lists that are longer than the report shows, as CSV files to lie beside it.

    >>> from pipeline.schemas import FlowRow
    >>> list_row_files(FlowRow.create_empty())
    ()
    """
    files = []
    for key in BOXES:
        behind = rows.filter(pl.col("box") == key)
        if behind.height > rows_shown:
            files.append(RowFile(f"{key}.csv", write_safe_csv(tabulate_rows(behind))))
    return tuple(files)


def _list_strategies(evidence: FlowEvidence) -> tuple[Passage, ...]:
    stated = evidence.searches.filter(pl.col("strategy").is_not_null()).sort(
        "searched_on", "search_id"
    )
    return tuple(
        Passage(f"{search_id}, {searched_on.isoformat()}", strategy)
        for search_id, searched_on, strategy in stated.select(
            "search_id", "searched_on", "strategy"
        ).iter_rows()
    )


def _cut(section: ReportSection, rows_shown: int) -> ReportSection:
    """Keep the first rows of a section's table, and say how many there are besides."""
    if section.table is None or section.table.height <= rows_shown:
        return section
    n_left_out = section.table.height - rows_shown
    return replace(section, table=section.table.head(rows_shown), n_left_out=n_left_out)
