"""Compare candidate pairs field by field, whole columns at a time.

Text is compared with rapidfuzz over two aligned columns (`process.cpdist`), numbers and
identifiers by agreement. An empty field is neither agreement nor conflict: it is missing, and
says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from pipeline.dedupe.journals import journal_similarity

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AGREEMENT_FIELDS", "SIMILARITY_FIELDS", "compare"]

SIMILARITY_FIELDS: Final = {
    "title_similarity": ("title", fuzz.ratio),
    "title_containment": ("title", fuzz.token_set_ratio),
    "first_author_similarity": ("first_author", fuzz.ratio),
    "authors_similarity": ("authors", fuzz.token_sort_ratio),
    "authors_containment": ("authors", fuzz.token_set_ratio),
    "abstract_similarity": ("abstract", fuzz.ratio),
}
"""A similarity from 0 to 1, null where a side is empty: its field and its measure."""

AGREEMENT_FIELDS: Final = ("year", "volume", "issue", "pages", "doi")
"""Fields that agree (1; a range of pages: 2), conflict (-1) or are missing on a side (0)."""

_CHUNK: Final = 250_000  # pairs compared at a time: bounds the memory for Python strings
_SECOND_REGISTRANTS: Final = r"^10\.(?:2307|5555)/"  # JSTOR and ACM give a DOI of their own
_RUNNING_DIGITS: Final = 3  # of an issue number that counts on from volume to volume
_GENERIC: Final = (  # titles that every volume of a journal has again
    r"^(?:editorials?|preface|foreword|introduction|contents|index|correspondence|letters?|news"
    r"|abstracts?|announcements?|obituary|book reviews?|commentary|in this issue|errat(?:um|a))$"
    r"|\beditor(?:s|ial)? (?:comments?|notes?|introduction|remarks|choice|column)\b"
    r"|\b(?:from|by|to) the (?:guest )?editors?\b|\beditor in chief\b|^(?:special|theme) issue\b"
)
_SHARED: Final = pl.lit(1, pl.Int8)
_MISSING: Final = pl.lit(0, pl.Int8)
_SAME_RANGE: Final = pl.lit(2, pl.Int8)
_OPPOSED: Final = pl.lit(-1, pl.Int8)


def compare(normalised: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs with the comparison of every field.

    Parameters
    ----------
    normalised
        Fields as `pipeline.dedupe.normalise.normalise` returns them.
    pairs
        ``left, right`` row numbers, and any other columns, which are kept.

    Returns
    -------
        The pairs in the order given with similarities (0 to 1, null where missing), agreements
        (1, 0, -1) and the few plain facts that vetoes look at.

    >>> from pipeline.dedupe import normalise, read_records_table
    >>> table = {"record_id": ["a", "b"], "title": ["Pain at work", "Pain at work."]}
    >>> rows = pl.DataFrame({"left": [0], "right": [1]})
    >>> compared = compare(normalise(read_records_table(pl.DataFrame(table))), rows)
    >>> compared.select("title_similarity", "authors_similarity", "doi").row(0)
    (1.0, None, 0)
    """
    chunks = [
        _compare_chunk(normalised, pairs.slice(start, _CHUNK))
        for start in range(0, max(pairs.height, 1), _CHUNK)
    ]
    return pl.concat(chunks)


