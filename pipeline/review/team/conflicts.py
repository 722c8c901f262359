"""What the readers left open, with who said what, and how it is settled.

A conflict is an include against an exclude. Undecided is what everybody who reads it has read and
what the rule still cannot settle: a maybe, or too few excludes. Both wait for a discussion or a
third person; neither shows while a batch of it is being read blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError, UnknownNameError
from pipeline.review.stopping.random_phase import list_blind
from pipeline.review.team.batches import latest_batch
from pipeline.review.team.duties import is_batch_open
from pipeline.schemas import STAGES
from pipeline.schemas.team import Dispute

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["list_disputes", "n_hidden", "require_dispute"]

_ABSTRACTS = "title-abstract"


def list_disputes(snapshot: Snapshot) -> dy.DataFrame[Dispute]:
    """Return every open dispute, one row a word that was said, at both stages."""
    return Dispute.validate(_all_disputes(snapshot).filter(~_is_hidden(snapshot)))


def n_hidden(snapshot: Snapshot) -> int:
    """Return how many disputes a batch that is still read blind keeps back."""
    return _all_disputes(snapshot).filter(_is_hidden(snapshot))["citation_id"].n_unique()


def require_dispute(snapshot: Snapshot, citation_id: str, stage: str) -> str:
    """Return the citation that is to be resolved, by its id or by that of any record in it.

    Raises
    ------
    UnknownNameError
        There is no such citation, or no such stage.
    InputError
        Nothing about it is open for resolution.
    """
    if stage not in STAGES:
        raise UnknownNameError("stage", stage, STAGES)
    homes: dict[str, str] = dict(snapshot.clusters.iter_rows())
    home = homes.get(citation_id)
    if home is None:
        known = snapshot.citations["citation_id"].to_list()
        raise UnknownNameError("citation or record", citation_id, known)
    disputes = list_disputes(snapshot).filter(pl.col("stage") == stage)
    if disputes.filter(pl.col("citation_id") == home).is_empty():
        what = f"has no conflict to resolve at {stage}"
        raise InputError(citation_id, what, "see `thresher conflicts`")
    return home


def _all_disputes(snapshot: Snapshot) -> pl.DataFrame:
    titles = snapshot.to_screen.select("citation_id", "title")
    words = snapshot.words.filter(~pl.col("is_reopened"))
    return (
        _open(snapshot)
        .join(words, on=["citation_id", "stage"], how="inner")
        .join(titles, on="citation_id", how="inner")
        .select(*Dispute.columns())
        .sort("stage", "kind", "citation_id", "event")
    )


def _open(snapshot: Snapshot) -> pl.DataFrame:
    """Return citation_id, stage and kind of what the readers left open."""
    kind = pl.Enum(("conflict", "undecided"))
    conflicts = snapshot.outcomes.filter(pl.col("outcome") == "conflict")
    keys = conflicts.select("citation_id", "stage", kind=pl.lit("conflict", dtype=kind))
    if snapshot.workspace.config.screening.mode == "single":
        return keys
    awaiting = snapshot.outcomes.filter(
        (pl.col("stage") == _ABSTRACTS) & (pl.col("outcome") == "awaiting")
    )
    read = awaiting.join(snapshot.words, on=["citation_id", "stage"], how="semi")
    left = read.join(snapshot.owed_in_all, on="citation_id", how="anti")
    undecided = left.select("citation_id", "stage", kind=pl.lit("undecided", dtype=kind))
    return pl.concat([keys, undecided])


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
