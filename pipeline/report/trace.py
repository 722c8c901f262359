"""Trace the flow: one row for each unit counted in a box, from identified to included.

The counts are group-bys of these rows and never counters; that is why the rows behind a number are
as many as the number says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import UnknownNameError
from pipeline.report.boxes import AWAITING_STAGES, BOXES, DECLARED_OPEN
from pipeline.report.eligibility import list_included, list_reports, trace_eligibility
from pipeline.report.identification import list_rejected, list_retrieved, trace_identification
from pipeline.report.inclusion import trace_included
from pipeline.report.screening import (
    list_citations,
    trace_duplicates,
    trace_rejected,
    trace_screening,
)
from pipeline.schemas import FlowRow

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.report.evidence import FlowEvidence

__all__ = ["explain_box", "list_sought", "trace_flow"]

# Keys of the counts that are another box under another name, or one member of it.
_COMPUTED: Final = {
    "database_specific_results": ("database_results", None),
    "register_specific_results": ("register_results", None),
    "records_excluded_human": ("records_excluded", "human"),
    "records_excluded_automation": ("records_excluded", "automation"),
}


def trace_flow(evidence: FlowEvidence) -> dy.DataFrame[FlowRow]:
    """Return one row for each unit counted in a box of the flow.

    Raises
    ------
    ContractError
        A record has entries but no row of its own.

    >>> from pipeline.report.evidence import FlowEvidence
    >>> from pipeline.schemas import Entry, Record, Search
    >>> empty = FlowEvidence(
    ...     searches=Search.create_empty(),
    ...     entries=Entry.create_empty(),
    ...     records=Record.create_empty(),
    ... )
    >>> trace_flow(empty).height
    0
    """
    records, rejected = list_retrieved(evidence), list_rejected(evidence)
    citations = list_citations(evidence, records)
    reports = list_reports(evidence, citations)
    rows = pl.concat(
        [
            trace_identification(records, rejected),
            trace_duplicates(records, citations),
            trace_rejected(rejected),
            trace_screening(citations),
            trace_eligibility(reports),
            trace_included(evidence, list_included(evidence, reports)),
        ]
    )
    order = pl.col("box").replace_strict(list(BOXES), list(range(len(BOXES))))
    return FlowRow.validate(rows.sort(order, "name", "id", nulls_last=True))


def list_sought(evidence: FlowEvidence) -> pl.DataFrame:
    """List the reports sought for retrieval, as `pipeline.report.eligibility.list_reports` does.

    >>> from pipeline.report.evidence import FlowEvidence
    >>> from pipeline.schemas import Entry, Record, Search
    >>> list_sought(
    ...     FlowEvidence(
    ...         searches=Search.create_empty(),
    ...         entries=Entry.create_empty(),
    ...         records=Record.create_empty(),
    ...     )
    ... ).height
    0
    """
    return list_reports(evidence, list_citations(evidence, list_retrieved(evidence)))


def explain_box(rows: dy.DataFrame[FlowRow], box: str) -> dy.DataFrame[FlowRow]:
    """List the rows behind a box, or behind one member of it.

    Parameters
    ----------
    rows
        As `trace_flow` returns them.
    box
        A key such as ``"duplicates"``, or ``"key:name"`` for a member of a list, such as
        ``"database_results:Embase"`` or ``"awaiting:screening"``.

    Raises
    ------
    UnknownNameError
        No box is called that, or the box has no such member; the nearest one is suggested.

    >>> from pipeline.schemas import FlowRow
    >>> explain_box(FlowRow.create_empty(), "duplicats")
    Traceback (most recent call last):
    ...
    pipeline.errors.UnknownNameError: box 'duplicats': is not known; did you mean 'duplicates'?
    """
    key, _, name = box.partition(":")
    if key not in BOXES and key not in _COMPUTED:
        raise UnknownNameError("box", key, [*BOXES, *_COMPUTED])
    key, member = _COMPUTED.get(key, (key, None))
    found = rows.filter(pl.col("box") == key)
    if member is not None:
        found = found.filter(pl.col("name") == member)
    if name:
        known = found["name"].drop_nulls().unique().sort().to_list()
        if name not in known and not (
            key == "awaiting" and name in (*AWAITING_STAGES, *DECLARED_OPEN)
        ):
            raise UnknownNameError(f"member of {key}", name, known)
        found = found.filter(pl.col("name") == name)
    return FlowRow.validate(found)
