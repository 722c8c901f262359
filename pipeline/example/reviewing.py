"""The example as a review on disk, and a reviewer who answers from what is known to be true."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.review import GivenDecision, Review, SearchDetails
from pipeline.review.said_before import RETRIEVAL
from pipeline.schemas import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.example.making import Example, ExampleExport
    from pipeline.example.truth import ExampleTruth

__all__ = [
    "DedupeScore",
    "add_example_searches",
    "assess_full_texts",
    "list_answers",
    "score_deduplication",
    "waive_damaged_entries",
]


@dataclass(frozen=True, slots=True)
class DedupeScore:
    """How well the clusters agree with the truth, over pairs of records."""

    precision: float
    recall: float


def add_example_searches(review: Review, example: Example) -> int:
    """Add the example's exports, one search a database; return the number of entries.

    The exports are written to a temporary folder first: the review takes its own copies.
    """
    by_database = groupby(example.exports, key=lambda export: export.database)
    with tempfile.TemporaryDirectory() as folder:
        return sum(_add_search(review, list(group), Path(folder)) for _, group in by_database)


def _add_search(review: Review, exports: list[ExampleExport], folder: Path) -> int:
    paths = [folder / export.file_name for export in exports]
    for path, export in zip(paths, exports, strict=True):
        path.write_bytes(export.data)
    first = exports[0]
    details = SearchDetails(
        searched_on=first.searched_on,
        database=first.database,
        platform=first.platform,
        strategy=first.strategy,
        hits_reported=sum(export.hits for export in exports),
    )
    return review.add(paths, details).n_entries


def waive_damaged_entries(review: Review, *, reviewer: str) -> int:
    """Give up the entries that could not be read, as a person would who looked at each."""
    unresolved = review.snapshot().unresolved["entry_id"].to_list()
    if not unresolved:
        return 0
    return review.waive(unresolved, reason="damaged in the export, not legible", actor=reviewer)


def list_answers(review: Review, truth: ExampleTruth) -> dy.DataFrame[Label]:
    """Return what a perfect reviewer would say about each citation to screen."""
    known = _publication_of_records(review, truth).join(truth.publications, on="publication_id")
    members = review.snapshot().to_screen.select("citation_id", record_id="record_ids")
    answers = (
        members.explode("record_id")
        .join(known, on="record_id")
        .group_by("citation_id")
        .agg(is_relevant=pl.col("is_eligible_abstract").any())
    )
    return Label.validate(answers.sort("citation_id"))


def _publication_of_records(review: Review, truth: ExampleTruth) -> pl.DataFrame:
    """Find the publication behind each record, by the places of its entries."""
    file_name = pl.col("file").str.split("/").list.last()
    entries = review.snapshot().entries.with_columns(file_name=file_name)
    found = entries.join(truth.entries, on=["file_name", "position"])
    return found.unique("record_id").select("record_id", "publication_id")


def assess_full_texts(review: Review, truth: ExampleTruth, *, reviewer: str) -> int:
    """Seek, retrieve and assess the reports of every included citation; group them into studies.

    Returns
    -------
    int
        How many reports were included.
    """
    included = review.snapshot().labels.filter("is_relevant")
    found = _publications_of_citations(review, truth).join(included, on="citation_id", how="semi")
    rows = found.sort("citation_id").iter_rows(named=True)
    given = [decision for row in rows for decision in _full_text_decisions(row)]
    review.decide(given, reviewer=reviewer)
    studies = found.filter("is_included").group_by("study_id").agg(pl.col("citation_id").sort())
    for study_id, citation_ids in studies.sort("study_id").iter_rows():
        if len(citation_ids) > 1:
            review.link_study(study_id, citation_ids, actor=reviewer)
    return found.filter("is_included").height


def _full_text_decisions(row: dict[str, str | bool | None]) -> Iterator[GivenDecision]:
    citation_id = str(row["citation_id"])
    status = "retrieved" if row["is_retrievable"] else "not_retrieved"
    yield GivenDecision(citation_id, status, RETRIEVAL)
    if row["is_retrievable"]:
        reason = row["exclusion_reason"]
        decision = "include" if row["is_included"] else "exclude"
        reasons = () if reason is None else (str(reason),)
        yield GivenDecision(citation_id, decision, "full-text", reasons)


def _publications_of_citations(review: Review, truth: ExampleTruth) -> pl.DataFrame:
    """Return for each citation what is true of the publication that it shows."""
    shown = review.snapshot().to_screen.select("citation_id", "record_id")
    known = _publication_of_records(review, truth)
    return shown.join(known, on="record_id").join(truth.publications, on="publication_id")


def score_deduplication(review: Review, truth: ExampleTruth) -> DedupeScore:
    """Compare the clusters with the truth, over pairs of records."""
    known = _publication_of_records(review, truth)
    both = review.snapshot().clusters.join(known, on="record_id")
    n_found = _n_pairs(both, "citation_id")
    n_true = _n_pairs(both, "publication_id")
    n_right = _n_pairs(both, "citation_id", "publication_id")
    return DedupeScore(
        precision=n_right / n_found if n_found else 1.0,
        recall=n_right / n_true if n_true else 1.0,
    )


def _n_pairs(records: pl.DataFrame, *columns: str) -> int:
    sizes = records.group_by(columns).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
