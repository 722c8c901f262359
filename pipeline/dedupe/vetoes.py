"""Named reasons why two records may not be merged without a person.

A veto never says that two records are different: it caps the verdict at "unsure", so that a
person sees the pair. Each one names a relation that is not a duplicate in the sense of PRISMA (an
erratum, a reply, an abstract beside its paper), or evidence that contradicts itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VETOES", "Veto", "veto_names"]


@dataclass(frozen=True, slots=True)
class Veto:
    """A named condition on a compared pair that keeps it from being merged automatically."""

    name: str
    applies: pl.Expr
    why: str


_AGREES, _CONFLICTS = 1, -1
_SAME_TITLE: Final = 0.9  # share of the title that must be alike to count as the same words
_LIKE_TITLE: Final = 0.6

VETOES: Final[Registry[Veto]] = Registry(
    "veto",
    [
        Veto(
            "doi-conflict",
            pl.col("doi") == _CONFLICTS,
            "the two records carry different DOIs",
        ),
        Veto(
            "kind-differs",
            pl.col("kinds") == _CONFLICTS,
            "one title announces an erratum, reply, comment, protocol or part, the other does not",
        ),
    ],
)
"""Every veto, in the order in which they are reported."""


def veto_names(compared: pl.DataFrame, *, vetoes: Sequence[str] | None = None) -> pl.Series:
    """Return for each compared pair the names of the vetoes that apply to it.

    >>> pairs = pl.DataFrame({"doi": [-1, 0], "kinds": [1, 1]})
    >>> veto_names(pairs, vetoes=["doi-conflict", "kind-differs"]).to_list()
    [['doi-conflict'], []]
    """
    chosen = [VETOES[name] for name in (VETOES if vetoes is None else vetoes)]
    said = [pl.when(veto.applies.fill_null(value=False)).then(pl.lit(veto.name)) for veto in chosen]
    return compared.select(vetoes=pl.concat_list(said).list.drop_nulls()).to_series()
