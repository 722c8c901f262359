"""The report before it is written as HTML or Markdown: all its parts, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report.blanks import count_blanks
from pipeline.report.methods import MethodFacts, describe_methods
from pipeline.report.sections import ROWS_SHOWN, compose_sections, list_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.report.counts import FlowCounts
    from pipeline.report.evidence import FlowEvidence
    from pipeline.report.sections import ReportSection
    from pipeline.schemas import FlowRow

__all__ = ["ReportDocument", "compose_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """The report's parts: what is said first, the sections, and the rows behind each number."""

    title: str
    question: str
    counts: FlowCounts
    sections: tuple[ReportSection, ...]
    lists: tuple[ReportSection, ...]
    software: tuple[str, ...]

    @property
    def n_blanks(self) -> int:
        """How many blanks people have still to fill."""
        return count_blanks(self.sections)


def compose_report(
    *,
    evidence: FlowEvidence,
    rows: dy.DataFrame[FlowRow],
    counts: FlowCounts,
    title: str,
    question: str = "",
    methods: MethodFacts | None = None,
    sections: Sequence[ReportSection] = (),
    software: Sequence[str] = (),
    rows_shown: int = ROWS_SHOWN,
    rows_folder: str = "",
) -> ReportDocument:
    """Put the parts of the report in their order.

    Parameters
    ----------
    evidence, rows, counts
        What the flow was traced from, its rows and its numbers.
    title, question
        The review's title and question.
    methods
        What is known about the methods; what is not becomes a visible blank.
    sections
        Parts that other stages supply, such as screening progress, a stopping certificate or the
        evidence map; they stand between the tables and the row lists.
    software
        Names with versions, as they are to be cited.
    rows_shown
        How many rows of a list stand on the page.
    rows_folder
        Where the files of `list_row_files` lie, as a link from the report; empty if nowhere.

    >>> from pipeline.report import FlowEvidence, count_flow, trace_flow
    >>> from pipeline.schemas import Entry, Record, Search
    >>> empty = FlowEvidence(
    ...     searches=Search.create_empty(),
    ...     entries=Entry.create_empty(),
    ...     records=Record.create_empty(),
    ... )
    >>> rows = trace_flow(empty)
    >>> report = compose_report(evidence=empty, rows=rows, counts=count_flow(rows), title="On care")
    >>> [section.heading for section in report.sections]
    ['What we did', 'Numbers in the flow', 'Do the numbers agree?']
    """
    said = describe_methods(methods or MethodFacts(), evidence=evidence, counts=counts)
    own = compose_sections(evidence, rows, counts, rows_shown=rows_shown, rows_folder=rows_folder)
    return ReportDocument(
        title=title,
        question=question,
        counts=counts,
        sections=tuple(part for part in (said, *own, *sections) if part.says_something),
        lists=tuple(list_rows(rows, counts, rows_shown=rows_shown, rows_folder=rows_folder)),
        software=tuple(software),
    )
