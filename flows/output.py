"""What the command line prints: one JSON value for machines, or tables and sentences for people."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
from pydantic import BaseModel
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

__all__ = [
    "as_json",
    "print_json",
    "print_renderable",
    "print_table",
    "progress_bar",
    "say",
    "warn",
]

_PIPED_WIDTH: Final = 160  # columns, where there is no terminal to ask
_screen = Console(
    soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH
)
_log = Console(stderr=True, soft_wrap=True, highlight=False)


def say(text: str) -> None:
    """Print a sentence for a person; text from records is shown as it is."""
    _screen.print(text, markup=False)


def warn(text: str) -> None:
    """Print a sentence on standard error."""
    _log.print(text, markup=False, style="yellow" if _log.is_terminal else None)


def progress_bar() -> Progress:
    """Return a progress bar on standard error: shown on a terminal, silent when piped."""
    return Progress(console=_log, transient=True, disable=not sys.stderr.isatty())


def print_json(value: object) -> None:
    """Print one JSON value on standard output."""
    print(json.dumps(as_json(value), ensure_ascii=False, indent=2))  # noqa: T201 - the output


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for a person."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else _plain(cell) for cell in row))
    _screen.print(table)


def print_renderable(renderable: RenderableType) -> None:
    """Print something that rich draws."""
    _screen.print(renderable)


def _plain(cell: object) -> str:
    return str(cell).replace("[", r"\[")  # rich would read [text] as markup


def as_json(value: object) -> object:
    """Turn dataclasses, models, frames, dates and paths into what JSON can hold.

    >>> as_json((Path("a"), dt.date(2026, 1, 2)))
    ['a', '2026-01-02']
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: as_json(getattr(value, field.name)) for field in fields}
    if isinstance(value, pl.DataFrame):
        return [as_json(row) for row in value.iter_rows(named=True)]
    if isinstance(value, dict | BaseModel):
        return {str(key): as_json(one) for key, one in dict(value).items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(one) for one in value]
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value
