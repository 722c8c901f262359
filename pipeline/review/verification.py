"""Is everything still as it was accepted? The chain, the inputs, the frames, the identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import ReviewError
from pipeline.events import sha256_of
from pipeline.review.references import referred_files, referred_frames
from pipeline.review.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.review.workspace import Workspace

__all__ = ["Finding", "Withheld", "verify"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: where, and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """What an archive left out on purpose, and whose hashes therefore cannot be checked.

    Parameters
    ----------
    files
        Exports, full texts and frames, relative to the review's folder.
    events
        Sequence numbers of events that a text was taken out of.
    """

    files: frozenset[str] = frozenset()
    events: frozenset[int] = frozenset()


_NOTHING: Final = Withheld()


def verify(workspace: Workspace, *, withheld: Withheld = _NOTHING) -> list[Finding]:
    """Check the hash chain, the inputs, the accepted frames and the PRISMA identities.

    Parameters
    ----------
    workspace
        The review.
    withheld
        What is not there as it was, and need not be.
    """
    checks: tuple[Callable[[Workspace, Withheld], Iterator[Finding]], ...] = (
        _chain,
        _files,
        _frames,
    )
    findings = [found for check in checks for found in _run(check, workspace, withheld)]
    if not findings:  # the counts rest on all of the above
        findings.extend(_run(_identities, workspace, withheld))
    return findings


def _run(
    check: Callable[[Workspace, Withheld], Iterator[Finding]],
    workspace: Workspace,
    withheld: Withheld,
) -> list[Finding]:
    """Run a check to its end, or to what it cannot understand: that is a finding too."""
    findings: list[Finding] = []
    try:
        findings.extend(check(workspace, withheld))
    except ReviewError as error:
        findings.append(Finding(check.__name__.removeprefix("_"), f"cannot be checked: {error}"))
    return findings


def _chain(workspace: Workspace, withheld: Withheld) -> Iterator[Finding]:
    for seq, what in workspace.ledger.broken_links():
        if seq not in withheld.events:
            yield Finding(f"ledger, event {seq}", what)


def _files(workspace: Workspace, withheld: Withheld) -> Iterator[Finding]:
    for file in referred_files(workspace.ledger):
        path = workspace.folder.path / file.file
        if file.file in withheld.files:
            continue
        if not path.is_file():
            yield Finding(file.file, "is missing")
        elif sha256_of(path.read_bytes()) != file.sha256:
            yield Finding(file.file, "was changed after it was added")


def _frames(workspace: Workspace, withheld: Withheld) -> Iterator[Finding]:
    for seq, name in referred_frames(workspace.ledger):
        path = workspace.frames.path_of(name)
        place = path.relative_to(workspace.folder.path).as_posix()
        if place not in withheld.files and not workspace.frames.is_intact(name):
            what = "is damaged" if path.is_file() else "is missing"
            yield Finding(place, f"{what}; event {seq} of the ledger refers to it")


def _identities(workspace: Workspace, _withheld: Withheld) -> Iterator[Finding]:
    for identity in Snapshot(workspace).counts.identities:
        if not identity.holds:
            yield Finding(f"identity {identity.name}", identity.note)
