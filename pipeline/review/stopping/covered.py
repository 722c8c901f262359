"""What certificates cover: the unread citations that need not be read, and those that need a claim.

Records that come later are in no certificate, so that they need one of their own; a citation on
which somebody has decided since is that person's, whatever a certificate says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.review.stopping.tally import list_judged
from pipeline.review.stopping.void import why_certificate_is_void
from pipeline.schemas import CheckPlace, Citation, Removal

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.review.stopping.standing import Given

__all__ = ["UNREAD", "certificates_in_force", "list_uncovered", "remove_unread"]

UNREAD: Final = "not read: screening stopped under a certificate"
_BOXES: Final = {
    "before-screening": "excluded_automatic",
    "inside-screened": "records_excluded",
}


def certificates_in_force(snapshot: Snapshot) -> tuple[Given, ...]:
    """Return the certificates that still hold."""
    given = snapshot.stopping.certificates
    return tuple(one for one in given if not why_certificate_is_void(snapshot, one))


def remove_unread(snapshot: Snapshot, removed: dy.DataFrame[Removal]) -> dy.DataFrame[Removal]:
    """Return what rules removed, and with it what is unread under a certificate that holds.

    Parameters
    ----------
    snapshot
        The review.
    removed
        What metadata rules remove.
    """
    certificates = certificates_in_force(snapshot)
    if not certificates:
        return removed
    box = _BOXES[snapshot.workspace.config.stopping.unread]
    unread = pl.concat([_unread(snapshot, one) for one in certificates])
    covered = (
        unread.sort("event")
        .unique("citation_id", keep="first")
        .join(list_judged(snapshot), on="citation_id", how="anti")
        .join(removed, on="citation_id", how="anti")
        .sort("citation_id")
        .select("citation_id", "event", box=pl.lit(box), reason=pl.lit(UNREAD))
    )
    rows = covered.select(
        "citation_id", pl.col("box").cast(removed.schema["box"]), "reason", "event"
    )
    return Removal.validate(pl.concat([removed, rows]))


def list_uncovered(snapshot: Snapshot) -> dy.DataFrame[Citation]:
    """Return the citations to screen that no certificate in force speaks of."""
    uncovered: pl.DataFrame = snapshot.to_screen
    for one in certificates_in_force(snapshot):
        uncovered = uncovered.join(_places(snapshot, one), on="citation_id", how="anti")
    return Citation.validate(uncovered)


def _unread(snapshot: Snapshot, given: Given) -> pl.DataFrame:
    places = _places(snapshot, given)
    known = places.filter(pl.col("role") != "unread")
    left = places.filter(pl.col("role") == "unread").join(known, on="citation_id", how="anti")
    event = pl.lit(given.seq, dtype=pl.UInt64)
    return left.select("citation_id", event=event).unique()


def _places(snapshot: Snapshot, given: Given) -> pl.DataFrame:
    """Return ``citation_id, role`` of what a certificate speaks of, as citations are now."""
    places = snapshot.workspace.frames.get(given.sample.places, CheckPlace)
    homes = snapshot.clusters.select(citation_id="record_id", now="citation_id")
    return places.join(homes, on="citation_id").select("role", citation_id="now")
