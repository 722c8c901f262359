"""Some rows of a frame that was checked, without checking them again.

What holds for all rows of a frame holds for some of them, in any order: keys stay unique, values
stay in their range. Checking a million rows anew after each filter costs more than the filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import dataframely as dy

from pipeline.errors import ContractError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["rows_of"]

SchemaT = TypeVar("SchemaT", bound=dy.Schema)


def rows_of(schema: type[SchemaT], rows: pl.DataFrame) -> dy.DataFrame[SchemaT]:
    """Call rows that were filtered, joined away or sorted what the frame they come from is called.

    Not for rows that were made or changed, nor for two frames put together: those are for
    `validate`.

    Parameters
    ----------
    schema
        The schema of the frame that the rows were taken from.
    rows
        Some or all of its rows, with all of its columns.

    Raises
    ------
    ContractError
        The columns are not those of the schema.

    Examples
    --------
    >>> from pipeline.schemas import Cluster
    >>> rows_of(Cluster, Cluster.create_empty().reverse()).height
    0
    """
    if rows.columns != schema.column_names():
        raise ContractError(f"rows with the columns {rows.columns} are not of a {schema.__name__}")
    return cast("dy.DataFrame[SchemaT]", rows)
