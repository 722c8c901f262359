"""The manifest of an archive: what it holds, with hashes, and what it leaves out, with reasons."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from pipeline.events.base import Sha256

__all__ = ["FORMAT", "MANIFEST", "ArchivedFile", "Manifest", "WithheldFile"]

FORMAT: Final = 1  # of the archive; a newer one is refused
MANIFEST: Final = "manifest.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ArchivedFile(_Part):
    """A file of the archive."""

    file: str
    sha256: Sha256
    size: int = Field(ge=0)


class WithheldFile(_Part):
    """A file of the review that the archive does not hold, or not as it was."""

    file: str
    sha256: Sha256  # as it is in the review
    why: str


class Manifest(_Part):
    """What an archive holds, and what it was made by.

    Parameters
    ----------
    made_at
        When, in UTC.
    software, library, lock
        The version, a hash of its code, and one of the installed distributions.
    n_events, head
        The length of the ledger and the hash that covers it.
    counts
        The numbers of the flow as ``thresher prisma --json`` prints them.
    without_abstracts
        Whether texts of databases were left out.
    withheld, withheld_events
        What was left out, file by file and event by event.
    keeps
        Where texts were left out: what of other people's words is in it all the same.
    """

    archive: int = FORMAT
    made_at: str
    software: str
    library: Sha256
    lock: Sha256
    distributions: tuple[str, ...]
    title: str
    n_events: int
    head: Sha256
    counts: dict[str, JsonValue]
    without_abstracts: bool
    files: tuple[ArchivedFile, ...]
    withheld: tuple[WithheldFile, ...] = ()
    withheld_events: tuple[int, ...] = ()
    keeps: str = ""
