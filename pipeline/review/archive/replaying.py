"""Rebuild every number of an archive from its inputs and its ledger, and say what differs.

With the library and the distributions that made the archive, everything is computed again: inputs
are read, each deduplication is repeated on what was known then, samples are drawn, orders ranked
(see `ordering`) and the report written, and the results must be the same to the last byte
(clusterings and orders: to the last row).
With others, what was read from the inputs is taken from the archive and all is counted again.
"""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from pipeline.config import read_config
from pipeline.dedupe import keep_citation_ids
from pipeline.events import ClusteringAccepted, VersionPublished, canonical_json, sha256_of
from pipeline.review.archive.comparison import Comparison, as_before
from pipeline.review.archive.ordering import make_orders_again
from pipeline.review.archive.packing import COMPUTED
from pipeline.review.archive.unpacking import open_archive, read_manifest, unpack
from pipeline.review.folder import ReviewFolder
from pipeline.review.increments import compare_records, remember_comparison
from pipeline.review.readings import Reading, adopt_readings, list_readings, reading_keys
from pipeline.review.reporting import render_reports
from pipeline.review.snapshot import Snapshot
from pipeline.review.verification import Finding, Withheld, verify
from pipeline.review.workspace import SOFTWARE, Workspace, library_fingerprint, lock_fingerprint
from pipeline.schemas import Cluster, Entry, FlowRow, Record
from pipeline.store import FrameCache, FrameStore, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.review.archive.manifest import Manifest
    from pipeline.store import RecordedEvent

__all__ = ["Replay", "replay_archive"]

Depth = Literal["recomputed", "recounted", "not rebuilt"]
_NOT_COUNTED: Final = ("as_of", "identities")  # said about the numbers, no numbers
_UNSTABLE_REPORTS: Final = (".png",)  # drawn by the font engine of the machine


@dataclass(frozen=True, slots=True)
class Replay:
    """What an archive came to when it was rebuilt.

    Parameters
    ----------
    depth
        Whether results were computed again from the inputs, or what was read from them was counted
        again; not rebuilt where the archive itself is damaged.
    checked
        What was rebuilt and compared, in words.
    findings
        What differs; empty where every number is the same.
    """

    manifest: Manifest
    depth: Depth
    checked: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def replay_archive(path: Path) -> Replay:
    """Rebuild every number of an archive, in a place of its own that is gone afterwards.

    Parameters
    ----------
    path
        The zip that `archive_review` made.

    Raises
    ------
    InputError
        It is no archive, or one made to do harm, or made by a newer Thresher.
    """
    with tempfile.TemporaryDirectory() as scratch, open_archive(path) as archive:
        manifest, folder = read_manifest(path, archive), Path(scratch)
        damage = unpack(archive, manifest, folder)
        if damage:
            return Replay(manifest, "not rebuilt", ("files against the manifest",), tuple(damage))
        workspace = _open(folder)
        try:
            return _rebuild(workspace, manifest)
        finally:
            workspace.ledger.close()


def _open(path: Path) -> Workspace:
    """Open the unpacked review with the ledger that it brought, wherever the ledger was kept."""
    folder = ReviewFolder(path)
    config = read_config(folder.config.read_text(encoding="utf-8"), where=folder.config.name)
    ledger = open_ledger(folder.ledger_url, software=SOFTWARE)
    return Workspace(folder, config, ledger, FrameStore(folder.frames), FrameCache(folder.work))


def _rebuild(workspace: Workspace, manifest: Manifest) -> Replay:
    is_same = (manifest.library, manifest.lock) == (library_fingerprint(), lock_fingerprint())
    is_whole = is_same and not manifest.without_abstracts
    comparison = Comparison(["files against the manifest"])
    if not is_whole:
        adopt_readings(workspace, _archived_readings(workspace))
    withheld = Withheld(
        frozenset(one.file for one in manifest.withheld), frozenset(manifest.withheld_events)
    )
    comparison.findings += verify(workspace, withheld=withheld)
    comparison.checked.append("hash chain, inputs, frames and identities")
    comparison.compare(
        "the end of the chain", "ledger", manifest.head, workspace.ledger.head().hash
    )
    if not comparison.findings:
        _recount(workspace, manifest, comparison)
        if is_whole:
            _recompute(workspace, comparison)
    depth: Depth = "recomputed" if is_whole else "recounted"
    return Replay(manifest, depth, tuple(comparison.checked), tuple(comparison.findings))


