"""What the readers left open, with who said what, and how it is settled.

A conflict is an include against an exclude. Undecided is what everybody who reads it has read and
what the rule still cannot settle: a maybe, or too few excludes. Both wait for a discussion or a
third person; neither shows while a batch of it is being read blind. In full text the unit is the
report once a report was linked to its citations: it is listed once, under its own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.errors import InputError, UnknownNameError
from pipeline.report import list_sought
from pipeline.review.retrieval.assessing import standing_words
from pipeline.review.retrieval.saying import gather_words
from pipeline.review.stopping.random_phase import list_blind
from pipeline.review.team.batches import latest_batch
from pipeline.review.team.duties import is_batch_open
from pipeline.schemas import STAGES, ReportLink
from pipeline.schemas.rows import rows_of
from pipeline.schemas.team import Dispute

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["OpenDispute", "list_disputes", "n_hidden", "require_dispute"]

_ABSTRACTS, _FULL_TEXT = STAGES
_KIND = pl.Enum(("conflict", "undecided"))
_UNIT = pl.Enum(("citation", "report"))


class OpenDispute(NamedTuple):
    """What a resolution is about."""

    id: str
    unit: str
    stage: str


def list_disputes(snapshot: Snapshot) -> dy.DataFrame[Dispute]:
    """Return every open dispute, one row a word that was said, stage by stage."""
    return rows_of(Dispute, _all_disputes(snapshot).filter(~_is_hidden(snapshot)))


def n_hidden(snapshot: Snapshot) -> int:
    """Return how many disputes a batch that is still read blind keeps back."""
    return _all_disputes(snapshot).filter(_is_hidden(snapshot))["id"].n_unique()


def require_dispute(snapshot: Snapshot, name: str, stage: str | None = None) -> OpenDispute:
    """Return what is to be resolved, by its id, by that of a record in it, or by its report's.

    Parameters
    ----------
    snapshot
        The review.
    name
        Of the citation, of any record in it, or of the report.
    stage
        May be left out where the name is open at one stage only.

    Raises
    ------
    UnknownNameError
        There is no such citation or report, or no such stage.
    InputError
        Nothing about it is open for resolution, or more than one thing is.
    """
    if stage is not None and stage not in STAGES:
        raise UnknownNameError("stage", stage, STAGES)
    wanted = _at_home(snapshot, name)
    disputes = list_disputes(snapshot)
    named = _named(snapshot, disputes, wanted).filter(
        pl.lit(value=True) if stage is None else pl.col("stage") == stage
    )
    found = [OpenDispute(*row) for row in named.iter_rows()]
    if not found:
        what = f"has no conflict to resolve at {stage or 'either stage'}"
        raise InputError(name, what, "see `thresher conflicts`")
    if len(found) > 1:
        some = "; ".join(f"{one.id} at {one.stage}" for one in found)
        raise InputError(name, f"has {len(found)} conflicts ({some})", "name one, and its stage")
    return found[0]


def _at_home(snapshot: Snapshot, name: str) -> str:
    """Return the report or today's citation of a name."""
    if name in snapshot.report_links["report_id"]:
        return name
    homes: dict[str, str] = dict(snapshot.clusters.iter_rows())
    if name not in homes:
        known = [*snapshot.citations["citation_id"], *snapshot.report_links["report_id"].unique()]
        raise UnknownNameError("citation, record or report", name, known)
    return homes[name]


def _named(snapshot: Snapshot, disputes: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the disputes about a citation, its reports among them, or about a report."""
    reports = snapshot.report_links.filter(pl.col("citation_id") == name)["report_id"]
    is_report = (pl.col("unit") == "report") & pl.col("id").is_in(reports.implode())
    about = disputes.filter((pl.col("id") == name) | is_report)
    return about.select("id", "unit", "stage").unique(maintain_order=True)


def _all_disputes(snapshot: Snapshot) -> pl.DataFrame:
    parts = [_of_citations(snapshot), _of_reports(snapshot)]
    return pl.concat([part.select(*Dispute.columns()) for part in parts]).sort(
        "stage", "kind", "id", "event"
    )


def _of_citations(snapshot: Snapshot) -> pl.DataFrame:
    titles = snapshot.to_screen.select("citation_id", "title")
    words = snapshot.words.filter(~pl.col("is_reopened"))
    return (
        _open(snapshot)
        .join(words, on=["citation_id", "stage"], how="inner")
        .join(titles, on="citation_id", how="inner")
        .with_columns(id="citation_id", unit=pl.lit("citation", dtype=_UNIT))
    )


def _open(snapshot: Snapshot) -> pl.DataFrame:
    """Return citation_id, stage and kind of the citations that the readers left open."""
    is_linked = pl.col("citation_id").is_in(snapshot.report_links["citation_id"].implode())
    conflicts = snapshot.outcomes.filter(
        (pl.col("outcome") == "conflict") & ~((pl.col("stage") == _FULL_TEXT) & is_linked)
    )
    keys = conflicts.select("citation_id", "stage", kind=pl.lit("conflict", dtype=_KIND))
    if snapshot.workspace.config.screening.mode == "single":
        return keys
    awaiting = snapshot.outcomes.filter(
        (pl.col("stage") == _ABSTRACTS) & (pl.col("outcome") == "awaiting")
    )
    read = awaiting.join(snapshot.words, on=["citation_id", "stage"], how="semi")
    left = read.join(snapshot.owed_in_all, on="citation_id", how="anti")
    undecided = left.select("citation_id", "stage", kind=pl.lit("undecided", dtype=_KIND))
    return pl.concat([keys, undecided])


def _of_reports(snapshot: Snapshot) -> pl.DataFrame:
    """Return what was said of the linked reports that are sought and disagreed on."""
    if snapshot.report_links.is_empty():
        return Dispute.create_empty()
    links = snapshot.report_links
    open_reports = (
        list_sought(snapshot.evidence)
        .filter("conflict")
        .join(links, on="report_id", how="semi")
        .select("report_id", "title", citation_id=pl.col("citation_ids").list.first())
    )
    theirs = rows_of(ReportLink, links.join(open_reports, on="report_id", how="semi"))
    said = gather_words(
        snapshot.assessments, snapshot.surviving_decisions, theirs, snapshot.clusters
    )
    words = standing_words(said, revisions=snapshot.revisions).filter(~pl.col("is_reopened"))
    return words.rename({"citation_id": "id"}).join(
        open_reports.rename({"report_id": "id"}).with_columns(
            unit=pl.lit("report", dtype=_UNIT), kind=pl.lit("conflict", dtype=_KIND)
        ),
        on="id",
    )


def _is_hidden(snapshot: Snapshot) -> pl.Expr:
    """Say which citations are being read blind now."""
    hidden = [pl.Series("citation_id", [], dtype=pl.String)]
    batch, drawn = latest_batch(snapshot), list_blind(snapshot)
    if batch is not None and is_batch_open(snapshot):
        hidden.append(batch.citations["citation_id"])
    if drawn is not None:
        hidden.append(drawn["citation_id"])
    return (pl.col("stage") == _ABSTRACTS) & pl.col("citation_id").is_in(
        pl.concat(hidden).implode()
    )
