"""What a replay compared, and what it found to differ; the review as it stood before an event."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.review.settings import settings_in_force
from pipeline.review.verification import Finding

if TYPE_CHECKING:
    from pipeline.review.workspace import Workspace
    from pipeline.store import RecordedEvent

__all__ = ["Comparison", "as_before"]


@dataclass
class Comparison:
    """A list that grows while an archive is rebuilt.

    >>> comparison = Comparison()
    >>> comparison.compare("the flow", "the flow", said=3, found=4)
    >>> comparison.findings[0].what
    'the archive says 3, rebuilt is 4'
    """

    checked: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def compare(self, what: str, where: str, said: object, found: object) -> None:
        """Note that something was compared, and where it differs."""
        self.checked.append(what)
        if said != found:
            self.findings.append(Finding(where, f"the archive says {said}, rebuilt is {found}"))


def as_before(workspace: Workspace, recorded: RecordedEvent) -> Workspace:
    """Return the review as it stood just before an event, by the settings of that time."""
    before = workspace.ledger.pinned(last=recorded.seq - 1)
    settings = settings_in_force(workspace.ledger.pinned(last=recorded.seq))
    return dataclasses.replace(workspace, ledger=before, config=settings or workspace.config)
