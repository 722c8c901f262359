"""Where each report stands in full text that was decided on by itself.

A decision on a citation holds for every report that the citation points to. A report that was
linked to its citations can be decided on by itself: from then on it has an outcome of its own, of
the latest word of each reviewer, on the report or on one of its citations, and its citations stand
where their reports stand. The rule for several reviewers is the one of citations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from pipeline.events import ReportAssessed
from pipeline.review.criteria import find_reopened
from pipeline.schemas import STAGES, Citation, CitationOutcome, Decision
from pipeline.schemas.retrieval import ReportOutcome
from pipeline.screen.outcomes import fold_words
from pipeline.screen.words import find_standing_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.review.criteria import CriteriaRevision
    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas import Cluster, ReportLink
    from pipeline.store import Ledger

__all__ = ["fold_reports", "outcomes_of_reports", "read_assessments", "settle_by_reports"]

_STAGE = "full-text"


def outcomes_of_reports(snapshot: Snapshot) -> dy.DataFrame[ReportOutcome]:
    """Return where the reports of a review stand that were decided on by themselves."""
    assessments = read_assessments(snapshot.workspace.ledger, as_of=snapshot.as_of)
    if assessments.is_empty():
        return ReportOutcome.create_empty()
    config = snapshot.workspace.config
    return fold_reports(
        assessments,
        snapshot.surviving_decisions,
        snapshot.report_links,
        snapshot.clusters,
        revisions=snapshot.revisions,
        n_excludes=config.screening.n_excludes,
        reason_order=[reason.id for reason in config.criteria.exclusion],
    )


def read_assessments(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Decision]:
    """Return what was decided on reports by themselves; ``citation_id`` holds the report's id."""
    rows = [
        {
            "event": one.seq,
            "citation_id": said.report_id,
            "record_id": said.report_id,
            "membership_hash": "",
            "stage": _STAGE,
            "reviewer": said.reviewer,
            "decision": said.decision,
            "reasons": list(said.reasons),
            "note": said.note,
            "criteria_version": said.criteria_version,
            "is_resolution": said.is_resolution,
            "decided_at": min(said.decided_at, one.at),
            "record_ids": [said.report_id],
        }
        for one in ledger.read(ReportAssessed, as_of=as_of)
        if isinstance(said := one.event, ReportAssessed)
    ]
    return Decision.validate(pl.DataFrame(rows, schema=Decision.create_empty().schema))


def fold_reports(
    assessments: dy.DataFrame[Decision],
    decisions: dy.DataFrame[Decision],
    links: dy.DataFrame[ReportLink],
    clusters: dy.DataFrame[Cluster],
    *,
    revisions: Sequence[CriteriaRevision],
    n_excludes: int,
    reason_order: Sequence[str],
) -> dy.DataFrame[ReportOutcome]:
    """Return the outcome of every report that was decided on by itself.

    Parameters
    ----------
    assessments
        As `read_assessments` returns them.
    decisions
        Those on citations that stand.
    links
        Which citations point to which report, both named as they are now.
    clusters
        Which records are one citation now.
    revisions, n_excludes, reason_order
        As for citations.

    Examples
    --------
    >>> from pipeline.schemas import Cluster, ReportLink
    >>> fold_reports(
    ...     Decision.create_empty(),
    ...     Decision.create_empty(),
    ...     ReportLink.create_empty(),
    ...     Cluster.create_empty(),
    ...     revisions=[],
    ...     n_excludes=1,
    ...     reason_order=[],
    ... ).height
    0
    """
    homes = clusters.select("record_id", now="citation_id")
    followed = assessments.join(homes, on="record_id", how="left").with_columns(
        report_id=pl.coalesce("now", "citation_id")
    )
    own = _as_of_reports(followed.join(links, on="report_id", how="semi"))
    if own.is_empty():
        return ReportOutcome.create_empty()
    ids = own["citation_id"].unique().sort()
    theirs = links.filter(pl.col("report_id").is_in(ids.implode()))
    shared = (
        decisions.filter(pl.col("stage") == _STAGE)
        .join(homes, on="record_id")
        .join(theirs, left_on="now", right_on="citation_id")
    )
    reports = cast(
        "dy.DataFrame[Citation]",  # all of it that the folds of citations look at
        pl.DataFrame({"citation_id": ids, "record_id": ids}).with_columns(
            membership_hash=pl.lit(""), record_ids=pl.concat_list("record_id")
        ),
    )
    said = Decision.cast(pl.concat([own, _as_of_reports(shared)]).sort("event"))
    standing = find_standing_words(
        said, reports, stage=_STAGE, reopened=find_reopened(said, revisions)
    )
    folded = fold_words(
        standing, reports, stage=_STAGE, n_excludes=n_excludes, reason_order=reason_order
    )
    return ReportOutcome.validate(folded.rename({"citation_id": "report_id"}).drop("stage"))


