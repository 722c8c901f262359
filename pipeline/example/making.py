"""Put the example together: plan, compose, write in every dialect, and keep the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.example.composing import compose
from pipeline.example.dialects import DIALECTS
from pipeline.example.plan import make_plans
from pipeline.example.quota import Quota
from pipeline.example.review_toml import REVIEW_TOML
from pipeline.example.truth import ExampleEntry, ExamplePublication, ExampleTruth
from pipeline.example.variants import as_indexed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.example.dialects import Dialect
    from pipeline.example.plan import Plan
    from pipeline.example.publication import Publication

__all__ = ["Example", "ExampleExport", "make_example"]

_SEARCHED_ON: Final = date(2022, 11, 14)
_SCATTER: Final = 611_953  # spreads numbers over the ids, so that an id tells nothing
_N_IDS: Final = 9_999_991  # a prime


@dataclass(frozen=True, slots=True)
class ExampleExport:
    """One file as downloaded, and the search that brought it."""

    file_name: str
    database: str
    platform: str
    searched_on: date
    hits: int  # entries in this file, damaged ones included
    strategy: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Example:
    """An invented review: its exports, its protocol and everything that is true about it."""

    exports: tuple[ExampleExport, ...]
    review_toml: str
    truth: ExampleTruth


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    accession: str | None
    publication_id: str
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class _Batch:
    dialect: Dialect
    file_name: str
    written: Sequence[_Written]


def make_example(*, n_entries: int = 12_525, seed: int = 2022) -> Example:
    """Invent a review on digital mental health technologies in services.

    Parameters
    ----------
    n_entries
        Entries over all files, damaged ones and export overlap included; 12 or more.
    seed
        The same seed gives the same bytes.

    Examples
    --------
    >>> example = make_example(n_entries=60, seed=1)
    >>> sum(export.hits for export in example.exports)
    60
    >>> sorted({export.database for export in example.exports})
    ['Embase', 'Google Scholar', 'Medline', 'PsycInfo', 'Scopus', 'Web of Science']
    """
    rng = Random(f"{seed}/plan")  # noqa: S311 - not for secrets
    quota = Quota.of(n_entries)
    written: dict[str, list[_Written]] = {name: [] for name in DIALECTS}
    publications = []
    for plan in make_plans(quota, rng):
        publication = compose(plan, seed)
        publications.append(_answer(plan, publication))
        for copy, name in enumerate(plan.dialects):
            written[name].append(_write(plan, publication, copy, seed))
    schema = ExamplePublication.create_empty().schema
    answers = pl.DataFrame(publications, schema=schema, orient="row")
    batches = [
        batch
        for name, dialect in DIALECTS.items()
        for batch in _batches(dialect, written.pop(name), quota.n_overlap, rng)
    ]
    return Example(
        exports=tuple(_export(batch) for batch in batches),
        review_toml=REVIEW_TOML,
        truth=ExampleTruth(
            entries=ExampleEntry.validate(pl.concat([_located(batch) for batch in batches])),
            publications=ExamplePublication.validate(answers),
        ),
    )


def _publication_id(plan: Plan) -> str:
    return f"P{(plan.number + 1) * _SCATTER % _N_IDS:07d}"


def _answer(plan: Plan, publication: Publication) -> tuple[str | bool | None, ...]:
    """Return a row of `ExamplePublication`, in the order of its columns."""
    return (
        _publication_id(plan),
        publication.title,
        plan.is_eligible,
        plan.is_retrievable,
        plan.is_included,
        plan.exclusion_reason,
        f"S{(plan.study + 1) * _SCATTER % _N_IDS:07d}",
    )


def _write(plan: Plan, publication: Publication, copy: int, seed: int) -> _Written:
    dialect = DIALECTS[plan.dialects[copy]]
    rng = Random(f"{seed}/entry/{plan.number}/{copy}")  # noqa: S311 - not for secrets
    accession = dialect.accession(plan.number * 8 + copy, publication)
    text = dialect.write_entry(as_indexed(publication, rng), accession, rng)
    if plan.is_damaged:
        text = dialect.damage_entry(text)
    return _Written(text, accession, _publication_id(plan), plan.is_damaged)


def _batches(
    dialect: Dialect, written: list[_Written], n_overlap: int, rng: Random
) -> Iterator[_Batch]:
    """Mix an export and split it as its platform does; the second batch starts a little early."""
    rng.shuffle(written)
    if dialect.breaks_only_at_the_end:
        written.sort(key=attrgetter("is_damaged"))
    if dialect.entries_per_file is None:
        yield _Batch(dialect, dialect.file_name, written)
        return
    half = (len(written) + n_overlap + 1) // 2  # a small export is split too, to have an overlap
    size = min(dialect.entries_per_file, half)
    start = size - n_overlap
    _mend_overlap(written, start, size)
    for number, first in enumerate((0, *range(start, len(written), size)), 1):
        yield _Batch(dialect, dialect.file_name.format(n=number), written[first : first + size])


def _mend_overlap(written: list[_Written], start: int, stop: int) -> None:
    """Move damaged entries out of the overlap: there, each accession is to be seen twice."""
    spare = (n for n, entry in enumerate(written) if not (entry.is_damaged or start <= n < stop))
    for n in range(start, stop):
        if written[n].is_damaged:
            other = next(spare)
            written[n], written[other] = written[other], written[n]


def _export(batch: _Batch) -> ExampleExport:
    return ExampleExport(
        file_name=batch.file_name,
        database=batch.dialect.database,
        platform=batch.dialect.platform,
        searched_on=_SEARCHED_ON,
        hits=len(batch.written),
        strategy=batch.dialect.strategy,
        data=batch.dialect.join_entries([entry.text for entry in batch.written]),
    )


def _located(batch: _Batch) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "file_name": [batch.file_name] * len(batch.written),
            "position": range(1, len(batch.written) + 1),
            "accession": [entry.accession for entry in batch.written],
            "publication_id": [entry.publication_id for entry in batch.written],
            "is_damaged": [entry.is_damaged for entry in batch.written],
        },
        schema_overrides={"position": pl.UInt32, "accession": pl.String},
    )
