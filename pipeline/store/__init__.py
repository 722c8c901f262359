"""The only door to disk and database: the ledger, the accepted frames, the cache of the machine."""

from pipeline.store.chain import LedgerHead
from pipeline.store.copying import LeftOut, copy_ledger
from pipeline.store.frames import FrameCache, FrameStore, as_parquet, write_bytes
from pipeline.store.ledger import Ledger, RecordedEvent, create_ledger, open_ledger
from pipeline.store.locking import learning_alone, running_alone
from pipeline.store.moving import move_ledger

__all__ = [
    "FrameCache",
    "FrameStore",
    "Ledger",
    "LedgerHead",
    "LeftOut",
    "RecordedEvent",
    "as_parquet",
    "copy_ledger",
    "create_ledger",
    "learning_alone",
    "move_ledger",
    "open_ledger",
    "running_alone",
    "write_bytes",
]
