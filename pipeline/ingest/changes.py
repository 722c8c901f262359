"""What later exports say differently about a record that was known already.

Databases go on working on a record: an abstract is added, an article in press gets its volume, a
paper is retracted. The record keeps its id, and the latest word on each field counts; what it
replaces is listed here, so that nobody has to notice it by chance. A field that an export leaves
empty says nothing and replaces nothing (`merge_records`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas import BIBLIOGRAPHIC_FIELDS, Record
from pipeline.schemas.deduplication import RecordChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

__all__ = ["find_changes"]

_LISTS: Final = frozenset(
    name for name, column in Record.columns().items() if column.dtype == pl.List(pl.String)
)
_PLACE: Final = ("volume", "issue", "pages")  # what an article in press has not got yet
_KINDS: Final = RecordChange.columns()["kind"].dtype


def find_changes(exports: Sequence[tuple[str, dy.DataFrame[Record]]]) -> dy.DataFrame[RecordChange]:
    """Return the fields that a later export describes otherwise than the one before it.

    Parameters
    ----------
    exports
        The name and the records of each file, in the order in which they were read.

    >>> before = pl.DataFrame({"record_id": ["a"], "abstract": [None], "title": ["Naps"]})
    >>> empty = Record.create_empty()
    >>> one, two = (
    ...     pl.concat([empty, frame], how="diagonal_relaxed").with_columns(
    ...         pl.col(*_LISTS).fill_null([]), database=pl.lit("Embase"))
    ...     for frame in (before, before.with_columns(abstract=pl.lit("We napped."))))
    >>> find_changes([("1.ris", one), ("2.ris", two)]).select("field", "kind").row(0)
    ('abstract', 'abstract added')
    """
    repeated = _repeated(exports)
    changes = [_changes_of(repeated, name) for name in BIBLIOGRAPHIC_FIELDS]
    found = pl.concat([RecordChange.create_empty(), *changes])
    return RecordChange.validate(found.sort("record_id", "version", "field"))


def _repeated(exports: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """Return the records that occur in more than one export, each with its place in the order."""
    columns = ("record_id", *BIBLIOGRAPHIC_FIELDS)
    frames = [
        frame.select(columns).with_columns(export=pl.lit(name), read=pl.lit(order, pl.UInt32))
        for order, (name, frame) in enumerate(exports)
    ]
    if not frames:
        return pl.DataFrame()
    ids = pl.concat([frame.select("record_id") for frame in frames])["record_id"]
    several = ids.filter(ids.is_duplicated()).unique().implode()
    together = pl.concat([frame.filter(pl.col("record_id").is_in(several)) for frame in frames])
    return together.sort("record_id", "read").with_columns(
        version=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("record_id")
    )


def _changes_of(repeated: pl.DataFrame, name: str) -> pl.DataFrame:
    if repeated.is_empty():
        return RecordChange.create_empty()
    value = pl.col(name).list.join("; ") if name in _LISTS else pl.col(name).cast(pl.String)
    text = pl.when(value != "").then(value)
    sides = repeated.select(
        "record_id",
        "version",
        "export",
        field=pl.lit(name),
        before=text.forward_fill().shift(1).over("record_id"),
        after=text,
    )
    differs = pl.col("before").ne_missing(pl.col("after")) & pl.col("after").is_not_null()
    changed = sides.filter((pl.col("version") > 1) & differs)
    return changed.with_columns(kind=_kind(name)).select(RecordChange.column_names())


def _kind(name: str) -> pl.Expr:
    """Say what a change means to those who read the record."""
    before, after = pl.col("before"), pl.col("after")
    is_new = before.is_null() & after.is_not_null()
    says_retracted = after.str.contains("(?i)retract") & ~before.fill_null("").str.contains(
        "(?i)retract"
    )
    if name in {"title", "publication_types", "notes"}:
        meant = pl.when(says_retracted.fill_null(value=False)).then(pl.lit("retracted"))
    elif name == "abstract":
        meant = pl.when(is_new).then(pl.lit("abstract added"))
    elif name in _PLACE:
        meant = pl.when(is_new).then(pl.lit("published in a volume"))
    else:
        meant = pl.when(pl.lit(value=False)).then(pl.lit("other"))
    return meant.otherwise(pl.lit("other")).cast(_KINDS)
