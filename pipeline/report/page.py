"""The report as one self-contained page that an auditor can open without a network.

Everything is escaped. The page's own policy forbids requests and every script but one, which it
names by its hash: a filter for long tables, without which the page says just as much. The same
evidence gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.report.diagram import draw_flow
from pipeline.report.document import compose_report
from pipeline.report.sections import ROWS_SHOWN
from pipeline.report.templating import environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.report.counts import FlowCounts
    from pipeline.report.document import ReportDocument
    from pipeline.report.evidence import FlowEvidence
    from pipeline.report.methods import MethodFacts
    from pipeline.report.sections import ReportSection
    from pipeline.schemas import FlowRow

__all__ = ["render_page", "render_report"]


def render_report(
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
) -> str:
    """Compose the report and return it as one HTML page; see `compose_report` and `render_page`.

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
    document = compose_report(
        evidence=evidence,
        rows=rows,
        counts=counts,
        title=title,
        question=question,
        methods=methods,
        sections=sections,
        software=software,
        rows_shown=rows_shown,
        rows_folder=rows_folder,
    )
    return render_page(document)


def render_page(document: ReportDocument) -> str:
    """Return the report as one HTML page, in which each number leads to its rows.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.report.document import ReportDocument
    >>> from pipeline.schemas import FlowRow
    >>> counts = count_flow(FlowRow.create_empty())
    >>> document = ReportDocument(
    ...     title="On care", question="", counts=counts, sections=(), lists=(), software=()
    ... )
    >>> render_page(document)[:15]
    '<!DOCTYPE html>'
    """
    flow = Markup(draw_flow(document.counts, is_linked=True))  # noqa: S704 – escaped when drawn
    script = _read_script()
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=document,
            flow=flow,
            script=Markup(script),  # noqa: S704 – our own file, and nothing of the review in it
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


@cache
def _read_script() -> str:
    """Return the one script of the page, which its policy allows by this very text's hash."""
    file = resources.files("pipeline.report").joinpath("templates", "filter.js")
    return file.read_text(encoding="utf-8")
