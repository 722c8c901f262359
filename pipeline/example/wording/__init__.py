"""The example's words: grammars and lists as plain text files, one topic a file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from pipeline.example.writer import Grammar, read_grammar

__all__ = ["grammar", "read_list"]

_FOLDER: Final = files("pipeline.example").joinpath("wording")


@cache
def grammar() -> Grammar:
    """Return the grammar of all titles and abstracts, read once.

    >>> "tool" in grammar().productions
    True
    """
    names = sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".grammar"))
    return read_grammar(_FOLDER.joinpath(name).read_text("utf-8") for name in names)


@cache
def read_list(name: str) -> tuple[str, ...]:
    """Return the lines of a list, without comments.

    >>> "Zoë" in read_list("given_names.txt")
    True
    """
    lines = _FOLDER.joinpath(name).read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
