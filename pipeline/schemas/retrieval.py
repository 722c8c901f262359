"""The shapes of the full-text stage: what was sought, from whom, and where it stands."""

from __future__ import annotations

import dataframely as dy

from pipeline.schemas import OUTCOMES

__all__ = ["ReportOutcome", "ReportState", "SoughtReport"]


class ReportState(dy.Schema):
    """Why a report can be neither included nor excluded yet, as a person declared it."""

    report_id = dy.String(primary_key=True)
    state = dy.Enum(("awaiting-classification", "ongoing", "needs-translation"))
    note = dy.String(nullable=True)
    event = dy.UInt64()


class ReportOutcome(dy.Schema):
    """Where a report stands that was decided on by itself."""

    report_id = dy.String(primary_key=True)
    outcome = dy.Enum(OUTCOMES)
    reason = dy.String(nullable=True)  # the one counted reason of an exclusion
    event = dy.UInt64(nullable=True)  # the decision that settled it


class SoughtReport(dy.Schema):
    """One report on its way from sought to included, with its hunt and its reason."""

    report_id = dy.String(primary_key=True)
    citation_ids = dy.List(dy.String())
    study_ids = dy.List(dy.String())  # none: a study of its own
    title = dy.String(nullable=True)
    source = dy.String(nullable=True)  # database(s), website, …
    arm = dy.Enum(("databases and registers", "other methods"))
    status = dy.Enum(("sought", "requested", "retrieved", "not retrieved", "assessed"))
    requested_on = dy.Date(nullable=True)  # first
    from_whom = dy.String(nullable=True)  # asked last
    n_chased = dy.UInt32()  # requests after the first
    last_on = dy.Date(nullable=True)  # of the last word about it
    file = dy.String(nullable=True)  # relative to the review folder
    file_sha256 = dy.String(nullable=True)
    state = dy.String(nullable=True)  # awaiting-classification, ongoing or needs-translation
    decision = dy.String()  # include, exclude, conflict or awaiting
    reason = dy.String(nullable=True)  # the one that is counted
    note = dy.String(nullable=True)  # the last one
