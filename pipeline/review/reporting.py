"""Reports are written, versions published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.errors import NotReadyError
from pipeline.events import (
    ExportFile,
    ReportRendered,
    VersionPublished,
    canonical_json,
    sha256_of,
)
from pipeline.report import draw_flow, render_report
from pipeline.review.snapshot import Snapshot
from pipeline.review.tagging import suggest_for_included
from pipeline.review.workspace import SOFTWARE
from pipeline.store import write_bytes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.report import FlowCounts
    from pipeline.review.workspace import Workspace

__all__ = ["publish_version", "write_reports"]


def write_reports(workspace: Workspace, *, now: dt.datetime) -> list[Path]:
    """Write the diagram, the report and the tables; an event only where something changed.

    Returns
    -------
    list
        The files: ``prisma.svg``, ``prisma.json``, ``report.html``, ``suggested_tags.csv``.
    """
    texts = _render(workspace)
    files = []
    for name, text in texts.items():
        path = workspace.folder.reports / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_bytes(path, text.encode())
        files.append(path)
    hashes = {name: sha256_of(text) for name, text in texts.items()}
    if hashes != _last_rendered(workspace):
        exported = (ExportFile(file=f"reports/{name}", sha256=hashes[name]) for name in hashes)
        event = ReportRendered(files=tuple(exported))
        workspace.ledger.append([event], actor="thresher", now=now)
    return files


def _render(workspace: Workspace) -> dict[str, str]:
    """Return every file of the report; the same ledger gives the same bytes."""
    snapshot = Snapshot(workspace)
    counts = snapshot.counts
    title = workspace.config.review.title
    tags = suggest_for_included(workspace).tags
    svg = draw_flow(counts, title=title)
    return {
        "prisma.svg": svg,
        "prisma.json": json.dumps(counts.to_json(), indent=2, ensure_ascii=False) + "\n",
        "report.html": render_report(
            counts=counts,
            rows=snapshot.flow,
            evidence=snapshot.evidence,
            title=title,
            software=(SOFTWARE,),
        ),
        "suggested_tags.csv": tags.write_csv(),
    }


def _last_rendered(workspace: Workspace) -> Mapping[str, str]:
    events = workspace.ledger.read(ReportRendered)
    event = events[-1].event if events else None
    if not isinstance(event, ReportRendered):
        return {}
    return {one.file.removeprefix("reports/"): one.sha256 for one in event.files}


def publish_version(workspace: Workspace, name: str, *, actor: str, now: dt.datetime) -> FlowCounts:
    """Freeze the counts under a name: from here on they reprint identically.

    Raises
    ------
    NotReadyError
        Rejected entries are neither repaired nor waived, or something still awaits a decision.
    """
    snapshot = Snapshot(workspace)
    if snapshot.unresolved.height:
        raise NotReadyError(
            f"{snapshot.unresolved.height} rejected entries are neither repaired nor waived; "
            "see `thresher rejected`"
        )
    counts = snapshot.counts
    counts.require_balanced()
    if counts.is_interim:
        awaiting = counts.to_json()["awaiting"]
        raise NotReadyError(f"the flow is interim, still awaiting: {canonical_json(awaiting)}")
    event = VersionPublished(name=name, counts=canonical_json(counts.to_json()))
    workspace.ledger.append([event], actor=actor, now=now)
    return counts
