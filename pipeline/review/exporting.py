"""Take the review elsewhere: citations with decisions, the counts, the ledger itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import canonical_json
from pipeline.report import EXPORTERS, list_screened, write_prisma_csv, write_tables
from pipeline.review.coding.exporting import export_coding
from pipeline.review.coding.snapshot import CodingSnapshot
from pipeline.review.reasons import reasons_in_words
from pipeline.review.reporting import compose_document
from pipeline.review.retrieval.saying import words_on_citations
from pipeline.review.snapshot import Snapshot
from pipeline.schemas import OUTCOMES, Citation

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.review.workspace import Workspace
    from pipeline.store import Ledger

__all__ = ["EXPORT_FORMATS", "export_review", "export_snapshot", "write_ledger_lines"]

EXPORT_FORMATS: Final = (*EXPORTERS, "tables", "prisma-csv", "ledger", "refi-qda")
_ALL_ROWS: Final = 1_000_000  # Excel holds a few more


def export_review(
    workspace: Workspace, file_format: str, *, now: dt.datetime, only: str | None = None
) -> bytes:
    """Return the review in a format that another program reads.

    Parameters
    ----------
    workspace
        The review.
    file_format
        A name from ``EXPORTERS`` (the citations left after deduplication and the metadata rules,
        with their decisions), ``tables`` (every table of the report and the rows behind each number
        as a workbook), ``prisma-csv`` (the counts as the PRISMA2020 R package reads them),
        ``ledger`` (every event, one JSON object a line) or ``refi-qda`` (the confirmed tags as a
        project of qualitative software).
    now
        The time that a REFI-QDA project gives.
    only
        Take only the citations that stand so: ``include``, ``exclude``, ``conflict`` or
        ``awaiting``, at full text where they have come so far. Covidence and others take in a list
        at a time.

    Raises
    ------
    UnknownNameError
        There is no such format, or nothing stands so.
    """
    if only is not None and only not in OUTCOMES:
        raise UnknownNameError("outcome", only, OUTCOMES)
    if file_format not in EXPORT_FORMATS:
        raise UnknownNameError("export format", file_format, EXPORT_FORMATS)
    if only is not None and file_format not in EXPORTERS:
        raise InputError(f"format {file_format}", "is no list of citations", "leave --only out")
    if file_format == "refi-qda":
        return export_coding(CodingSnapshot(Snapshot(workspace)), "qdpx", now=now)
    return export_snapshot(Snapshot(workspace), file_format, only=only)


def export_snapshot(
    snapshot: Snapshot,
    file_format: str,
    *,
    without_abstracts: bool = False,
    only: str | None = None,
) -> bytes:
    """Return a moment of the review in a format of `EXPORT_FORMATS`."""
    if file_format == "prisma-csv":
        words = reasons_in_words(snapshot.workspace.config)
        return write_prisma_csv(snapshot.counts.in_words(words)).encode()
    if file_format == "tables":
        return write_tables(compose_document(snapshot, rows_shown=_ALL_ROWS))
    if file_format == "ledger":
        return write_ledger_lines(snapshot.workspace.ledger)
    citations = snapshot.to_screen
    if without_abstracts:
        citations = Citation.validate(citations.with_columns(abstract=None, notes=[]), cast=True)
    said = words_on_citations(snapshot)  # decisions on reports among them
    screened = list_screened(citations, snapshot.outcomes, decisions=said)
    chosen = [one for one in screened if only in (None, one.full_text or one.screening)]
    return EXPORTERS[file_format].write(chosen)


def write_ledger_lines(ledger: Ledger) -> bytes:
    """Return every event, one JSON object a line."""
    lines = (
        canonical_json(
            {
                "seq": one.seq,
                "at": one.at.isoformat(),
                "actor": one.actor,
                "software": one.software,
                "kind": one.event.kind,
                "event": one.event.model_dump(mode="json"),
            }
        )
        for one in ledger.read()
    )
    return "".join(f"{line}\n" for line in lines).encode()
