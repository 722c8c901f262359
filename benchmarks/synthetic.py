"""Invent bibliographic records with duplicates, any number of them, to measure speed and memory.

Words, names and journals follow Zipf's law, as in real text, so that blocks of every size occur.
A third of the records repeat an earlier one as another database would write it: abbreviated
given names, cut page ranges, lost DOIs and abstracts, a mistyped letter. Nothing here is a claim
about accuracy; the labelled sets are for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["synthetic_records"]

_DUPLICATES = 1 / 3  # share of records that repeat another one
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "za",
    "bren",
    "cal",
    "dor",
    "fin",
]


def synthetic_records(n_records: int, *, seed: int) -> pl.DataFrame:
    """Return a table of records as ``thresher dedupe --file`` takes it, with their true cluster.

    >>> synthetic_records(10, seed=1).columns[:2]
    ['record_id', 'cluster_id']
    """
    rng = np.random.default_rng(seed)
    n_originals = round(n_records * (1 - _DUPLICATES))
    source = np.concatenate(
        [np.arange(n_originals), rng.integers(0, n_originals, n_records - n_originals)]
    )
    originals = _originals(n_originals, rng)
    repeated = originals[source].with_columns(
        record_id=pl.Series([f"r{number:08d}" for number in range(n_records)]),
        cluster_id=pl.Series([f"r{number:08d}" for number in source]),
    )
    is_copy = pl.Series(np.arange(n_records) >= n_originals)
    return _as_another_database(repeated, is_copy, rng).select(
        "record_id", "cluster_id", pl.exclude("record_id", "cluster_id")
    )


def _originals(n_records: int, rng: np.random.Generator) -> pl.DataFrame:
    vocabulary = _invented_words(30_000, rng)
    families = _invented_words(40_000, rng)
    journals = [" ".join(vocabulary[i : i + 3]).title() for i in range(0, 15_000, 3)]
    first = rng.integers(1, 2000, n_records)
    n_pages = rng.integers(3, 20, n_records)
    return pl.DataFrame(
        {
            "title": _texts(vocabulary, rng.integers(6, 15, n_records), rng),
            "authors": _author_lists(families, rng.integers(1, 8, n_records), rng),
            "year": rng.integers(1990, 2026, n_records).astype(str),
            "journal": [journals[i] for i in _zipf(len(journals), n_records, rng)],
            "volume": rng.integers(1, 120, n_records).astype(str),
            "issue": rng.integers(1, 13, n_records).astype(str),
            "pages": [f"{a}-{a + n}" for a, n in zip(first, n_pages, strict=True)],
            "doi": [f"10.{1000 + i % 9000}/x.{i}" for i in range(n_records)],
            "abstract": _texts(vocabulary, np.full(n_records, 60), rng),
        }
    )


def _as_another_database(
    records: pl.DataFrame, is_copy: pl.Series, rng: np.random.Generator
) -> pl.DataFrame:
    def drawn(share: float) -> pl.Series:
        return is_copy & pl.Series(rng.random(len(is_copy)) < share)

    return records.with_columns(
        doi=pl.when(~drawn(0.4)).then("doi"),
        abstract=pl.when(~drawn(0.3)).then("abstract"),
        pages=pl.when(drawn(0.5)).then(pl.col("pages").str.replace(r"-.*$", "")).otherwise("pages"),
        authors=pl.when(drawn(0.5))
        .then(pl.col("authors").str.replace_all(r", (\w)\w+", ", $1."))
        .otherwise("authors"),
        title=pl.when(drawn(0.2))
        .then(pl.col("title").str.replace(r"(\w)(\w)(\w+)$", "$2$1$3"))
        .otherwise("title"),
    )


def _invented_words(n_words: int, rng: np.random.Generator) -> list[str]:
    lengths = rng.integers(2, 6, n_words)
    return ["".join(rng.choice(_SYLLABLES, length)) for length in lengths]


def _zipf(n_choices: int, n_drawn: int, rng: np.random.Generator) -> np.ndarray:
    weights = 1.0 / np.arange(10, n_choices + 10)
    return rng.choice(n_choices, n_drawn, p=weights / weights.sum())


def _texts(vocabulary: Sequence[str], lengths: np.ndarray, rng: np.random.Generator) -> list[str]:
    drawn = _zipf(len(vocabulary), int(lengths.sum()), rng)
    ends = np.cumsum(lengths)
    return [
        " ".join(vocabulary[i] for i in drawn[end - length : end]).capitalize()
        for end, length in zip(ends, lengths, strict=True)
    ]


def _author_lists(
    families: Sequence[str], lengths: np.ndarray, rng: np.random.Generator
) -> list[str]:
    drawn = _zipf(len(families), int(lengths.sum()), rng)
    given = _zipf(len(families), int(lengths.sum()), rng)
    names = [
        f"{families[one].title()}, {families[other].title()}"
        for one, other in zip(drawn, given, strict=True)
    ]
    ends = np.cumsum(lengths)
    return ["; ".join(names[e - n : e]) for e, n in zip(ends, lengths, strict=True)]
