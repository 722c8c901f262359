"""One zip of a whole review, and every number rebuilt from it.

An archive is made while people are screening and shows one moment. It holds the inputs, the ledger,
the accepted frames, what was read from the inputs, the report and the exports, and a manifest with
the hash of each: whoever gets it can rebuild the numbers without asking anybody.
"""

from pipeline.review.archive.manifest import ArchivedFile, Manifest, WithheldFile
from pipeline.review.archive.packing import Archive, archive_review
from pipeline.review.archive.replaying import Replay, replay_archive

__all__ = [
    "Archive",
    "ArchivedFile",
    "Manifest",
    "Replay",
    "WithheldFile",
    "archive_review",
    "replay_archive",
]
