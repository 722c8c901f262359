"""Choose the pairs worth comparing: records that share a blocking key.

A rule is an expression over the normalised fields; two records with the same value are a candidate
pair. Many narrow keys miss less and cost less than one wide key, because any single field may be
damaged (Christen 2012, doi 10.1007/978-3-642-31164-2). Blocks larger than `LARGEST_BLOCK` would
cost the square of their size, so their members are sorted by title and compared within a window of
`WINDOW` neighbours (Hernández and Stolfo 1995, doi 10.1145/223784.223807): cost stays linear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe.text import letters
from pipeline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "BLOCKING_RULES",
    "LARGEST_BLOCK",
    "WINDOW",
    "BlockingRule",
    "blocking_keys",
    "candidate_pairs",
    "rule_names",
    "unite_pairs",
]

LARGEST_BLOCK: Final = 60  # records; above it neighbours are compared instead of all pairs
WINDOW: Final = 10  # neighbours compared with each record of an oversized block
_PREFIX: Final = 20  # letters of a title's beginning or end
_LONG_PREFIX: Final = 28  # letters that seldom begin two titles
_HEAD: Final = 50  # letters of a window on the abstract
_TAIL_AT: Final = 150  # where the second window on the abstract starts


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """A named key: records with equal, non-null values are compared."""

    name: str
    key: pl.Expr


def _joined(*parts: pl.Expr | str) -> pl.Expr:
    """Join the parts of a key; a key with an empty part is null, for empty is not agreement."""
    columns = [pl.col(part) if isinstance(part, str) else part for part in parts]
    return pl.concat_str([column.cast(pl.String) for column in columns], separator="|")


def _window(column: str, start: int, length: int) -> pl.Expr:
    text = letters(pl.col(column).str.slice(start, 2 * length)).str.slice(0, length)
    return pl.when(text.str.len_chars() == length).then(text)


def _longest_words() -> pl.Expr:
    """Join the five longest words; one way through, for polars computes each mention of it anew."""
    words = pl.col("title").str.extract_all(r"[^ ]{6,}").list.unique()
    by_length = words.list.eval(
        pl.element().sort_by(pl.element().str.len_chars(), pl.element(), descending=True).head(5)
    )
    five = by_length.list.gather(list(range(5)), null_on_oob=True)
    return five.list.join(" ", ignore_nulls=False)


_TITLE_LETTERS: Final = pl.col("title_key").str.replace_all(
    r"\d", ""
)  # footnote marks stick to titles
_IS_TELLING: Final = _TITLE_LETTERS.str.len_chars() >= _PREFIX // 2
_TITLE_START: Final = pl.when(_IS_TELLING).then(_TITLE_LETTERS.str.slice(0, _PREFIX))
_TITLE_END: Final = pl.when(_IS_TELLING).then(_TITLE_LETTERS.str.tail(_PREFIX))

BLOCKING_RULES: Final[Registry[BlockingRule]] = Registry(
    "blocking rule",
    [
        BlockingRule("doi", pl.col("doi")),
        BlockingRule("title", pl.col("title_key")),
        BlockingRule("title-start-year", _joined(_TITLE_START, "year")),
        BlockingRule("title-start-author", _joined(_TITLE_START, "first_author")),
        BlockingRule(
            "title-start-volume", _joined(_window("title_key", 0, _LONG_PREFIX), "volume")
        ),
        BlockingRule("title-end-year", _joined(_TITLE_END, "year")),
        BlockingRule("title-end-author", _joined(_TITLE_END, "first_author")),
        BlockingRule("title-end-volume", _joined(_TITLE_END, "volume")),
        BlockingRule("longest-words", _longest_words()),
        BlockingRule("volume-page-year", _joined("volume", "page_first", "year")),
        BlockingRule("author-page-year", _joined("first_author", "page_first", "year")),
        BlockingRule("author-volume-page", _joined("first_author", "volume", "page_first")),
        BlockingRule("journal-volume-page", _joined("journal", "volume", "page_first")),
        BlockingRule("abstract-start", _window("abstract", 0, _HEAD)),
        BlockingRule("abstract-middle", _window("abstract", _TAIL_AT, _HEAD)),
        BlockingRule("author-year-volume", _joined("first_author", "year", "volume", "journal")),
        BlockingRule("author-volume-issue", _joined("first_author", "volume", "issue")),
        BlockingRule("authors-year", _joined("authors", "year", "n_authors")),
    ],
)
"""Every way to find candidate pairs; the default is to use them all."""


def candidate_pairs(
    normalised: pl.DataFrame,
    *,
    blocking: Sequence[str] | None = None,
    shard: tuple[int, int] | None = None,
    keys: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the pairs of rows that share at least one key.

    Parameters
    ----------
    normalised
        Fields as `pipeline.dedupe.normalise.normalise` returns them.
    blocking
        Names of rules; all of `BLOCKING_RULES` if not given.
    shard
        Which shard of how many: only keys of that shard are looked at. The pairs of all shards,
        put together by `unite_pairs`, are those of the whole; blocks are never cut.
    keys
        The rows' keys, where `blocking_keys` was called before, part by part: of the fields only
        ``title_key`` is then looked at.

    Returns
    -------
        ``left, right`` (row numbers, left < right) and ``keys``, a bit for each rule in registry
        order; sorted.

    >>> frame = pl.DataFrame({"doi": ["10.1/a", None, "10.1/a"], "title_key": ["x", "y", "z"]})
    >>> candidate_pairs(frame, blocking=["doi", "title"]).rows()
    [(0, 2, 1)]
    >>> shards = [candidate_pairs(frame, blocking=["doi"], shard=(one, 2)) for one in range(2)]
    >>> unite_pairs(shards).rows()
    [(0, 2, 1)]
    """
    rules = [BLOCKING_RULES[name] for name in (BLOCKING_RULES if blocking is None else blocking)]
    bits = {name: 1 << position for position, name in enumerate(BLOCKING_RULES)}
    found = []
    for rule in rules:  # one after the other: all keys at once would be 18 columns of memory
        hashed = _hashed(normalised, rule) if keys is None else keys[rule.name]
        pairs = _pairs_of_rule(hashed, normalised, shard)
        found.append(pairs.with_columns(keys=pl.lit(bits[rule.name], pl.UInt32)))
    return unite_pairs(found)