def _archived_readings(workspace: Workspace) -> Iterator[Reading]:
    for name in reading_keys(workspace):
        place = workspace.folder.path / COMPUTED / name
        entries = pl.read_parquet(place.with_name(f"{name}-entries.parquet"))
        records = pl.read_parquet(place.with_name(f"{name}-records.parquet"))
        yield Reading(name, Entry.validate(entries), Record.validate(records))


def _recount(workspace: Workspace, manifest: Manifest, comparison: Comparison) -> None:
    """Count the flow again, as it stood when the archive was made and for each version."""
    _compare_counts("the flow", manifest.counts, Snapshot(workspace).counts.to_json(), comparison)
    for recorded in workspace.ledger.read(VersionPublished):
        event = recorded.event
        if isinstance(event, VersionPublished) and event.settings:
            then = Snapshot(as_before(workspace, recorded))
            rows = workspace.frames.get(event.rows_frame, FlowRow)
            where = f"version {event.name}"
            said, found = sha256_of(event.counts), sha256_of(canonical_json(then.counts.to_json()))
            comparison.compare(f"{where}: counts", f"{where}, counts", said, found)
            comparison.compare(
                f"{where}: rows", f"{where}, rows", rows.height, then.whole_flow.height
            )


def _compare_counts(
    what: str, said: Mapping[str, object], found: Mapping[str, object], comparison: Comparison
) -> None:
    for key, value in found.items():
        if key not in _NOT_COUNTED:
            comparison.compare(f"{what}: {key}", f"{what}, {key}", said.get(key), value)


def _recompute(workspace: Workspace, comparison: Comparison) -> None:
    """Compute again what the archive holds as results, from the inputs and the ledger alone."""
    for reading in list_readings(workspace):
        frames: dict[str, pl.DataFrame] = {"entries": reading.entries, "records": reading.records}
        for name, frame in frames.items():
            file = f"{COMPUTED}/{reading.name}-{name}.parquet"
            archived = sha256_of((workspace.folder.path / file).read_bytes())
            comparison.compare(file, file, archived, workspace.frames.name_of(frame))
    for recorded in workspace.ledger.read(ClusteringAccepted):
        if isinstance(recorded.event, ClusteringAccepted):
            _cluster_again(workspace, recorded, recorded.event, comparison)
    make_orders_again(workspace, comparison)
    _draw_again(workspace, comparison)


def _cluster_again(
    workspace: Workspace,
    recorded: RecordedEvent,
    event: ClusteringAccepted,
    comparison: Comparison,
) -> None:
    """Deduplicate what was known then, by the settings that the event names."""
    policy = type(workspace.config.dedupe).model_validate_json(event.policy)
    before = as_before(workspace, recorded)
    config = before.config.model_copy(update={"dedupe": policy})
    then = Snapshot(dataclasses.replace(before, config=config))
    made = compare_records(then.workspace, then.records, in_force=then.clustering)
    remember_comparison(then.workspace, made, basis=event.basis)
    known = Cluster.create_empty()
    if then.clustering is not None:
        known = workspace.frames.get(then.clustering.frame, Cluster)
    clusters = keep_citation_ids(made.found.clusters, known)
    where = f"clustering, event {recorded.seq}"
    comparison.compare(where, where, event.frame, workspace.frames.name_of(clusters))


def _draw_again(workspace: Workspace, comparison: Comparison) -> None:
    """Draw the report again, byte for byte."""
    for name, data in render_reports(Snapshot(workspace)).items():
        archived = workspace.folder.reports / name
        if archived.is_file() and not name.endswith(_UNSTABLE_REPORTS):
            where = f"reports/{name}"
            comparison.compare(where, where, sha256_of(archived.read_bytes()), sha256_of(data))
