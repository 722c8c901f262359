"""Events of deduplication beside the clustering itself: the audit of automatic merges."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.events.base import Event, Sha256

__all__ = ["AuditDrawn"]


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
