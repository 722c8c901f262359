"""Everything that the counts of the flow are queries over, gathered from one snapshot.

What people said of a citation follows it: the id of an earlier citation is the id of a record, and
every record knows the citation that it belongs to now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import dataframely as dy
import polars as pl

from pipeline.report import FlowEvidence, PreviousVersion
from pipeline.review.state import (
    read_report_states,
    read_retrievals,
    read_searches,
    read_study_links,
    read_waivers,
)
from pipeline.schemas import FlowRow, Retrieval
from pipeline.schemas.retrieval import ReportState

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas import Cluster

__all__ = ["find_previous_version", "follow_citations", "gather_flow_evidence"]

SchemaT = TypeVar("SchemaT", bound=dy.Schema)


def gather_flow_evidence(snapshot: Snapshot) -> FlowEvidence:
    """Return what the flow is traced from."""
    ledger, as_of = snapshot.workspace.ledger, snapshot.as_of
    studies = read_study_links(ledger, as_of=as_of)
    return FlowEvidence(
        searches=read_searches(ledger, as_of=as_of),
        entries=snapshot.entries,
        records=snapshot.records,
        rejected=snapshot.rejected,
        waivers=read_waivers(ledger, as_of=as_of),
        clusters=snapshot.clusters,
        citations=snapshot.citations,
        removals=snapshot.removals,
        outcomes=snapshot.outcomes,
        report_links=snapshot.report_links,
        report_outcomes=snapshot.report_outcomes,
        retrievals=_latest_retrievals(snapshot),
        study_links=follow_citations(studies, snapshot.clusters, "report_id"),
        report_states=_latest_states(snapshot),
        reason_order=tuple(one.id for one in snapshot.workspace.config.criteria.exclusion),
    )


def find_previous_version(snapshot: Snapshot) -> PreviousVersion | None:
    """Return the published version that is updated: the last that did not count every search."""
    standing = snapshot.evidence.searches.filter(~pl.col("is_withdrawn"))
    searches = set(standing["search_id"])
    earlier = [one for one in snapshot.published if not searches <= set(one.search_ids)]
    if not earlier:
        return None
    rows = snapshot.workspace.frames.get(earlier[-1].rows_frame, FlowRow)
    return PreviousVersion(earlier[-1].name, frozenset(earlier[-1].search_ids), rows)


def follow_citations(
    said: dy.DataFrame[SchemaT], clusters: dy.DataFrame[Cluster], *columns: str
) -> dy.DataFrame[SchemaT]:
    """Follow what was said of citations to the ones they are now.

    Parameters
    ----------
    said
        Rows about citations.
    clusters
        The citation of every record now.
    columns
        Which columns of ``said`` hold ids of citations; an id that no record has stays.

    >>> clusters = pl.DataFrame({"record_id": ["a", "b"], "citation_id": ["a", "a"]})
    >>> follow_citations(pl.DataFrame({"report_id": ["b", "web:1"]}), clusters, "report_id").rows()
    [('a',), ('web:1',)]
    """
    found: pl.DataFrame = said
    for column in columns:
        homes = clusters.select(pl.col("record_id").alias(column), now="citation_id")
        found = (
            found.join(homes, on=column, how="left", maintain_order="left")
            .with_columns(pl.coalesce("now", column).alias(column))
            .drop("now")
        )
    return cast("dy.DataFrame[SchemaT]", found.unique(maintain_order=True))


def _latest_retrievals(snapshot: Snapshot) -> dy.DataFrame[Retrieval]:
    """Return the latest word on each report, also where citations were merged since."""
    said = read_retrievals(snapshot.workspace.ledger, as_of=snapshot.as_of)
    return Retrieval.validate(_latest(follow_citations(said, snapshot.clusters, "report_id")))


def _latest_states(snapshot: Snapshot) -> dy.DataFrame[ReportState]:
    """Return what people declared of reports that stay open."""
    said = read_report_states(snapshot.workspace.ledger, as_of=snapshot.as_of)
    return ReportState.validate(_latest(follow_citations(said, snapshot.clusters, "report_id")))


def _latest(said: pl.DataFrame) -> pl.DataFrame:
    return said.sort("event").unique("report_id", keep="last", maintain_order=True)
