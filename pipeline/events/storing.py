"""Events about where the ledger itself is kept."""

from __future__ import annotations

from typing import ClassVar

from pipeline.events.base import Event

__all__ = ["LedgerMoved"]


class LedgerMoved(Event):
    """The last event of a ledger that was copied to another store: nothing is appended after it."""

    kind: ClassVar[str] = "ledger moved"
    to: str  # the new address, without a password
