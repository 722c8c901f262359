"""Records in, duplicate clusters out: the steps of the stage, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe.blocking import candidate_pairs, rule_names
from pipeline.dedupe.cluster import cluster
from pipeline.dedupe.compare import compare
from pipeline.dedupe.judge import PairModel, features
from pipeline.dedupe.model import shipped_model
from pipeline.dedupe.normalise import normalise
from pipeline.dedupe.relations import find_related
from pipeline.dedupe.vetoes import veto_names
from pipeline.schemas import AGREEMENTS, VERDICTS, Cluster, DuplicatePair, PairJudgement, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

__all__ = ["SAME_ABOVE", "UNSURE_ABOVE", "Deduplicated", "deduplicate", "judge_pairs"]

SAME_ABOVE: Final = 0.4  # match probability from which records merge, unless a veto says otherwise
UNSURE_ABOVE: Final = 0.1  # match probability from which a person is asked
_NEAR_MISS: Final = 0.01  # match probability from which a distinct pair is kept as evidence
_RELATED_TITLE: Final = 0.9  # title containment from which a vetoed pair is kept
_SAID_SAME: Final = 2.0  # strength of a person's "same": above any probability


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """The outcome: every pair worth remembering, and the citation of every record."""

    pairs: dy.DataFrame[DuplicatePair]
    clusters: dy.DataFrame[Cluster]
    model_version: str


def deduplicate(
    records: dy.DataFrame[Record],
    *,
    judgements: dy.DataFrame[PairJudgement] | None = None,
    blocking: Sequence[str] | None = None,
    same_above: float = SAME_ABOVE,
    unsure_above: float = UNSURE_ABOVE,
    model: PairModel | None = None,
    merged_relations: Sequence[str] = (),
    judged: pl.DataFrame | None = None,
) -> Deduplicated:
    """Find the records that are the same publication.

    Parameters
    ----------
    records
        Every record, in any order: the outcome does not depend on it.
    judgements
        What people said about pairs: "same" merges, "distinct" keeps apart, whatever the model
        thinks.
    blocking
        Names of blocking rules; all if not given.
    same_above, unsure_above
        Match probabilities from which a pair merges, and from which a person is asked.
    model
        What turns a comparison into a probability; the shipped model if not given.
    merged_relations
        Relations of `pipeline.dedupe.relations` whose pairs are merged as well: a review's policy,
        not PRISMA's idea of a duplicate.
    judged
        All pairs as `judge_pairs` returns them, where it was called before, on records sorted by
        id; in shards or not.

    >>> from pipeline.dedupe import read_records_table
    >>> table = pl.DataFrame({
    ...     "record_id": ["a", "b", "c"],
    ...     "title": ["Barriers to remote care", "Barriers to remote care.", "Walking in groups"],
    ...     "authors": ["Ek, Ada", "Ek A", "Ny, Bo"], "year": ["2019", "2019", "2019"],
    ...     "doi": ["10.1000/7", "https://doi.org/10.1000/7", None]})
    >>> deduplicate(read_records_table(table)).clusters["citation_id"].to_list()
    ['a', 'a', 'c']
    """
    chosen = shipped_model() if model is None else model
    ordered = Record.validate(records.sort("record_id"))
    if judged is None:
        fields = normalise(ordered)
        pairs = candidate_pairs(fields, blocking=blocking)
        judged = judge_pairs(
            fields, pairs, same_above=same_above, unsure_above=unsure_above, model=chosen
        )
    if merged_relations:
        judged = _merge_related(ordered, judged, merged_relations)
    clusters = cluster(ordered["record_id"], *constraints(judged, judgements))
    return Deduplicated(as_evidence(judged), clusters, chosen.name)


def judge_pairs(
    normalised: pl.DataFrame,
    pairs: pl.DataFrame,
    *,
    same_above: float = SAME_ABOVE,
    unsure_above: float = UNSURE_ABOVE,
    model: PairModel | None = None,
) -> pl.DataFrame:
    """Compare pairs and say of each what follows; a pair's verdict depends on no other pair.

    Parameters
    ----------
    normalised, pairs
        As for `pipeline.dedupe.compare.compare`.
    same_above, unsure_above, model
        As for `deduplicate`.

    >>> from pipeline.dedupe import read_records_table
    >>> titles = ["Walking in groups at noon and in the evening"] * 2
    >>> table = pl.DataFrame({"record_id": ["a", "b"], "title": titles, "doi": ["10.1000/1"] * 2})
    >>> fields = normalise(read_records_table(table))
    >>> judge_pairs(fields, candidate_pairs(fields))["verdict"].to_list()
    ['same']
    """
    chosen = shipped_model() if model is None else model
    record_ids, compared = normalised["record_id"], compare(normalised, pairs)
    probability = pl.Series("probability", chosen.probability(features(compared)))
    judged = compared.hstack([probability, veto_names(compared)]).with_columns(
        left_id=record_ids.gather(compared["left"]),
        right_id=record_ids.gather(compared["right"]),
    )
    is_vetoed = pl.col("vetoes").list.len() > 0
    verdict = (
        pl.when(pl.col("probability") < unsure_above)
        .then(pl.lit("distinct"))
        .when(is_vetoed | (pl.col("probability") < same_above))
        .then(pl.lit("unsure"))
        .otherwise(pl.lit("same"))
    )
    return judged.with_columns(verdict=verdict.cast(pl.Enum(VERDICTS)))


def _merge_related(
    records: dy.DataFrame[Record], judged: pl.DataFrame, relations: Sequence[str]
) -> pl.DataFrame:
    """Call the pairs of some relations the same, as the review wants it."""
    found = find_related(records, as_evidence(judged))
    chosen = found.filter(pl.col("relation").cast(pl.String).is_in(list(relations)))
    marked = judged.join(
        chosen.select("left_id", "right_id", is_chosen=pl.lit(value=True)),
        on=["left_id", "right_id"],
        how="left",
        maintain_order="left",
    )
    same = pl.lit("same").cast(pl.Enum(VERDICTS))
    verdict = pl.when(pl.col("is_chosen")).then(same).otherwise(pl.col("verdict"))
    return marked.with_columns(verdict=verdict).drop("is_chosen")


def constraints(
    judged: pl.DataFrame, judgements: dy.DataFrame[PairJudgement] | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what may merge, with its strength, and what must stay apart; people come first."""
    said = (PairJudgement.create_empty() if judgements is None else judgements).lazy().collect()
    ids = ["left_id", "right_id"]
    unsaid = judged.join(said, on=ids, how="anti")
    links = unsaid.filter(pl.col("verdict") == "same").select(*ids, strength="probability")
    must = said.filter(pl.col("verdict") == "same").select(*ids, strength=pl.lit(_SAID_SAME))
    barriers = unsaid.filter(pl.col("verdict") == "distinct").select(ids)
    cannot = said.filter(pl.col("verdict") == "distinct").select(ids)
    return pl.concat([must, links]), pl.concat([cannot, barriers])


def as_evidence(judged: pl.DataFrame) -> dy.DataFrame[DuplicatePair]:
    """Return the judged pairs worth keeping, as the next stages and people read them."""
    is_related = (pl.col("vetoes").list.len() > 0) & (pl.col("title_containment") >= _RELATED_TITLE)
    kept = judged.filter(
        (pl.col("verdict") != "distinct") | (pl.col("probability") >= _NEAR_MISS) | is_related
    )
    agreements = {
        name: pl.col(name)
        .cast(pl.Int64)
        .replace_strict(
            {2: "agree", 1: "agree", -1: "conflict", 0: "missing"}, return_dtype=pl.Enum(AGREEMENTS)
        )
        for name in ("year", "volume", "issue", "pages", "doi")
    }
    return DuplicatePair.validate(
        kept.with_columns(blocking_keys=rule_names(pl.col("keys")), **agreements)
        .select(DuplicatePair.column_names())
        .sort("left_id", "right_id")
    )
