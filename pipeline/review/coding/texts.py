"""The texts that are coded: abstracts and full texts of the included reports, kept by their hash.

A text is stored the first time that somebody judges it, named by its SHA-256, so that the offsets
of a tag can always be checked against the very text they refer to, whatever happens to the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError, StoreError, UnknownNameError
from pipeline.events import FullTextKept, Retrieved, sha256_of
from pipeline.review.coding.state import read_full_texts
from pipeline.schemas.coding import CodedText
from pipeline.store import write_bytes
from pipeline.tag.fulltext import read_full_text
from pipeline.tag.plain import plain_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.review.workspace import Workspace

__all__ = [
    "coded_texts",
    "included_reports",
    "keep_full_text",
    "keep_text",
    "read_text",
]


def included_reports(snapshot: Snapshot) -> pl.DataFrame:
    """Return the included reports: ``report_id, study_id, citation_id``, the first of each."""
    included = snapshot.outcomes.filter(
        (pl.col("stage") == "full-text") & (pl.col("outcome") == "include")
    ).select("citation_id")
    links = snapshot.evidence.report_links
    reports = included.join(links, on="citation_id", how="left").with_columns(
        pl.coalesce("report_id", "citation_id").alias("report_id")
    )
    own = snapshot.report_outcomes.filter(pl.col("outcome") != "include")
    reports = reports.join(own, on="report_id", how="anti")
    first = reports.sort("report_id", "citation_id").unique("report_id", maintain_order=True)
    studies = first.join(snapshot.evidence.study_links, on="report_id", how="left")
    return studies.select(
        "report_id", pl.coalesce("study_id", "report_id").alias("study_id"), "citation_id"
    ).sort("report_id")


def coded_texts(snapshot: Snapshot) -> dy.DataFrame[CodedText]:
    """Return the texts of the included reports: the abstract of each, and the full text if kept."""
    reports = included_reports(snapshot)
    citations = snapshot.citations.select("citation_id", "title", "abstract")
    shown = reports.join(citations, on="citation_id", how="left")
    full_texts = read_full_texts(snapshot.workspace.ledger, as_of=snapshot.as_of)
    rows = []
    for report_id, study_id, title, abstract in shown.select(
        "report_id", "study_id", "title", "abstract"
    ).iter_rows():
        text = plain_text(abstract or "")
        rows.append((report_id, "abstract", study_id, title, sha256_of(text), text))
        if report_id in full_texts:
            name = full_texts[report_id].text_sha256
            text = read_text(snapshot.workspace, name)
            rows.append((report_id, "full-text", study_id, title, name, text))
    schema = CodedText.create_empty().schema
    return CodedText.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def keep_text(workspace: Workspace, text: str) -> str:
    """Store a plain text under its hash, and return the hash."""
    name = sha256_of(text)
    path = _path_of(workspace, name)
    if not path.is_file():
        write_bytes(path, text.encode())
    return name


def read_text(workspace: Workspace, name: str) -> str:
    """Return the text of this hash.

    Raises
    ------
    StoreError
        It is missing, or is not what was stored.
    """
    path = _path_of(workspace, name)
    remedy = "restore it from a copy of the review folder"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError(str(path), f"cannot be read ({error.strerror})", remedy) from error
    if sha256_of(data) != name:
        raise StoreError(str(path), "was changed after it was stored", remedy)
    return data.decode()


def keep_full_text(
    workspace: Workspace,
    report_id: str,
    path: Path | None,
    *,
    reports: Sequence[str],
    actor: str,
    now: dt.datetime,
) -> FullTextKept:
    """Copy the full text of an included report into the review, read it, and record both.

    Raises
    ------
    InputError
        The report is not included, or the file cannot be read as a full text.
    """
    if report_id not in reports:
        raise UnknownNameError("included report", report_id, reports)
    if path is None:
        path = _retrieved_file(workspace, report_id)
    try:
        data = path.read_bytes()
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
        raise InputError(str(path), why, "check the name and its permissions") from error
    full_text = read_full_text(data, name=str(path))
    digest = sha256_of(data)
    file = workspace.folder.full_texts / f"{digest}{path.suffix.lower()}"
    if not file.is_file():
        write_bytes(file, data)
    event = FullTextKept(
        report_id=report_id,
        file=file.relative_to(workspace.folder.path).as_posix(),
        file_sha256=digest,
        text_sha256=keep_text(workspace, full_text.text),
        n_pages=full_text.n_pages,
    )
    known = read_full_texts(workspace.ledger).get(report_id)
    if known != event:
        workspace.ledger.append([event], actor=actor, now=now)
    return event


def _retrieved_file(workspace: Workspace, report_id: str) -> Path:
    """Return the document that was kept when the report was retrieved."""
    files = [
        one.event.file
        for one in workspace.ledger.read(Retrieved)
        if isinstance(one.event, Retrieved) and one.event.report_id == report_id and one.event.file
    ]
    if not files:
        raise InputError(report_id, "has no document in the review", "give one with --file")
    return workspace.folder.path / files[-1]


def _path_of(workspace: Workspace, name: str) -> Path:
    return workspace.folder.texts / f"{name}.txt"
