"""What is known about the example because it was invented: the answers to every question.

A real review never has these frames; the demonstration's simulated reviewer answers from them, and
its recall and the quality of its deduplication are measured against them.
"""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import polars as pl

__all__ = ["ExampleEntry", "ExamplePublication", "ExampleTruth"]


class ExampleEntry(dy.Schema):
    """One entry as written into one file."""

    file_name = dy.String(primary_key=True)
    position = dy.UInt32(primary_key=True)  # from 1, in file order, damaged entries included
    accession = dy.String(nullable=True)  # as the file writes it; Google Scholar has none
    publication_id = dy.String()
    is_damaged = dy.Bool()  # a correct reader reports a rejected row here


class ExamplePublication(dy.Schema):
    """One invented publication and what a perfect reviewer would say about it."""

    publication_id = dy.String(primary_key=True)
    title = dy.String()
    is_eligible_abstract = dy.Bool()  # would be included on title and abstract
    is_retrievable = dy.Bool()  # the full text can be had
    is_included = dy.Bool()  # in the end; implies eligible and retrievable
    exclusion_reason = dy.String(nullable=True)  # of the full text: an id in the review's criteria
    study_id = dy.String()  # reports of one investigation share it

    @dy.rule()
    def inclusion_needs_the_full_text(cls) -> pl.Expr:  # noqa: N805 - rules are class methods
        """Only what was eligible and could be had is included."""
        return ~pl.col("is_included") | (pl.col("is_eligible_abstract") & pl.col("is_retrievable"))

    @dy.rule()
    def a_reason_needs_a_text_that_was_read(cls) -> pl.Expr:  # noqa: N805 - as above
        """Every full text read and not included has its reason, and nothing else has."""
        was_excluded = (
            pl.col("is_eligible_abstract") & pl.col("is_retrievable") & ~pl.col("is_included")
        )
        return pl.col("exclusion_reason").is_not_null() == was_excluded


@dataclass(frozen=True, slots=True)
class ExampleTruth:
    """The known answers: one row per written entry, one row per publication."""

    entries: dy.DataFrame[ExampleEntry]
    publications: dy.DataFrame[ExamplePublication]
