"""Builders of records for the tests of deduplication."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline.dedupe import read_records_table
from pipeline.dedupe.tables import TABLE_COLUMNS


def _table(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(TABLE_COLUMNS, pl.String))


@pytest.fixture
def table():
    """Rows of a plain table from keyword dictionaries; what is not given is empty."""
    return _table


@pytest.fixture
def records():
    """Records from keyword dictionaries, as the command line reads them."""
    return lambda *rows: read_records_table(_table(*rows))
