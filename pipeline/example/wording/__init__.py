"""The example's words: grammars and lists as plain text files, one topic a file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pipeline.example.writer import Grammar, read_grammar

__all__ = ["grammar"]


@cache
def grammar() -> Grammar:
    """Return the grammar of all titles and abstracts, read once.

    >>> "tool" in grammar().productions
    True
    """
    folder = files("pipeline.example").joinpath("wording")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".grammar"))
    return read_grammar(folder.joinpath(name).read_text("utf-8") for name in names)
