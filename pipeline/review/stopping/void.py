"""Why a certificate, or a sample that was drawn, no longer stands.

A claim is about one set of citations under one set of criteria. It is void when a criterion
changed, when a merge that it counted on was undone, when records that it covers were withdrawn,
when decisions changed so that they no longer support it, and when a person takes it back. Records
that came later are simply not covered. All this follows from the ledger; nothing has to be marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import CriteriaChanged, PairJudged, PairJudgementUndone
from pipeline.review.stopping.tally import tally_check
from pipeline.schemas import CheckPlace, Cluster
from pipeline.screen.stopping import Claim, check_p_value

if TYPE_CHECKING:
    from pipeline.events import SampleDrawn, StoppingCertified
    from pipeline.review.snapshot import Snapshot
    from pipeline.review.stopping.standing import Given
    from pipeline.review.stopping.tally import CheckTally

__all__ = ["why_certificate_is_void", "why_sample_is_void"]

_ROUNDING = 1e-12  # of probabilities


def why_certificate_is_void(snapshot: Snapshot, given: Given) -> str:
    """Return why a certificate no longer holds, as a clause; empty while it does."""
    if given.taken_back:
        return f"it was taken back: {given.taken_back}"
    return why_sample_is_void(snapshot, given.sample, since=given.sample_seq) or _why_unsupported(
        snapshot, given
    )


def why_sample_is_void(snapshot: Snapshot, sample: SampleDrawn, *, since: int) -> str:
    """Return why what was drawn no longer is a sample of what is unread; empty while it is."""
    return (
        _why_other_criteria(snapshot, sample, since)
        or _why_other_citations(snapshot, sample, since)
        or _why_withdrawn(snapshot, sample)
    )


def _why_other_criteria(snapshot: Snapshot, sample: SampleDrawn, since: int) -> str:
    later = [
        one.event.version
        for one in snapshot.workspace.ledger.read(CriteriaChanged, as_of=snapshot.as_of)
        if isinstance(one.event, CriteriaChanged) and one.seq > since
    ]
    if snapshot.as_of is None:
        later.append(snapshot.workspace.config.criteria.version)
    changed = next((version for version in later if version != sample.criteria_version), None)
    return "" if changed is None else f"the criteria changed (to version {changed})"


def _why_other_citations(snapshot: Snapshot, sample: SampleDrawn, since: int) -> str:
    """Look for a merge that was undone: by a person's word, or in the clusters in force."""
    if sample.clustering is None:
        return ""
    then = snapshot.workspace.frames.get(sample.clustering, Cluster)
    home = dict(then.select("record_id", "citation_id").iter_rows())
    for left, right in _parted(snapshot, since):
        if left in home and home[left] == home.get(right):
            return f"the merge of {left} and {right} was undone"
    now = snapshot.clusters.select("record_id", now="citation_id")
    split = (
        then.join(now, on="record_id")
        .group_by("citation_id")
        .agg(pl.col("now").n_unique())
        .filter(pl.col("now") > 1)["citation_id"]
        .sort()
    )
    return f"citation {split[0]} was split" if split.len() else ""


def _parted(snapshot: Snapshot, since: int) -> list[tuple[str, str]]:
    """Return the pairs that a person took apart after an event."""
    latest: dict[tuple[str, str], str] = {}
    parted = []
    recorded = snapshot.workspace.ledger.read(PairJudged, PairJudgementUndone, as_of=snapshot.as_of)
    for one in recorded:
        event = one.event
        if not isinstance(event, PairJudged | PairJudgementUndone):
            continue
        pair = (event.left_id, event.right_id)
        said = event.verdict if isinstance(event, PairJudged) else "undone"
        is_parting = said == "distinct" or (said == "undone" and latest.get(pair) == "same")
        latest[pair] = said
        if is_parting and one.seq > since:
            parted.append(pair)
    return parted


def _why_withdrawn(snapshot: Snapshot, sample: SampleDrawn) -> str:
    places = snapshot.workspace.frames.get(sample.places, CheckPlace)
    lost = places.join(
        snapshot.clusters, left_on="citation_id", right_on="record_id", how="anti"
    ).height
    return f"{lost} of the records that it counts were withdrawn" if lost else ""


def _why_unsupported(snapshot: Snapshot, given: Given) -> str:
    """Judge it again under the decisions as they stand now."""
    event, tally = given.event, tally_check(snapshot, given.sample)
    p_value = event.p_value  # what it was given for; worked out anew where the counts differ
    if _counts(event) != _counts(tally):
        claim = Claim(event.recall, event.confidence)
        p_value = check_p_value(tally.n_found, tally.check, claim)
    if p_value <= event.error_allowed + _ROUNDING and not tally.n_to_read:
        return ""
    return (
        f"decisions changed: {tally.n_relevant} of its sample are relevant now and "
        f"{tally.n_to_read} are to be read again"
    )


def _counts(look: StoppingCertified | CheckTally) -> tuple[int, int, int, int]:
    """Return what the test of a look depends on, besides the claim."""
    return look.n_found, look.n_unread, look.n_drawn, look.n_relevant
