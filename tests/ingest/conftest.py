"""Real exports are parsed once a session, however many tests look at them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from pipeline.ingest import ParsedExport, parse_export

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@cache
def _parsed(file: Path) -> ParsedExport:
    return parse_export(file.read_bytes(), name=file.name)


@pytest.fixture(scope="session")
def parsed() -> Callable[[Path], ParsedExport]:
    """Parse a file, or return what came of it before."""
    return _parsed
