"""Take the review elsewhere: citations with decisions, the counts, the ledger itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.errors import UnknownNameError
from pipeline.events import canonical_json
from pipeline.report import EXPORTERS, list_screened, write_prisma_csv
from pipeline.review.snapshot import Snapshot

if TYPE_CHECKING:
    from pipeline.review.workspace import Workspace

__all__ = ["EXPORT_FORMATS", "export_review"]

EXPORT_FORMATS: Final = (*EXPORTERS, "prisma-csv", "ledger")


def export_review(workspace: Workspace, file_format: str) -> bytes:
    """Return the review in a format that another program reads.

    Parameters
    ----------
    workspace
        The review.
    file_format
        A name from ``EXPORTERS`` (the citations left after deduplication and the metadata rules,
        with their decisions), ``prisma-csv`` (the counts as the PRISMA2020 R package reads them) or
        ``ledger`` (every event, one JSON object a line).

    Raises
    ------
    UnknownNameError
        There is no such format.
    """
    if file_format not in EXPORT_FORMATS:
        raise UnknownNameError("export format", file_format, EXPORT_FORMATS)
    snapshot = Snapshot(workspace)
    if file_format == "prisma-csv":
        return write_prisma_csv(snapshot.counts).encode()
    if file_format == "ledger":
        return _export_ledger(workspace)
    screened = list_screened(snapshot.to_screen, snapshot.outcomes, decisions=snapshot.decisions)
    return EXPORTERS[file_format].write(screened)


def _export_ledger(workspace: Workspace) -> bytes:
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
        for one in workspace.ledger.read()
    )
    return "".join(f"{line}\n" for line in lines).encode()
