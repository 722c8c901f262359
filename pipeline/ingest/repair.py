"""A rejected entry, mended by a person, becomes an entry again: same place, same id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError
from pipeline.ingest.identity import Ingested, identify_entries
from pipeline.ingest.parsing import parse_export
from pipeline.schemas import Entry, EntryText, RejectedEntry

if TYPE_CHECKING:
    import dataframely as dy

__all__ = ["repair_entry"]


def repair_entry(rejected: dy.DataFrame[RejectedEntry], raw_text: str) -> Ingested:
    r"""Read the mended text of one rejected entry in its stead.

    Parameters
    ----------
    rejected
        The one row that was mended.
    raw_text
        The entry as a person put it right, in any format that Thresher reads.

    Raises
    ------
    InputError
        If the text does not hold exactly one readable entry.

    Examples
    --------
    >>> cut = b"TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - Tw"
    >>> ingested = identify_entries(
    ...     parse_export(cut, name="a.ris"), search_id="s1", file="a.ris", file_sha256="00")
    >>> mended = repair_entry(ingested.rejected, "TY  - JOUR\nTI  - Two\nER  - \n")
    >>> mended.entries["entry_id"].equals(ingested.rejected["entry_id"])
    True
    """
    place = rejected.row(0, named=True)
    where = f"{place['file']}, line {place['line']}"
    parsed = parse_export(raw_text.encode(), name=where)
    if parsed.entries.height != 1 or parsed.rejected.height:
        what = f"the mended text holds {parsed.entries.height} readable entries"
        raise InputError(where, what, "write exactly one entry, from its first line to its last")
    mended = identify_entries(
        parsed,
        search_id=place["search_id"],
        file=place["file"],
        file_sha256="",
        database=place["database"] if place["database"] != "unknown" else None,
    )
    own = {name: place[name] for name in ("entry_id", "position", "line")}
    return Ingested(
        entries=Entry.validate(_with(mended.entries, own).select(Entry.column_names())),
        texts=EntryText.validate(_with(mended.texts, own).select(EntryText.column_names())),
        records=mended.records,
        rejected=RejectedEntry.create_empty(),
    )


def _with(frame: pl.DataFrame, own: dict[str, object]) -> pl.DataFrame:
    dtypes = Entry.create_empty().schema
    return frame.with_columns(
        pl.lit(value, dtype=dtypes[name]).alias(name) for name, value in own.items()
    )
