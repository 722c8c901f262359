"""The only door to disk and database: the ledger, the accepted frames, the cache of the machine."""

from pipeline.store.frames import FrameCache, FrameStore, write_bytes
from pipeline.store.ledger import Ledger, LedgerHead, RecordedEvent, create_ledger, open_ledger

__all__ = [
    "FrameCache",
    "FrameStore",
    "Ledger",
    "LedgerHead",
    "RecordedEvent",
    "create_ledger",
    "open_ledger",
    "write_bytes",
]
