"""Reports are written, versions published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError, NotReadyError, UnknownNameError
from pipeline.events import (
    ExportFile,
    ReportRendered,
    VersionPublished,
    canonical_json,
    sha256_of,
)
from pipeline.report import (
    compose_report,
    draw_flow,
    draw_picture,
    list_row_files,
    render_markdown,
    render_page,
    write_prisma_csv,
)
from pipeline.report.sections import ROWS_SHOWN
from pipeline.review.reasons import reasons_in_words, say_reasons
from pipeline.review.sections import FILES, SECTIONS, gather_method_facts, name_software
from pipeline.review.settings import write_settings
from pipeline.review.snapshot import Snapshot
from pipeline.store import write_bytes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.report import FlowCounts, ReportDocument
    from pipeline.report.picture import PictureFormat
    from pipeline.review.workspace import Workspace

__all__ = [
    "compose_document",
    "publish_version",
    "published_counts",
    "render_reports",
    "write_past_report",
    "write_reports",
]

_ROWS_FOLDER: Final = "rows"  # of the lists that are too long for the page


def write_reports(workspace: Workspace, *, now: dt.datetime) -> list[Path]:
    """Write the diagram, the report and the tables; an event only where something changed.

    Returns
    -------
    list
        The files: the flow as SVG, PNG, PDF, JSON and the PRISMA2020 R package's CSV, the report as
        HTML and Markdown, the evidence map and the suggested tags.
    """
    contents = render_reports(Snapshot(workspace))
    files = _write(contents, workspace.folder.reports)
    hashes = {name: sha256_of(data) for name, data in contents.items()}
    if hashes != _last_rendered(workspace):
        exported = (ExportFile(file=f"reports/{name}", sha256=hashes[name]) for name in hashes)
        event = ReportRendered(files=tuple(exported))
        workspace.ledger.append([event], actor="thresher", now=now)
    return files


def write_past_report(snapshot: Snapshot, day: dt.date) -> list[Path]:
    """Write the report as it was at the end of a day, into a folder named after the day.

    The ledger gets no event: nothing happened, and the same can be written at any time.
    """
    return _write(render_reports(snapshot), snapshot.workspace.folder.reports / day.isoformat())


def _write(contents: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write what differs from what is there; lists of rows that are no longer so long are gone."""
    files = [folder / name for name in contents]
    for path, data in zip(files, contents.values(), strict=True):
        if not path.is_file() or path.read_bytes() != data:
            write_bytes(path, data)
    for stale in set((folder / _ROWS_FOLDER).glob("*.csv")) - set(files):
        stale.unlink()
    return files


def compose_document(snapshot: Snapshot, *, rows_shown: int = ROWS_SHOWN) -> ReportDocument:
    """Put the report together, with so many rows of each list."""
    review, words = snapshot.workspace.config.review, reasons_in_words(snapshot.workspace.config)
    return compose_report(
        evidence=snapshot.evidence,
        rows=say_reasons(snapshot.flow, words),
        counts=snapshot.counts.in_words(words),
        title=review.title,
        question=review.question,
        methods=gather_method_facts(snapshot),
        sections=[build(snapshot) for build in SECTIONS],
        software=name_software(),
        rows_shown=rows_shown,
        rows_folder=_ROWS_FOLDER,
    )


def render_reports(snapshot: Snapshot) -> dict[str, bytes]:
    """Return every file of the report by its name; the same ledger gives the same bytes."""
    document = compose_document(snapshot)
    title, spoken = document.title, document.counts
    rows = say_reasons(snapshot.flow, reasons_in_words(snapshot.workspace.config))
    texts = {
        "prisma.svg": draw_flow(spoken, title=title),
        "prisma.json": json.dumps(snapshot.counts.to_json(), indent=2, ensure_ascii=False) + "\n",
        "PRISMA.csv": write_prisma_csv(spoken),
        "report.html": render_page(document),
        "report.md": render_markdown(document),
    }
    texts |= {f"{_ROWS_FOLDER}/{one.name}": one.text for one in list_row_files(rows)}
    drawn = (one for one in document.sections if one.picture and one.picture_file)
    texts |= {one.picture_file: one.picture for one in drawn}
    contents = {name: text.encode() for name, text in texts.items()}
    contents |= {one.name: one.data for build in FILES for one in build(snapshot)}
    pictures: tuple[PictureFormat, ...] = ("png", "pdf")
    return contents | {
        f"prisma.{kind}": draw_picture(spoken, file_format=kind, title=title) for kind in pictures
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
    if name in (one.name for one in snapshot.published):
        raise InputError(f"version {name!r}", "is published already", "give this one another name")
    if not snapshot.is_up_to_date:
        raise NotReadyError("there are exports that were added since the last `thresher run`")
    if snapshot.unresolved.height:
        raise NotReadyError(
            f"{snapshot.unresolved.height} rejected entries are neither repaired nor waived; "
            "see `thresher rejected`"
        )
    counts = snapshot.counts
    counts.require_balanced()
    if counts.is_interim:
        awaiting = (f"{one.n} {one.name}" for one in counts.box("awaiting").members)
        raise NotReadyError(
            f"the flow is interim, still awaiting: {', '.join(awaiting)}; see `thresher status`"
        )
    standing = snapshot.evidence.searches.filter(~pl.col("is_withdrawn"))
    event = VersionPublished(
        name=name,
        counts=canonical_json(counts.to_json()),
        search_ids=tuple(standing["search_id"].sort()),
        rows_frame=workspace.frames.put(snapshot.whole_flow),
        settings=write_settings(workspace.config),
    )
    workspace.ledger.append([event], actor=actor, now=now, uids=[f"publish:{name}"])
    return counts


def published_counts(workspace: Workspace, name: str) -> str:
    """Return the counts of a published version as they were frozen, as canonical JSON.

    Raises
    ------
    UnknownNameError
        No version of that name was published.
    """
    versions = {one.name: one.counts for one in Snapshot(workspace).published}
    if name not in versions:
        raise UnknownNameError("published version", name, versions)
    return versions[name]
