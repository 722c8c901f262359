"""Entries that could not be read: a person mends the text of one, or gives it up for a reason.

Rejected rows are accepted frames, so that what people decided on is there for good. A mended text
is read in the stead of the entry, in the format of its own file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import UnknownNameError
from pipeline.events import EntriesIngested, EntryRepaired, EntryWaived
from pipeline.ingest import repair_entry
from pipeline.review.state import ingested_files
from pipeline.review.workspace import cache_key
from pipeline.schemas import Entry, Record, RejectedEntry
from pipeline.schemas.rows import rows_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    import dataframely as dy

    from pipeline.review.workspace import Workspace

__all__ = [
    "MendedEntry",
    "mend_entry",
    "mended_entries",
    "read_repairs",
    "rejected_entries",
    "repair_key",
    "standing_repairs",
    "waive_entries",
]


@dataclass(frozen=True, slots=True)
class MendedEntry:
    """What a mended text came to, by the event that mended it."""

    seq: int
    entries: dy.DataFrame[Entry]
    records: dy.DataFrame[Record]


def rejected_entries(
    workspace: Workspace, *, as_of: dt.datetime | None = None
) -> dy.DataFrame[RejectedEntry]:
    """Return every entry that could not be read and was not repaired, waived or not."""
    rejected = _rejected_at_import(workspace, ingested_files(workspace.ledger, as_of=as_of))
    repaired = list(standing_repairs(workspace, as_of=as_of))
    return rows_of(RejectedEntry, rejected.filter(~pl.col("entry_id").is_in(repaired)))


def standing_repairs(
    workspace: Workspace, *, as_of: dt.datetime | None = None
) -> dict[str, tuple[int, str]]:
    """Return the event that repaired each repaired entry, the latest one, and the mended text."""
    return {
        one.event.entry_id: (one.seq, one.event.text)
        for one in workspace.ledger.read(EntryRepaired, as_of=as_of)
        if isinstance(one.event, EntryRepaired)
    }


def mended_entries(workspace: Workspace, *, as_of: dt.datetime | None = None) -> list[MendedEntry]:
    """Return what stands in the stead of the rejected entries that were repaired."""
    standing = {seq for seq, _ in standing_repairs(workspace, as_of=as_of).values()}
    if not standing:
        return []
    rejected = _rejected_at_import(workspace, ingested_files(workspace.ledger, as_of=as_of))
    return read_repairs(workspace, rejected, seqs=standing)


def read_repairs(
    workspace: Workspace,
    rejected: dy.DataFrame[RejectedEntry] | None = None,
    *,
    seqs: set[int] | None = None,
) -> list[MendedEntry]:
    """Read the mended texts of these rejected entries (of all, where none are given), each once."""
    if rejected is None:
        read = workspace.ledger.read(EntriesIngested)
        rejected = _rejected_at_import(
            workspace, [one.event for one in read if isinstance(one.event, EntriesIngested)]
        )
    return [
        _mended(workspace, rows_of(RejectedEntry, rejected.filter(entry_id=event.entry_id)), seq)
        for seq, event in _repairs(workspace)
        if event.entry_id in rejected["entry_id"] and (seqs is None or seq in seqs)
    ]


def _repairs(workspace: Workspace) -> list[tuple[int, EntryRepaired]]:
    read = workspace.ledger.read(EntryRepaired)
    return [(one.seq, one.event) for one in read if isinstance(one.event, EntryRepaired)]


def repair_key(workspace: Workspace, seq: int) -> str:
    """Return the key under which the frames of a mended entry are kept."""
    return cache_key("repair", seq, dict(_repairs(workspace))[seq].model_dump())


def _mended(workspace: Workspace, rejected: dy.DataFrame[RejectedEntry], seq: int) -> MendedEntry:
    key = repair_key(workspace, seq)
    entries = workspace.cache.get(key, "entries", Entry)
    records = workspace.cache.get(key, "records", Record)
    if entries is None or records is None:
        mended = repair_entry(rejected, dict(_repairs(workspace))[seq].text)
        entries, records = mended.entries, mended.records
        workspace.cache.put(key, "entries", entries)
        workspace.cache.put(key, "records", records)
    return MendedEntry(seq, entries, records)


def _rejected_at_import(
    workspace: Workspace, ingested: Iterable[EntriesIngested]
) -> dy.DataFrame[RejectedEntry]:
    frames = [
        workspace.frames.get(one.rejected_frame, RejectedEntry)
        for one in ingested
        if one.rejected_frame is not None
    ]
    return RejectedEntry.validate(pl.concat([RejectedEntry.create_empty(), *frames]))


def mend_entry(
    workspace: Workspace, entry_id: str, text: str, *, actor: str, now: dt.datetime
) -> None:
    """Put the mended text of a rejected entry in its stead.

    Raises
    ------
    UnknownNameError
        There is no such rejected entry.
    InputError
        The text is not exactly one entry that can be read.
    """
    rejected = _rejected_at_import(workspace, ingested_files(workspace.ledger))
    if entry_id not in rejected["entry_id"]:
        raise UnknownNameError("rejected entry", entry_id, rejected["entry_id"].to_list())
    row = rows_of(RejectedEntry, rejected.filter(pl.col("entry_id") == entry_id))
    repair_entry(row, text)  # refused before anything is written
    event = EntryRepaired(entry_id=entry_id, text=text)
    workspace.ledger.append([event], actor=actor, now=now)


def waive_entries(
    workspace: Workspace, entry_ids: Sequence[str], *, reason: str, actor: str, now: dt.datetime
) -> int:
    """Give up rejected entries: each then counts as removed for another reason.

    Raises
    ------
    UnknownNameError
        There is no such rejected entry; nothing is waived.
    """
    rejected = rejected_entries(workspace)["entry_id"].to_list()
    for entry_id in entry_ids:
        if entry_id not in rejected:
            raise UnknownNameError("rejected entry", entry_id, rejected)
    events = [EntryWaived(entry_id=entry_id, reason=reason) for entry_id in entry_ids]
    uids = [f"waive:{entry_id}" for entry_id in entry_ids]
    workspace.ledger.append(events, actor=actor, now=now, uids=uids)
    return len(events)
