"""Which citation of the review a record of another tool is.

A record that carries one of our own ids, or the same database's number, is found at once. The rest
go through deduplication against the review's records, under the review's own settings and what
people said about pairs; the review itself is not touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe import deduplicate_increment
from pipeline.errors import InputError
from pipeline.ingest import identify_entries
from pipeline.schemas import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pipeline.ingest import Ingested, ParsedExport
    from pipeline.review.snapshot import Snapshot

__all__ = ["CitationMatch", "match_citations"]

_OWN_ID: Final = "citation_id: "  # how the reader labels that column of our own exports


@dataclass(frozen=True, slots=True)
class CitationMatch:
    """The review's citation that a record is, and which of its records stands for it."""

    citation_id: str
    record_id: str


def match_citations(
    snapshot: Snapshot, export: ParsedExport, positions: Collection[int], *, name: str
) -> dict[int, CitationMatch]:
    """Find the citation of each of these records of a file.

    Raises
    ------
    InputError
        A record is no citation of the review.
    """
    ingested = identify_entries(export, search_id="", file=name, file_sha256="")
    ids: dict[int, str] = dict(ingested.entries.select("position", "record_id").iter_rows())
    homes: dict[str, str] = dict(snapshot.clusters.select("record_id", "citation_id").iter_rows())
    own = _own_ids(export, homes)
    found = {position: own.get(position) or ids[position] for position in sorted(positions)}
    unknown = {found[position] for position in found if found[position] not in homes}
    same = _find_duplicates(snapshot, ingested, unknown) if unknown else {}
    matched = {position: same.get(record_id, record_id) for position, record_id in found.items()}
    _require_all(matched, homes, export, name)
    return {position: CitationMatch(homes[one], one) for position, one in matched.items()}


def _own_ids(export: ParsedExport, homes: Mapping[str, str]) -> dict[int, str]:
    """Return the records that carry an id of this review, as our own exports write it."""
    return {
        position: own
        for position, notes in export.entries.select("position", "notes").iter_rows()
        for note in notes or ()
        if (own := note.removeprefix(_OWN_ID)) in homes
    }


def _find_duplicates(
    snapshot: Snapshot, ingested: Ingested, wanted: Collection[str]
) -> dict[str, str]:
    """Return for each of these records the likeliest of the review's that is the same."""
    new = Record.validate(ingested.records.filter(pl.col("record_id").is_in(list(wanted))))
    outcome = deduplicate_increment(
        new,
        snapshot.records,
        pairs=snapshot.pairs,
        clusters=snapshot.clusters,
        judgements=snapshot.judgements,
        **snapshot.workspace.config.dedupe.arguments,
    ).outcome
    is_new = pl.col("record_id").is_in(list(wanted))
    together = outcome.clusters.filter(is_new).join(
        outcome.clusters.filter(~is_new).rename({"record_id": "known_id"}), on="citation_id"
    )
    likeliest = (
        together.join(_links(outcome.pairs), on=["record_id", "known_id"], how="left")
        .sort(pl.col("probability").fill_null(0.0), "known_id", descending=[True, False])
        .unique("record_id", keep="first", maintain_order=True)
    )
    return dict(likeliest.select("record_id", "known_id").iter_rows())


def _links(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs both ways round."""
    both = [
        pairs.select(pl.col(a).alias("record_id"), pl.col(b).alias("known_id"), "probability")
        for a, b in (("left_id", "right_id"), ("right_id", "left_id"))
    ]
    return pl.concat(both)


def _require_all(
    matched: Mapping[int, str], homes: Mapping[str, str], export: ParsedExport, name: str
) -> None:
    lost = [position for position, record_id in matched.items() if record_id not in homes]
    if not lost:
        return
    first = export.entries.filter(pl.col("position") == lost[0]).select(
        pl.coalesce("title", "doi", "accession", pl.lit("no title"))
    )
    count = f" (the first of {len(lost)} such records)" if len(lost) > 1 else ""
    raise InputError(
        f"{name}, record {lost[0]}",
        f"{first.item()!r} is no citation of this review{count}",
        "add and run the search that found it, or take it out of the file",
    )