def blocking_keys(
    normalised: pl.DataFrame, *, blocking: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return a column of hashed keys for each rule, null where a record has no such key.

    >>> frame = pl.DataFrame({"doi": ["10.1/a", None]})
    >>> blocking_keys(frame, blocking=["doi"])["doi"].is_null().to_list()
    [False, True]
    """
    rules = [BLOCKING_RULES[name] for name in (BLOCKING_RULES if blocking is None else blocking)]
    return pl.DataFrame([_hashed(normalised, rule) for rule in rules])


def rule_names(keys: pl.Expr) -> pl.Expr:
    """Return the names of the rules whose bits are set, in registry order."""
    names = [
        pl.when((keys & (1 << position)) != 0).then(pl.lit(name))
        for position, name in enumerate(BLOCKING_RULES)
    ]
    return pl.concat_list(names).list.drop_nulls()


def unite_pairs(found: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return each pair once, with the bits of all rules that found it; sorted.

    >>> one = pl.DataFrame({"left": [0, 0], "right": [2, 1], "keys": [1, 1]})
    >>> unite_pairs([one, one.with_columns(keys=pl.lit(4, pl.Int64))]).rows()
    [(0, 1, 5), (0, 2, 5)]
    """
    together = pl.concat(found)
    return together.group_by("left", "right").agg(pl.col("keys").bitwise_or()).sort("left", "right")


def _pairs_of_rule(
    hashed: pl.Series, normalised: pl.DataFrame, shard: tuple[int, int] | None
) -> pl.DataFrame:
    """All pairs of each small block, and neighbours of each large one."""
    keys = hashed.alias("key").to_frame().with_row_index("row").drop_nulls("key")
    if shard is not None:
        number, n_shards = shard
        keys = keys.filter(pl.col("key") % n_shards == number)
    shared = (
        keys.select("key", "row").with_columns(size=pl.len().over("key")).filter(pl.col("size") > 1)
    )
    small = shared.filter(pl.col("size") <= LARGEST_BLOCK).select("key", "row")
    large = shared.filter(pl.col("size") > LARGEST_BLOCK).select("key", "row")
    return pl.concat([_all_pairs(small), *_neighbours(large, normalised)])


def _hashed(normalised: pl.DataFrame, rule: BlockingRule) -> pl.Series:
    """Return the rule's key of each row as a hash, null where there is none."""
    keys = normalised.select(key=rule.key)  # computed once: two mentions would be two computations
    hashed = pl.when(pl.col("key").is_not_null()).then(pl.col("key").hash())
    return keys.select(hashed.alias(rule.name)).to_series()


def _all_pairs(block: pl.DataFrame) -> pl.DataFrame:
    return (
        block.join(block, on="key", suffix="_right")
        .filter(pl.col("row") < pl.col("row_right"))
        .select(left="row", right="row_right")
    )


def _neighbours(block: pl.DataFrame, normalised: pl.DataFrame) -> list[pl.DataFrame]:
    if block.is_empty():
        return []
    ordered = block.with_columns(title=normalised["title_key"].gather(block["row"])).sort(
        "key", "title", "row"
    )
    return [_at_distance(ordered, distance) for distance in range(1, WINDOW)]


def _at_distance(ordered: pl.DataFrame, distance: int) -> pl.DataFrame:
    next_row, next_key = pl.col("row").shift(-distance), pl.col("key").shift(-distance)
    return (
        ordered.with_columns(next_row=next_row, next_key=next_key)
        .filter(pl.col("key") == pl.col("next_key"))
        .select(
            left=pl.min_horizontal("row", "next_row"), right=pl.max_horizontal("row", "next_row")
        )
    )
