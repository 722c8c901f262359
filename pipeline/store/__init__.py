"""The only door to disk and database: the ledger, the accepted frames, the cache of the machine."""

from pipeline.store.frames import FrameStore
from pipeline.store.ledger import Ledger, LedgerHead, RecordedEvent, create_ledger, open_ledger

__all__ = ["FrameStore", "Ledger", "LedgerHead", "RecordedEvent", "create_ledger", "open_ledger"]
