"""What an update of a review says about records that were known before it."""

from __future__ import annotations

from typing import Final

import dataframely as dy

__all__ = ["STANDINGS", "RetractedCitation", "RetractionMark", "VanishedRecord"]

STANDINGS: Final = ("included", "sought", "excluded", "undecided")


class VanishedRecord(dy.Schema):
    """A record whose publication a later run of the same search, in full, did not bring again."""

    record_id = dy.String(primary_key=True)
    citation_id = dy.String()
    database = dy.String()
    last_search = dy.String()  # the last search that brought it
    last_seen_on = dy.Date()
    missed_search = dy.String()  # the first run in full that did not
    missed_on = dy.Date()
    has_new_strategy = dy.Bool()  # the two declare different strategies, which may be why


class RetractionMark(dy.Schema):
    """A record that says it was retracted, or that it is the notice of a retraction."""

    record_id = dy.String(primary_key=True)
    is_notice = dy.Bool()
    evidence = dy.String()  # the words that say so, as the record has them


class RetractedCitation(dy.Schema):
    """A citation that a record says is retracted: one row for each such record."""

    citation_id = dy.String(primary_key=True)
    record_id = dy.String(primary_key=True)  # that says so
    is_notice = dy.Bool()  # a publication of its own, about this one
    evidence = dy.String()
    standing = dy.Enum(STANDINGS)  # of the citation, in the review
    is_judged = dy.Bool()  # a person has seen this and keeps the citation
