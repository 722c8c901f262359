"""How a frame of anything becomes rows of the flow: one place, so that they all look alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.schemas import FlowRow

if TYPE_CHECKING:
    from typing import Final

__all__ = ["flow_rows"]

_SCHEMA: Final = {name: column.dtype for name, column in FlowRow.columns().items()}
_NOTHING: Final = pl.lit(None)


def flow_rows(
    frame: pl.DataFrame,
    *,
    box: str | pl.Expr,
    unit: str,
    id_column: str,
    name: pl.Expr = _NOTHING,
    title: pl.Expr = _NOTHING,
    source: pl.Expr = _NOTHING,
    event: pl.Expr | None = None,
) -> pl.DataFrame:
    """Return one row of the flow for each row of ``frame``.

    Parameters
    ----------
    box
        The box's key, or an expression that gives it.
    unit, id_column
        What is counted, and the column that identifies it.
    name, title, source
        Expressions; null when left out.
    event
        The event that put it there; by default the column ``event``.

    >>> frame = pl.DataFrame({"record_id": ["embase:1"], "event": [3]})
    >>> flow_rows(frame, box="database_results", unit="record", id_column="record_id").row(0)
    ('database_results', None, 'record', 'embase:1', None, None, 3)
    """
    columns = {
        "box": pl.lit(box) if isinstance(box, str) else box,
        "name": name,
        "unit": pl.lit(unit),
        "id": pl.col(id_column),
        "title": title,
        "source": source,
        "event": pl.col("event") if event is None else event,
    }
    return frame.select(
        expression.cast(_SCHEMA[column]).alias(column) for column, expression in columns.items()
    )