def _compare_chunk(normalised: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    left = normalised[pairs["left"]]
    right = normalised[pairs["right"]]
    measured = [
        _similarity(left[field], right[field], scorer).alias(name)
        for name, (field, scorer) in SIMILARITY_FIELDS.items()
    ]
    journals = journal_similarity(left["journal"], right["journal"])
    both = pl.concat(
        [left.rename(lambda name: f"{name}_l"), right.rename(lambda name: f"{name}_r")],
        how="horizontal",
    )
    return pairs.hstack([*measured, journals]).hstack(both.select(**_agreements(), **_facts()))


def _similarity(left: pl.Series, right: pl.Series, scorer: Callable[..., float]) -> pl.Series:
    scores = process.cpdist(
        left.fill_null("").to_list(),
        right.fill_null("").to_list(),
        scorer=scorer,
        dtype=np.float32,
        workers=-1,
    )
    is_missing = left.is_null() | right.is_null()
    shares = pl.Series(scores, dtype=pl.Float64) / 100
    return shares.to_frame("share").select(pl.when(~is_missing).then(pl.col("share"))).to_series()


def _agreements() -> dict[str, pl.Expr]:
    return {
        "year": _agreement("year"),
        "volume": _agreement("volume"),
        "issue": _issue(),
        "pages": _pages(),
        "doi": _doi(),
    }


def _agreement(name: str) -> pl.Expr:
    left, right = pl.col(f"{name}_l"), pl.col(f"{name}_r")
    return (
        pl.when(left.is_null() | right.is_null())
        .then(_MISSING)
        .when(left == right)
        .then(_SHARED)
        .otherwise(_OPPOSED)
    )


def _issue() -> pl.Expr:
    """Compare issues; running counts over 99 differ between databases and are no conflict."""
    is_running = pl.any_horizontal(
        pl.col(f"issue_{side}").str.len_chars() >= _RUNNING_DIGITS for side in "lr"
    )
    agreement = _agreement("issue")
    return pl.when((agreement == _OPPOSED) & is_running).then(_MISSING).otherwise(agreement)


def _pages() -> pl.Expr:
    """Compare pages: 2 for the same range of pages, 1 for the same first or last page.

    Several abstracts begin on one page, but hardly two texts run from 397 to 403.
    """
    first, last = [pl.col(f"page_{end}_l") for end in ("first", "last")]
    digits = {side: pl.col(f"page_first_{side}").str.extract(r"(\d+)$") for side in "lr"}
    is_missing = first.is_null() | pl.col("page_first_r").is_null()
    is_shared = (first == pl.col("page_first_r")) | (digits["l"] == digits["r"])
    ends = last == pl.col("page_last_r")  # null where a side gives no last page
    ranges = [
        (pl.col(f"page_first_{side}") != pl.col(f"page_last_{side}")).fill_null(value=False)
        for side in "lr"
    ]
    is_range = pl.all_horizontal(ranges)
    # A letter may stand on the last page of an article: that page alone says nothing.
    is_only_end = ends & pl.any_horizontal(ranges) & ~is_range
    # Chapters and articles of one number a volume all begin on page 1: it says little by itself.
    is_opening = digits["l"].is_in(["1"]) & digits["r"].is_in(["1"])
    return (
        pl.when(is_missing | (is_opening & ends.is_null()))
        .then(_MISSING)
        .when(is_shared & ends & is_range)
        .then(_SAME_RANGE)
        .when((is_shared & ~(is_opening & ~ends.fill_null(value=True))) | (ends & is_range))
        .then(_SHARED)
        .when(is_only_end)
        .then(_MISSING)
        .otherwise(_OPPOSED)
    )


def _doi() -> pl.Expr:
    """DOIs agree when equal or cut short; a second registrant's DOI is no conflict."""
    left, right = pl.col("doi_l"), pl.col("doi_r")
    is_cut = left.str.starts_with(right) | right.str.starts_with(left)
    is_second = left.str.contains(_SECOND_REGISTRANTS) != right.str.contains(_SECOND_REGISTRANTS)
    return (
        pl.when(left.is_null() | right.is_null())
        .then(_MISSING)
        .when(left == right)
        .then(_SHARED)
        .when(is_cut | is_second)
        .then(_MISSING)
        .otherwise(_OPPOSED)
    )


def _facts() -> dict[str, pl.Expr]:
    lengths = [pl.col(f"title_key_{side}").str.len_chars().fill_null(0) for side in "lr"]
    return {
        "year_difference": (pl.col("year_l") - pl.col("year_r")).abs(),
        "title_length": pl.min_horizontal(lengths).cast(pl.Int32),
        "is_generic": pl.all_horizontal(
            pl.col(f"title_{side}").str.contains(_GENERIC).fill_null(value=False) for side in "lr"
        ),
        "are_parts": pl.all_horizontal(
            pl.col(f"kinds_{side}").str.contains(r"\bpart\b").fill_null(value=False)
            for side in "lr"
        ),
        "numbers": _agreement("numbers"),
        "has_numbers": pl.all_horizontal(pl.col(f"numbers_{side}") != "" for side in "lr"),
        "kinds": _agreement("kinds"),
        "is_preprint": _agreement("is_preprint"),
        "is_cochrane": pl.all_horizontal(
            pl.col(f"journal_{side}").str.contains("cochrane") for side in "lr"
        ),
        "n_authors_difference": (pl.col("n_authors_l") - pl.col("n_authors_r")).abs(),
    }
