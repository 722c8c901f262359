"""Events of deduplication beside the clustering itself: the audit of merges, refused relations."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.events.base import Event, Sha256

__all__ = ["AuditDrawn", "RelationAllowed", "RelationRefused"]


class AuditDrawn(Event):
    """A random sample of automatic merges was drawn, before anybody has looked at one of them.

    What people then say about its pairs are ordinary judgements of pairs.
    """

    kind: ClassVar[str] = "audit drawn"
    frame: Sha256  # the sample: pairs of a removed record and the one its citation is named after
    clustering: Sha256  # the frame of the clustering that was sampled
    seed: int
    n_drawn: int = Field(ge=0)
    n_merges: int = Field(ge=0)  # automatic merges that the sample was drawn from


class RelationRefused(Event):
    """A person said that two citations, suggested to be of one study, are not."""

    kind: ClassVar[str] = "relation refused"
    left_id: str  # citations, as they were called then; left_id < right_id
    right_id: str
    relation: str  # what was suggested
    note: str | None = None


class RelationAllowed(Event):
    """The refusal of a relation no longer holds: it may be suggested again."""

    kind: ClassVar[str] = "relation allowed"
    left_id: str
    right_id: str
