"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pipeline.errors import InputError

__all__ = [
    "Actor",
    "AsJson",
    "AsOf",
    "Note",
    "ReviewPath",
    "ReviewerId",
    "Scheduler",
    "read_date",
    "require_named",
]

ReviewPath: TypeAlias = Annotated[
    Path, typer.Argument(metavar="REVIEW", help="The review's folder.", show_default=False)
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
AsOf: TypeAlias = Annotated[
    str, typer.Option(metavar="DATE", help="Count what was known by the end of that day (UTC).")
]
ReviewerId: TypeAlias = Annotated[
    str, typer.Option("--as", metavar="REVIEWER", help="Whose word it is.", show_default=False)
]
Actor: TypeAlias = Annotated[
    str, typer.Option("--as", metavar="REVIEWER", help="Whose word it is, for a change.")
]
Note: TypeAlias = Annotated[str | None, typer.Option(help="Why; kept in the ledger.")]
Scheduler: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A Dask cluster that runs already: tcp://host:8786.",
        show_default=False,
    ),
]


def read_date(text: str, *, option: str) -> dt.date:
    """Read a date as the command line takes it.

    Raises
    ------
    InputError
        It is not of the form 2026-11-21.

    >>> read_date("2026-11-21", option="--as-of").year
    2026
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(option, f"{text!r} is not a date", "write it as 2026-11-21") from error


def require_named(reviewer: str, what: str) -> None:
    """Refuse a change for which nobody answers.

    Raises
    ------
    InputError
        No reviewer is given.

    >>> require_named("anna", "--resolve")
    """
    if not reviewer:
        raise InputError(what, "needs --as", "say who answers for it")
