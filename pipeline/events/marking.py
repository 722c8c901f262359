"""What a reviewer remarks about a citation beside the decision."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.events.base import Event

__all__ = ["CitationMarked"]


class CitationMarked(Event):
    """A reviewer's label on a citation, put on or taken off; the decision stays as it is."""

    kind: ClassVar[str] = "citation marked"
    citation_id: str
    record_id: str
    mark: str = Field(min_length=1)  # "background", "mine references", "needs translation", …
    is_on: bool
    reviewer: str
