"""Known items: which sources found the key publications, and which publications none did.

Before a search is trusted, it has to find what everybody in the field knows. A key publication is
named by DOI or by title; a title is compared by its letters and digits alone, so that case and
punctuation do not matter. It was found by every database of a citation in which any record is that
publication.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas import KnownItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.schemas import Citation, Record

__all__ = ["find_known_items", "tabulate_known_items"]

_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")


def find_known_items(
    key_papers: Sequence[str], citations: dy.DataFrame[Citation], records: dy.DataFrame[Record]
) -> dy.DataFrame[KnownItem]:
    """Say for each key publication which databases found it; none is an empty list.

    Parameters
    ----------
    key_papers
        DOIs, bare or as links, or titles; repeated ones count once.
    citations, records
        What the searches brought, deduplicated.

    Returns
    -------
        One row a key publication, in the order given.

    >>> from pipeline.schemas import Citation, Record
    >>> find_known_items(["10.1000/1"], Citation.create_empty(), Record.create_empty()).rows()
    [('10.1000/1', 'doi', [], None, [])]
    """
    wanted = _keys(key_papers)
    homes = citations.select("citation_id", "databases", record_id="record_ids")
    found = (
        wanted.join(_record_keys(records), on=["kind", "key"])
        .join(homes.explode("record_id"), on="record_id")
        .sort("citation_id", "record_id")
        .group_by("key_paper", maintain_order=True)
        .agg(
            pl.col("citation_id").unique().sort().alias("citation_ids"),
            pl.col("title").drop_nulls().first(),
            pl.col("databases").explode().unique().sort(),
        )
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    items = wanted.join(found, on="key_paper", how="left", maintain_order="left").select(
        "key_paper",
        "kind",
        pl.col("citation_ids").fill_null(empty),
        "title",
        pl.col("databases").fill_null(empty),
    )
    return KnownItem.validate(items, cast=True)


def tabulate_known_items(
    items: dy.DataFrame[KnownItem], records: dy.DataFrame[Record]
) -> pl.DataFrame:
    """Return the known items for people: which databases found each, and which missed it.

    >>> from pipeline.schemas import KnownItem, Record
    >>> tabulate_known_items(KnownItem.create_empty(), Record.create_empty()).columns
    ['Key publication', 'Title found', 'Found by', 'Missed by']
    """
    searched = records["database"].unique().sort().implode()
    with_searched = items.with_columns(searched=pl.lit(searched).first())
    missed = pl.col("searched").list.set_difference("databases")
    return with_searched.select(
        pl.col("key_paper").alias("Key publication"),
        pl.col("title").alias("Title found"),
        pl.when(pl.col("databases").list.len() > 0)
        .then(pl.col("databases").list.join(", "))
        .otherwise(pl.lit("no source"))
        .alias("Found by"),
        missed.list.sort().list.join(", ").alias("Missed by"),
    )


def _keys(key_papers: Sequence[str]) -> pl.DataFrame:
    dois = [_DOI.search(one) for one in dict.fromkeys(key_papers)]
    wanted = pl.DataFrame(
        {
            "key_paper": list(dict.fromkeys(key_papers)),
            "doi": [found.group().rstrip(".,;").lower() if found else None for found in dois],
        },
        schema={"key_paper": pl.String, "doi": pl.String},
    )
    return wanted.select(
        "key_paper",
        kind=pl.when(pl.col("doi").is_null()).then(pl.lit("title")).otherwise(pl.lit("doi")),
        key=pl.coalesce("doi", _letters("key_paper")),
    )


def _record_keys(records: pl.DataFrame) -> pl.DataFrame:
    """Return every way to name a record, one a row."""
    ways = [
        records.select("record_id", "title", kind=pl.lit(kind), key=key)
        for kind, key in (
            ("doi", pl.col("doi")),
            ("title", _letters("title")),
            ("title", _letters("original_title")),
        )
    ]
    return pl.concat(ways).filter(pl.col("key").str.len_chars() > 0)


def _letters(column: str) -> pl.Expr:
    """Return a text's letters and digits, without case and accents."""
    plain = pl.col(column).str.normalize("NFKD").str.to_lowercase()
    return plain.str.replace_all(r"[^\p{L}\p{N}]", "")
