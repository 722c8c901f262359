"""Say in words why a record was merged, or was not.

The evidence is what the stage kept: for each compared pair the keys that brought the two records
together, the comparison field by field, the vetoes and the probability, and what people said.
Nothing is computed anew, so the explanation is what really happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.dedupe.citations import build_citations
from pipeline.dedupe.vetoes import VETOES
from pipeline.errors import UnknownNameError
from pipeline.schemas import Cluster, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    import dataframely as dy

    from pipeline.schemas import DuplicatePair, PairJudgement

__all__ = ["ComparedRecord", "Explanation", "explain_record"]

_SIMILARITIES: Final = (
    "title_similarity",
    "authors_similarity",
    "journal_similarity",
    "abstract_similarity",
)
_AGREEMENTS: Final = ("year", "volume", "issue", "pages", "doi")
_THROUGH_OTHERS: Final = {  # whether merged: why, where the verdict of the pair says otherwise
    True: "joined by a person or through other records",
    False: "kept apart by a person or because a pair of the two groups is clearly distinct",
}


@dataclass(frozen=True, slots=True)
class ComparedRecord:
    """Another record that was compared with the one in question, and what came of it."""

    record_id: str
    title: str | None
    is_merged: bool
    verdict: str
    probability: float
    blocking_keys: tuple[str, ...]
    vetoes: tuple[str, ...]
    similarities: tuple[tuple[str, float | None], ...]
    agreements: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        outcome = "merged with" if self.is_merged else "not merged with"
        reasons = [f"{VETOES[name].why} ({name})" for name in self.vetoes if name in VETOES]
        if self.is_merged != (self.verdict == "same"):
            reasons.append(_THROUGH_OTHERS[self.is_merged])
        because = f"; {'; '.join(reasons)}" if reasons else ""
        return (
            f"{outcome} {self.record_id}: {self.verdict}, probability {self.probability:.3f}, "
            f"found by {', '.join(self.blocking_keys)}{because}"
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a record ended up and everything it was compared with, most alike first."""

    record_id: str
    title: str | None
    citation_id: str
    members: tuple[str, ...]
    compared: tuple[ComparedRecord, ...]
    sources: tuple[tuple[str, str], ...] = ()  # of each field: the record it was taken from
    said: tuple[tuple[str, str], ...] = ()  # what people said of it and another record: its verdict
    model_version: str = ""

    @property
    def fields_by_record(self) -> list[tuple[str, list[str]]]:
        """The fields of the citation that each of its records gave."""
        givers = sorted({record_id for _, record_id in self.sources})
        return [
            (giver, [field for field, record_id in self.sources if record_id == giver])
            for giver in givers
        ]


def explain_record(
    record_id: str,
    *,
    records: dy.DataFrame[Record],
    pairs: dy.DataFrame[DuplicatePair],
    clusters: dy.DataFrame[Cluster],
    judgements: dy.DataFrame[PairJudgement] | None = None,
    model_version: str = "",
) -> Explanation:
    """Return the evidence about one record.

    Parameters
    ----------
    records, pairs, clusters
        What deduplication was given and returned.
    judgements
        What people said about pairs, as deduplication was given it.
    model_version
        What the probabilities come from.

    Raises
    ------
    UnknownNameError
        No cluster holds a record of that id.

    >>> from pipeline.dedupe import deduplicate, read_records_table
    >>> table = pl.DataFrame({"record_id": ["a", "b"], "title": ["Pain in remote care"] * 2,
    ...     "authors": ["Ek A"] * 2, "doi": ["10.1000/1", "10.1000/2"]})
    >>> records = read_records_table(table)
    >>> found = deduplicate(records)
    >>> why = explain_record("a", records=records, pairs=found.pairs, clusters=found.clusters)
    >>> why.members, why.compared[0].vetoes
    (('a',), ('doi-conflict', 'title-says-little'))
    """
    own = clusters.filter(pl.col("record_id") == record_id)
    if own.is_empty():
        raise UnknownNameError("record", record_id, clusters["record_id"].head(1000).to_list())
    citation_id = own["citation_id"].item()
    members = clusters.filter(pl.col("citation_id") == citation_id)["record_id"].sort()
    titles = records.select("record_id", "title")
    rows = (
        _touching(pairs, record_id)
        .join(titles, on="record_id", how="left")
        .sort("probability", "record_id", descending=[True, False])
    )
    return Explanation(
        record_id=record_id,
        title=titles.filter(pl.col("record_id") == record_id)["title"].to_list()[0],
        citation_id=citation_id,
        members=tuple(members),
        compared=tuple(_compared(row, set(members)) for row in rows.iter_rows(named=True)),
        sources=_sources(records, clusters, members),
        said=() if judgements is None else _said(judgements, record_id),
        model_version=model_version,
    )


def _touching(pairs: pl.DataFrame, record_id: str) -> pl.DataFrame:
    """Return the pairs of a record, with the other record of each."""
    other = pl.when(pl.col("left_id") == record_id).then("right_id").otherwise("left_id")
    is_of_it = (pl.col("left_id") == record_id) | (pl.col("right_id") == record_id)
    return pairs.filter(is_of_it).with_columns(record_id=other)


def _said(judgements: pl.DataFrame, record_id: str) -> tuple[tuple[str, str], ...]:
    found = _touching(judgements, record_id).select("record_id", pl.col("verdict").cast(pl.String))
    return tuple(found.sort("record_id").iter_rows())


def _sources(
    records: pl.DataFrame, clusters: pl.DataFrame, members: pl.Series
) -> tuple[tuple[str, str], ...]:
    is_member = pl.col("record_id").is_in(members.implode())
    own = Record.validate(records.filter(is_member))
    built = build_citations(own, Cluster.validate(clusters.filter(is_member)))
    return tuple(built.sources.select("field", "record_id").iter_rows())


def _compared(row: Mapping[str, Any], members: set[str]) -> ComparedRecord:
    return ComparedRecord(
        record_id=row["record_id"],
        title=row["title"],
        is_merged=row["record_id"] in members,
        verdict=row["verdict"],
        probability=row["probability"],
        blocking_keys=tuple(row["blocking_keys"]),
        vetoes=tuple(row["vetoes"]),
        similarities=tuple((name, row[name]) for name in _SIMILARITIES),
        agreements=tuple((name, row[name]) for name in _AGREEMENTS),
    )
