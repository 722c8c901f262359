"""The shapes of what a team of reviewers needs to see: words that stand, and who owes which."""

from __future__ import annotations

import dataframely as dy

from pipeline.schemas import DECISIONS, STAGES

__all__ = [
    "Dispute",
    "DoubleReading",
    "OwedReading",
    "ReviewerAgreement",
    "ReviewerDuty",
    "StandingWord",
]


class StandingWord(dy.Schema):
    """The latest word of a reviewer on a citation as it is clustered now, or a resolution.

    Somebody who spoke of two citations that were merged later has two words on one citation, until
    speaking of it as it is.
    """

    event = dy.UInt64(primary_key=True)
    citation_id = dy.String(primary_key=True)  # as it is now; or the report, where words are of one
    stage = dy.Enum(STAGES)
    reviewer = dy.String()
    is_resolution = dy.Bool()
    decision = dy.Enum(DECISIONS)
    reasons = dy.List(dy.String())
    note = dy.String(nullable=True)
    decided_at = dy.Datetime(time_zone="UTC", time_unit="us")
    is_answered = dy.Bool()  # a resolution that stands was given in view of it
    is_reopened = dy.Bool()  # the criteria changed since: it has to be said again


class OwedReading(dy.Schema):
    """A citation that one reviewer has still to read."""

    citation_id = dy.String(primary_key=True)
    reviewer = dy.String(primary_key=True)
    position = dy.UInt32()  # in the reading order
    is_reopened = dy.Bool()  # read before, under criteria that changed since


class ReviewerDuty(dy.Schema):
    """What one reviewer has done and still owes at title and abstract."""

    reviewer = dy.String(primary_key=True)
    role = dy.String()
    is_available = dy.Bool()
    n_decided = dy.UInt32()  # citations
    n_maybe = dy.UInt32()  # of those
    n_owed = dy.UInt32()  # all that is assigned and not read
    n_to_read = dy.UInt32()  # of those: open now, or in the frozen batch
    n_reopened = dy.UInt32()  # of those: read before, under criteria that changed since
    n_pledged = dy.UInt32()  # handed to this reviewer by name and not read


class Dispute(dy.Schema):
    """A citation, or a report in full text, that its readers left open: one row a word."""

    id = dy.String(primary_key=True)  # what it is resolved by: of the citation, or of the report
    event = dy.UInt64(primary_key=True)
    unit = dy.Enum(("citation", "report"))  # a report that was linked to its citations, or not
    citation_id = dy.String()  # of a report: the first that points to it
    stage = dy.Enum(STAGES, primary_key=True)
    kind = dy.Enum(("conflict", "undecided"))  # include against exclude; or no majority for either
    title = dy.String(nullable=True)
    reviewer = dy.String()
    is_resolution = dy.Bool()
    decision = dy.Enum(DECISIONS)
    reasons = dy.List(dy.String())
    note = dy.String(nullable=True)


class DoubleReading(dy.Schema):
    """What two reviewers said of one citation before either could know of the other's word.

    In full text the unit is the report.
    """

    citation_id = dy.String(primary_key=True)  # or the report's
    unit = dy.Enum(("citation", "report"), primary_key=True)
    first = dy.String(primary_key=True)  # reviewers; the first sorts before the second
    second = dy.String(primary_key=True)
    first_decision = dy.Enum(DECISIONS)
    second_decision = dy.Enum(DECISIONS)
    reasons = dy.List(dy.String())  # of whoever excluded
    origin = dy.Enum(("pilot", "sample", "overlap", "prioritised", "full-text"))


class ReviewerAgreement(dy.Schema):
    """How well two reviewers agree; coefficients are null where they are undefined."""

    scope = dy.Enum(("random sample", "pilot", "prioritised", "full text"), primary_key=True)
    unit = dy.Enum(("citation", "report"))  # what was counted: reports in full text
    first = dy.String(primary_key=True)
    second = dy.String(primary_key=True)
    n_both = dy.UInt32()  # said include
    n_first_only = dy.UInt32()
    n_second_only = dy.UInt32()
    n_neither = dy.UInt32()
    n_left_out = dy.UInt32()  # a maybe of either, where the review leaves those out
    agreement = dy.Float64(nullable=True)  # share of the same word; Wilson's interval
    agreement_low = dy.Float64(nullable=True)
    agreement_high = dy.Float64(nullable=True)
    kappa = dy.Float64(nullable=True)
    kappa_low = dy.Float64(nullable=True)
    kappa_high = dy.Float64(nullable=True)
    ac1 = dy.Float64(nullable=True)
    ac1_low = dy.Float64(nullable=True)
    ac1_high = dy.Float64(nullable=True)
    positive = dy.Float64(nullable=True)  # agreement on include
    positive_low = dy.Float64(nullable=True)
    positive_high = dy.Float64(nullable=True)
    negative = dy.Float64(nullable=True)  # agreement on exclude
    negative_low = dy.Float64(nullable=True)
    negative_high = dy.Float64(nullable=True)
