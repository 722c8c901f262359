"""Exclusion reasons as people read them; the ids of ``review.toml`` stay what programs read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas import FlowRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import dataframely as dy

    from pipeline.config import ReviewConfig

__all__ = ["reasons_in_words", "say_reasons"]

_BOXES: Final = ("dbr_excluded", "other_excluded")


def reasons_in_words(config: ReviewConfig) -> dict[str, str]:
    r"""Return the words of each exclusion reason by its id; the id where it has none of its own.

    >>> from pipeline.config import read_config
    >>> text = '[review]\ntitle = "a"\n[[criteria.exclusion]]\nid = "design"\ntext = "No trial"\n'
    >>> reasons_in_words(read_config(text, where="review.toml"))
    {'design': 'No trial'}
    """
    reasons = config.criteria.exclusion
    times = Counter(one.text for one in reasons)
    return {
        one.id: one.text.rstrip(".") if one.text and times[one.text] == 1 else one.id
        for one in reasons
    }


def say_reasons(rows: dy.DataFrame[FlowRow], words: Mapping[str, str]) -> dy.DataFrame[FlowRow]:
    """Put the words of the reasons into the rows of the flow, for a report."""
    name = pl.col("name")
    is_reason = pl.col("box").is_in(_BOXES)
    said = pl.when(is_reason).then(name.replace(dict(words))).otherwise(name)
    return FlowRow.validate(rows.with_columns(name=said))
