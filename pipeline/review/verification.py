"""Is everything still as it was accepted? The chain, the inputs, the frames, the identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ReviewError
from pipeline.events import (
    AuditDrawn,
    ClusteringAccepted,
    EntriesIngested,
    ExportFile,
    QueueMade,
    SampleDrawn,
    SearchAdded,
    VersionPublished,
    sha256_of,
)
from pipeline.review.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review.workspace import Workspace

__all__ = ["Finding", "verify"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    where: str
    what: str


def verify(workspace: Workspace) -> list[Finding]:
    """Check the hash chain, the exports, the accepted frames and the PRISMA identities."""
    findings = [*_chain(workspace), *_exports(workspace), *_frames(workspace)]
    if not findings:  # the counts rest on all of the above
        findings.extend(_identities(workspace))
    return findings


def _chain(workspace: Workspace) -> Iterator[Finding]:
    for seq, what in workspace.ledger.broken_links():
        yield Finding(f"ledger, event {seq}", what)


def _exports(workspace: Workspace) -> Iterator[Finding]:
    for recorded in workspace.ledger.read(SearchAdded):
        if isinstance(recorded.event, SearchAdded):
            for file in recorded.event.files:
                yield from _export(workspace, file)


def _export(workspace: Workspace, file: ExportFile) -> Iterator[Finding]:
    path = workspace.folder.path / file.file
    if not path.is_file():
        yield Finding(file.file, "is missing")
    elif sha256_of(path.read_bytes()) != file.sha256:
        yield Finding(file.file, "was changed after it was added")


def _frames(workspace: Workspace) -> Iterator[Finding]:
    kinds = (EntriesIngested, ClusteringAccepted, AuditDrawn, QueueMade, VersionPublished)
    for recorded in workspace.ledger.read(*kinds, SampleDrawn):
        for name in _frames_of(recorded.event):
            if not workspace.frames.is_intact(name):
                path = workspace.frames.path_of(name).relative_to(workspace.folder.path)
                missing = not workspace.frames.path_of(name).is_file()
                yield Finding(str(path), "is missing" if missing else "is damaged")


def _frames_of(event: object) -> list[str]:
    if isinstance(event, EntriesIngested):
        return [event.rejected_frame] if event.rejected_frame else []
    if isinstance(event, ClusteringAccepted):
        named = (event.frame, event.pairs_frame, event.moves_frame)
        return [name for name in named if name]
    if isinstance(event, AuditDrawn):
        return [event.frame]
    if isinstance(event, SampleDrawn):
        return [event.places]
    if isinstance(event, VersionPublished):
        return [event.rows_frame]
    return [event.frame] if isinstance(event, QueueMade) else []


def _identities(workspace: Workspace) -> Iterator[Finding]:
    try:
        identities = Snapshot(workspace).counts.identities
    except ReviewError as error:
        yield Finding("counts", f"cannot be computed: {error}")
        return
    for identity in identities:
        if not identity.holds:
            yield Finding(f"identity {identity.name}", identity.note)
