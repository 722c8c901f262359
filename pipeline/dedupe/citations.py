"""Make one citation of each cluster, and say from which record each field was taken.

No record is lost in a merge: a citation lists all its records and databases. What a reviewer sees
is put together field by field, by a rule for each: the longest abstract, the DOI most records
agree on, the fullest list of authors. Ties go to the most complete record, then to the smallest
record id, so that the outcome does not depend on row order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.registry import Registry
from pipeline.schemas import BIBLIOGRAPHIC_FIELDS, Citation, FieldSource

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Cluster, Record

__all__ = [
    "SURVIVORSHIP_RULES",
    "Citations",
    "SurvivorshipRule",
    "build_citations",
    "membership_hash",
]

_HASH_LENGTH: Final = 16  # hexadecimal digits of a membership hash
_LISTS: Final = ("authors", "issn", "keywords", "publication_types", "notes")


@dataclass(frozen=True, slots=True)
class SurvivorshipRule:
    """For a field: what makes one record's value better than another's, best first."""

    name: str
    merits: tuple[pl.Expr, ...]


@dataclass(frozen=True, slots=True)
class Citations:
    """One row per citation, and the source of each field wherever records had to be chosen from.

    A citation of a single record has no rows in `sources`: all of it comes from that record.
    """

    citations: dy.DataFrame[Citation]
    sources: dy.DataFrame[FieldSource]


_votes: Final = pl.len().over("citation_id", pl.col("value").str.to_lowercase())
_length: Final = pl.col("value").str.len_chars()
_n_members: Final = pl.col("value").list.len()
_is_not_shouted: Final = pl.col("value") != pl.col("value").str.to_uppercase()
_is_not_bracketed: Final = ~pl.col("value").str.starts_with("[")
_says_retracted: Final = (
    pl.col("value").list.eval(pl.element().str.contains("(?i)retract")).list.any()
)

SURVIVORSHIP_RULES: Final[Registry[SurvivorshipRule]] = Registry(
    "survivorship rule",
    [
        SurvivorshipRule("title", (_is_not_shouted, _is_not_bracketed, _votes, _length)),
        SurvivorshipRule("original_title", (_votes, _length)),
        SurvivorshipRule("abstract", (_length,)),
        SurvivorshipRule("authors", (_n_members, pl.col("value").list.join("").str.len_chars())),
        SurvivorshipRule("year", (pl.col("has_volume"), pl.len().over("citation_id", "value"))),
        SurvivorshipRule("date", (pl.col("has_volume"), _length)),
        SurvivorshipRule("journal", (_is_not_shouted, _length)),
        SurvivorshipRule("journal_abbreviation", (_votes,)),
        SurvivorshipRule("volume", (_votes,)),
        SurvivorshipRule("issue", (_votes,)),
        SurvivorshipRule("pages", (_votes, _length)),
        SurvivorshipRule("doi", (_votes,)),
        SurvivorshipRule("pmid", (_votes,)),
        SurvivorshipRule("issn", (_n_members,)),
        SurvivorshipRule("keywords", (_n_members,)),
        SurvivorshipRule("language", (_votes,)),
        SurvivorshipRule("entry_type", (_votes,)),
        SurvivorshipRule("publication_types", (_says_retracted, _n_members)),
        SurvivorshipRule("url", (_votes,)),
        SurvivorshipRule("notes", (_n_members,)),
    ],
)
"""One rule for each bibliographic field."""


def build_citations(records: dy.DataFrame[Record], clusters: dy.DataFrame[Cluster]) -> Citations:
    """Return one citation per cluster, each field with its source.

    Parameters
    ----------
    records
        Every record that `clusters` names.
    clusters
        The citation of each record.

    >>> from pipeline.dedupe import deduplicate, read_records_table
    >>> table = pl.DataFrame({"record_id": ["b", "a"], "title": ["Pain in remote care"] * 2,
    ...     "authors": ["Ek A"] * 2, "volume": ["7"] * 2, "pages": ["11-19"] * 2,
    ...     "abstract": ["Short.", "Rather longer."], "source_db": ["Embase", "Medline"]})
    >>> records = read_records_table(table)
    >>> built = build_citations(records, deduplicate(records).clusters)
    >>> built.citations.select("citation_id", "abstract", "databases").row(0)
    ('a', 'Rather longer.', ['Embase', 'Medline'])
    """
    ranked = _most_complete_first(records.join(clusters, on="record_id", how="inner"))
    size = pl.len().over("citation_id")
    several = ranked.filter(size > 1)
    chosen = {name: _survivors(several, SURVIVORSHIP_RULES[name]) for name in BIBLIOGRAPHIC_FIELDS}
    merged = several.select("citation_id", "record_id").unique("citation_id", keep="first")
    for name, survivors in chosen.items():
        merged = merged.join(survivors.drop("source"), on="citation_id", how="left").rename(
            {"value": name}
        )
    alone = ranked.filter(size == 1).select(merged.columns)
    citations = pl.concat([merged, alone]).with_columns(
        pl.col(_LISTS).fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    return Citations(_with_members(citations, ranked), _sources(chosen))


def _most_complete_first(members: pl.DataFrame) -> pl.DataFrame:
    is_filled = [
        (pl.col(name).list.len() > 0 if name in _LISTS else pl.col(name).is_not_null()).cast(
            pl.Int32
        )
        for name in BIBLIOGRAPHIC_FIELDS
    ]
    # An abstract is worth more than any other field to the person who screens.
    completeness = pl.sum_horizontal(is_filled) + 5 * pl.col("abstract").is_not_null()
    return members.with_columns(
        completeness=completeness, has_volume=pl.col("volume").is_not_null()
    ).sort("citation_id", "completeness", "record_id", descending=[False, True, False])


def _survivors(several: pl.DataFrame, rule: SurvivorshipRule) -> pl.DataFrame:
    """Return the best value of one field for each citation, and the record it came from."""
    value = pl.col(rule.name)
    is_filled = value.list.len() > 0 if rule.name in _LISTS else value.is_not_null()
    merits = [f"merit_{rank}" for rank in range(len(rule.merits))]
    return (
        several.filter(is_filled)
        .select("citation_id", "completeness", "has_volume", source="record_id", value=value)
        .with_columns(**dict(zip(merits, rule.merits, strict=True)))
        .sort(*merits, "completeness", "source", descending=[*([True] * len(merits)), True, False])
        .unique("citation_id", keep="first", maintain_order=True)
        .select("citation_id", "value", "source")
    )


def membership_hash(record_ids: list[str]) -> str:
    """Return what changes when, and only when, the members of a cluster do.

    >>> membership_hash(["b", "a"]) == membership_hash(["a", "b"])
    True
    """
    joined = "\n".join(sorted(record_ids))
    return hashlib.sha256(joined.encode()).hexdigest()[:_HASH_LENGTH]


def _with_members(citations: pl.DataFrame, ranked: pl.DataFrame) -> dy.DataFrame[Citation]:
    members = ranked.group_by("citation_id").agg(
        record_ids=pl.col("record_id").sort(),
        databases=pl.col("database").unique().sort(),
    )
    whole = citations.join(members, on="citation_id").with_columns(
        membership_hash=pl.col("record_ids").map_elements(
            lambda ids: membership_hash(ids.to_list()), return_dtype=pl.String
        )
    )
    return Citation.validate(whole.select(Citation.column_names()).sort("citation_id"))


def _sources(chosen: dict[str, pl.DataFrame]) -> dy.DataFrame[FieldSource]:
    rows = [
        survivors.select("citation_id", field=pl.lit(name), record_id="source")
        for name, survivors in chosen.items()
    ]
    return FieldSource.validate(pl.concat(rows).sort("citation_id", "field"))
