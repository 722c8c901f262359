"""Metadata rules: what may be removed before anyone reads it.

A rule removes a citation only when every record of it is certainly outside: a missing year or
language never removes, and one record inside keeps the whole citation. Dates are compared as
precisely as the source gives them, so that ``2010`` may still be inside a window that opens in
March 2010.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas import Removal

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Cluster, Record

__all__ = ["MetadataRules", "apply_rules"]

_FIRST_DAY: Final = dt.date(1, 1, 1)
_LAST_DAY: Final = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class MetadataRules:
    """The rules of a review; None and empty switch a rule off."""

    from_: dt.date | None = None
    to: dt.date | None = None
    languages: tuple[str, ...] = ()  # ISO 639-1


def apply_rules(
    records: dy.DataFrame[Record], clusters: dy.DataFrame[Cluster], rules: MetadataRules
) -> dy.DataFrame[Removal]:
    """Return the citations that a rule removes, each with the name of the rule.

    Parameters
    ----------
    records
        Every record.
    clusters
        Which citation each record belongs to.
    rules
        What the protocol declares. A citation that several rules remove counts under the first:
        dates, then languages.

    >>> from pipeline.schemas import Cluster, Record
    >>> apply_rules(Record.create_empty(), Cluster.create_empty(), MetadataRules()).height
    0
    """
    members = records.lazy().join(clusters.lazy(), on="record_id")
    is_outside = {
        _window_name(rules): _is_outside_window(rules) if rules.from_ or rules.to else None,
        f"language other than {', '.join(rules.languages)}": _is_other_language(rules)
        if rules.languages
        else None,
    }
    removed = [
        members.group_by("citation_id")
        .agg(is_outside=expression.all())
        .filter("is_outside")
        .select("citation_id", reason=pl.lit(name))
        for name, expression in is_outside.items()
        if expression is not None
    ]
    if not removed:
        return Removal.create_empty()
    rows = pl.concat(removed).unique("citation_id", keep="first", maintain_order=True)
    return Removal.validate(
        rows.sort("citation_id")
        .select(
            "citation_id",
            box=pl.lit("excluded_automatic"),
            reason="reason",
            event=pl.lit(None, dtype=pl.UInt64),
        )
        .collect(),
        cast=True,
    )


def _window_name(rules: MetadataRules) -> str:
    if rules.from_ and rules.to:
        return f"published outside {rules.from_} to {rules.to}"
    return f"published before {rules.from_}" if rules.from_ else f"published after {rules.to}"


def _is_outside_window(rules: MetadataRules) -> pl.Expr:
    """Say whether a record was certainly published outside, by its date and by its year."""
    opens = (rules.from_ or _FIRST_DAY).isoformat()
    closes = (rules.to or _LAST_DAY).isoformat()
    year = pl.col("year").cast(pl.String).str.zfill(4)

    def is_outside(date: pl.Expr) -> pl.Expr:
        return (_last_day(date) < opens) | (_first_day(date) > closes)

    by_date, by_year = is_outside(pl.col("date")), is_outside(year)
    return (
        pl.when(pl.col("date").is_null() & year.is_null())
        .then(False)
        .otherwise(by_date.fill_null(True) & by_year.fill_null(True))
    )


def _first_day(date: pl.Expr) -> pl.Expr:
    return pl.concat_str(date, _by_precision(date, year="-01-01", month="-01"))


def _last_day(date: pl.Expr) -> pl.Expr:
    return pl.concat_str(date, _by_precision(date, year="-12-31", month="-31"))


def _by_precision(date: pl.Expr, *, year: str, month: str) -> pl.Expr:
    """Return what completes a date: for a bare year, for a year and month, else nothing."""
    n_characters = date.str.len_chars()
    return (
        pl.when(n_characters == len("2020"))
        .then(pl.lit(year))
        .when(n_characters == len("2020-03"))
        .then(pl.lit(month))
        .otherwise(pl.lit(""))
    )


def _is_other_language(rules: MetadataRules) -> pl.Expr:
    return (~pl.col("language").is_in(rules.languages)).fill_null(False)