def settle_by_reports(
    outcomes: dy.DataFrame[CitationOutcome],
    links: dy.DataFrame[ReportLink],
    reports: dy.DataFrame[ReportOutcome],
) -> dy.DataFrame[CitationOutcome]:
    """Let citations stand in full text where their reports stand.

    One included report includes a citation; it is excluded once all of its reports are.

    >>> from pipeline.schemas import ReportLink
    >>> outcomes = [("c", _STAGE, "awaiting", None, None)]
    >>> outcomes = pl.DataFrame(outcomes, CitationOutcome.create_empty().schema, orient="row")
    >>> own = [("r", "include", None, 7)]
    >>> own = pl.DataFrame(own, ReportOutcome.create_empty().schema, orient="row")
    >>> links = ReportLink.validate(pl.DataFrame({"report_id": ["r"], "citation_id": ["c"]}))
    >>> settle_by_reports(outcomes, links, own).row(0)
    ('c', 'full-text', 'include', None, 7)
    """
    if reports.is_empty():
        return outcomes
    touched = links.join(reports, on="report_id", how="semi")["citation_id"].unique()
    is_touched = (pl.col("stage") == _STAGE) & pl.col("citation_id").is_in(touched.implode())
    theirs = (
        links.join(outcomes.filter(is_touched), on="citation_id")
        .join(reports, on="report_id", how="left", suffix="_own")
        .with_columns(
            *(
                pl.when(pl.col("outcome_own").is_null())
                .then(name)
                .otherwise(f"{name}_own")
                .alias(name)
                for name in ("outcome", "reason", "event")
            )
        )
        .group_by("citation_id", maintain_order=True)
        .agg(_outcome_of_all(), pl.col("reason").drop_nulls().first(), pl.col("event").max())
        .with_columns(
            reason=pl.when(pl.col("outcome") == "exclude").then("reason"),
            event=pl.when(pl.col("outcome").is_in(["include", "exclude"])).then("event"),
            stage=pl.lit(_STAGE).cast(pl.Enum(STAGES)),
        )
    )
    settled = pl.concat([outcomes.filter(~is_touched), theirs], how="diagonal_relaxed")
    columns = CitationOutcome.column_names()
    return CitationOutcome.validate(settled.select(columns), cast=True)


def _outcome_of_all() -> pl.Expr:
    outcome = pl.col("outcome").cast(pl.String)
    return (
        pl.when((outcome == "include").any())
        .then(pl.lit("include"))
        .when((outcome == "conflict").any())
        .then(pl.lit("conflict"))
        .when((outcome == "exclude").all())
        .then(pl.lit("exclude"))
        .otherwise(pl.lit("awaiting"))
        .alias("outcome")
    )


def _as_of_reports(said: pl.DataFrame) -> pl.DataFrame:
    """Return words on citations as words on the reports that ``report_id`` names."""
    return said.with_columns(
        citation_id="report_id",
        record_id="report_id",
        membership_hash=pl.lit(""),
        record_ids=pl.concat_list("report_id"),
    ).select(Decision.column_names())
