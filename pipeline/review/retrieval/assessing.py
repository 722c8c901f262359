"""Where each report stands in full text that was decided on by itself.

A decision on a citation holds for every report that the citation points to. A report that was
linked to its citations can be decided on by itself: from then on it has an outcome of its own, of
the latest word of each reviewer, on the report or on one of its citations, and its citations stand
where their reports stand. The rule for several reviewers is the one of citations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from pipeline.review.criteria import find_reopened
from pipeline.review.retrieval.saying import gather_words
from pipeline.schemas import STAGES, CitationOutcome, Decision, ReportLink
from pipeline.schemas.retrieval import ReportOutcome
from pipeline.screen.outcomes import fold_words
from pipeline.screen.words import find_standing_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.review.criteria import CriteriaRevision
    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas import Citation, Cluster
    from pipeline.schemas.team import StandingWord

__all__ = ["fold_reports", "outcomes_of_reports", "settle_by_reports", "standing_words"]

_STAGE = "full-text"


def outcomes_of_reports(snapshot: Snapshot) -> dy.DataFrame[ReportOutcome]:
    """Return where the reports of a review stand that were decided on by themselves."""
    if snapshot.assessments.is_empty():
        return ReportOutcome.create_empty()
    config = snapshot.workspace.config
    return fold_reports(
        snapshot.assessments,
        snapshot.surviving_decisions,
        snapshot.report_links,
        snapshot.clusters,
        revisions=snapshot.revisions,
        n_excludes=config.screening.n_excludes,
        reason_order=[reason.id for reason in config.criteria.exclusion],
    )


def standing_words(
    said: dy.DataFrame[Decision], *, revisions: Sequence[CriteriaRevision]
) -> dy.DataFrame[StandingWord]:
    """Return the latest word of each reviewer on each report; ``citation_id`` holds its id.

    Parameters
    ----------
    said
        As `pipeline.review.retrieval.saying.gather_words` returns it.
    revisions
        As for citations.

    >>> standing_words(Decision.create_empty(), revisions=[]).height
    0
    """
    reports = _as_citations(said["citation_id"].unique().sort())
    reopened = find_reopened(said, revisions)
    return find_standing_words(said, reports, stage=_STAGE, reopened=reopened)


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
        As `pipeline.review.retrieval.saying.read_assessments` returns them.
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
    own = gather_words(assessments, decisions.clear(), links, clusters)
    ids = own["citation_id"].unique().sort()
    if ids.is_empty():
        return ReportOutcome.create_empty()
    theirs = ReportLink.validate(links.filter(pl.col("report_id").is_in(ids.implode())))
    said = gather_words(assessments, decisions, theirs, clusters)
    folded = fold_words(
        standing_words(said, revisions=revisions),
        _as_citations(ids),
        stage=_STAGE,
        n_excludes=n_excludes,
        reason_order=reason_order,
    )
    return ReportOutcome.validate(folded.rename({"citation_id": "report_id"}).drop("stage"))


def _as_citations(ids: pl.Series) -> dy.DataFrame[Citation]:
    """Return reports as the folds of citations look at them, and no more of them than that."""
    reports = pl.DataFrame({"citation_id": ids, "record_id": ids}).with_columns(
        membership_hash=pl.lit(""), record_ids=pl.concat_list("record_id")
    )
    return cast("dy.DataFrame[Citation]", reports)


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
