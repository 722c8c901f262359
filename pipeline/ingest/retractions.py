"""Records that say a publication was retracted, in the words of the databases.

PubMed gives the retracted paper the publication type "Retracted Publication" and a link to its
notice, and the notice "Retraction of Publication" (National Library of Medicine, *Errata,
Retractions, and Other Linked Citations in PubMed*); publishers put "RETRACTED:" before the title,
Cochrane and others "WITHDRAWN:", OpenAlex says ``is_retracted``. What is about retraction as a
subject ("Why articles are retracted") is not marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas.updates import RetractionMark

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Record

__all__ = ["find_retraction_marks"]

_MARKED_TITLE: Final = r"(?i)^\W*(?:retracted|withdrawn)(?: (?:article|paper|chapter))?\W*[:.\])–-]"
_NOTICE_TITLE: Final = (
    r"(?i)^\W*(?:retraction|withdrawal)(?: (?:note|notice|statement))?\s*(?:[:.]|(?:of|to|for)\b)"
)
_MARKED_TYPE: Final = r"(?i)^(?:retracted|withdrawn)\b"
_NOTICE_TYPE: Final = r"(?i)^(?:retraction(?: of publication| notice)?|withdrawal notice)$"
_MARKED_NOTE: Final = (
    r"(?i)^(?:RetractionIn\b|Retraction in\b|is_retracted: true|PartialRetractionIn\b)"
)
_NOTICE_NOTE: Final = r"(?i)^(?:RetractionOf\b|Retraction of\b)"


def find_retraction_marks(records: dy.DataFrame[Record]) -> dy.DataFrame[RetractionMark]:
    """Return the records that say that they were retracted, or that they retract another.

    >>> from pipeline.schemas import Record
    >>> empty = Record.create_empty()
    >>> rows = pl.DataFrame({"record_id": ["a", "b", "c"], "database": ["Embase"] * 3, "title": [
    ...     "RETRACTED: Naps", "Retraction notice: Naps", "Retracted papers on naps: a review"]})
    >>> lists = [name for name, dtype in empty.schema.items() if dtype == pl.List(pl.String)]
    >>> table = pl.concat([empty, rows], how="diagonal").with_columns(pl.col(lists).fill_null([]))
    >>> find_retraction_marks(table).select("record_id", "is_notice").rows()
    [('a', False), ('b', True)]
    """
    title, types, notes = pl.col("title"), pl.col("publication_types"), pl.col("notes")
    said = records.select(
        "record_id",
        notice=pl.coalesce(
            _where(title, _NOTICE_TITLE), _first(types, _NOTICE_TYPE), _first(notes, _NOTICE_NOTE)
        ),
        mark=pl.coalesce(
            _where(title, _MARKED_TITLE), _first(types, _MARKED_TYPE), _first(notes, _MARKED_NOTE)
        ),
    )
    marked = said.filter(pl.any_horizontal(pl.col("notice", "mark").is_not_null()))
    return RetractionMark.validate(
        marked.select(
            "record_id",
            is_notice=pl.col("notice").is_not_null(),
            evidence=pl.coalesce("notice", "mark"),
        ).sort("record_id")
    )


def _where(text: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(text.str.contains(pattern)).then(text)


def _first(texts: pl.Expr, pattern: str) -> pl.Expr:
    """Return the first text of a list that the pattern finds."""
    return texts.list.eval(pl.element().filter(pl.element().str.contains(pattern))).list.first()
