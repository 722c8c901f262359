"""The coding in the formats of other programs: one line in `CODING_FORMATS` each."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.registry import Registry
from pipeline.report import write_safe_csv
from pipeline.report.coding import (
    CodingEvidence,
    render_map_page,
    tabulate_characteristics,
    tabulate_eviatlas,
    tabulate_extracts,
    write_results_section,
)
from pipeline.review.coding.synthesis import describe_studies, list_findings
from pipeline.review.coding.texts import read_text
from pipeline.review.tagging import load_codebook
from pipeline.review.workspace import SOFTWARE
from pipeline.schemas.coding import CodeLine, Extract
from pipeline.tag import DOES_NOT_FIT, map_evidence
from pipeline.tag.codes import read_codes
from pipeline.tag.matrix import widen_matrix
from pipeline.tag.picture import draw_evidence_map, draw_evidence_map_png
from pipeline.tag.refi_qda import write_coded_qdpx, write_qdc

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import dataframely as dy

    from pipeline.review.coding.snapshot import CodingSnapshot
    from pipeline.schemas import EvidenceCell

__all__ = [
    "CODING_FORMATS",
    "CONFIRMED_MAP",
    "SUGGESTED_MAP",
    "CodingFormat",
    "export_coding",
    "gather_evidence",
    "list_codes",
    "map_extracts",
]

CONFIRMED_MAP: Final = "What the included studies say, as confirmed by people"
SUGGESTED_MAP: Final = "What abstracts of the included studies mention, as suggested by cues"


@dataclass(frozen=True, slots=True)
class CodingFormat:
    """One way to take the coding elsewhere.

    Parameters
    ----------
    name
        What the command line calls it.
    suffix
        Of the file.
    says
        What it is, in a few words.
    write
        Makes the file from coding as it stands, at a time.
    """

    name: str
    suffix: str
    says: str
    write: Callable[[CodingSnapshot, dt.datetime], bytes]


def export_coding(coding: CodingSnapshot, file_format: str, *, now: dt.datetime) -> bytes:
    """Return the coding in a format of `CODING_FORMATS`.

    Raises
    ------
    UnknownNameError
        There is no such format.
    """
    return CODING_FORMATS[file_format].write(coding, now)


def gather_evidence(coding: CodingSnapshot) -> CodingEvidence:
    """Gather what the outputs say: confirmed tags where there are any, else the suggestions."""
    confirmed = coding.confirmed.extracts
    codebook = coding.codebook
    read = coding.coverage.group_by(pl.col("source").cast(pl.String)).agg(
        pl.col("report_id").n_unique()
    )
    return CodingEvidence(
        title=coding.snapshot.workspace.config.review.title,
        extracts=confirmed if confirmed.height else _as_extracts(coding),
        is_confirmed=bool(confirmed.height),
        codes=list_codes(coding),
        levels={level.id: level.label for level in codebook.levels},
        studies=describe_studies(coding),
        codebook=f"{codebook.label}, version {codebook.version}",
        citation=codebook.source.citation,
        is_draft=codebook.draft,
        coders=tuple(coding.tags["coder"].unique().sort()),
        n_blind=coding.n_coders,
        n_texts=dict(read.sort("source").iter_rows()),
    )


def map_extracts(
    coding: CodingSnapshot, extracts: dy.DataFrame[Extract]
) -> dy.DataFrame[EvidenceCell]:
    """Count the studies of some extracts by domain, level and polarity."""
    unit = pl.col("report_id").alias("record_id")
    fitting = extracts.filter(pl.col("domain") != DOES_NOT_FIT)
    return map_evidence(
        fitting.select(unit, "domain", "level", "polarity"),
        codebook=coding.codebook,
        studies=coding.reports.select(unit, "study_id"),
    )


def list_codes(coding: CodingSnapshot) -> dy.DataFrame[CodeLine]:
    """Return the codes of the codebook in force, in order."""
    tree = read_codes(coding.codebook)
    base = read_codes(load_codebook(coding.snapshot.workspace)).labels
    rows = [
        (position, code, label, tree.domain_of(code), tree.parents[code], code not in base)
        for position, (code, label) in enumerate(tree.labels.items(), start=1)
    ]
    schema = CodeLine.create_empty().schema
    return CodeLine.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _as_extracts(coding: CodingSnapshot) -> dy.DataFrame[Extract]:
    """Return the suggestions in the shape of extracts, for a map that says what they are."""
    kind = pl.when("recommendation").then(pl.lit("recommendation"))
    shaped = coding.suggestions.with_row_index("event", offset=1).with_columns(
        quote="sentence",
        extract_kind=kind.otherwise(pl.lit("author interpretation")),
        code="domain",
        codebook_version=pl.lit(coding.codebook.version),
        note=pl.lit(None, dtype=pl.String),
        coders=pl.lit([], dtype=pl.List(pl.String)),
    )
    return Extract.validate(shaped.select(Extract.column_names()), cast=True)


def _write_extracts(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return write_safe_csv(tabulate_extracts(_confirmed(coding))).encode()


def _write_jsonl(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return tabulate_extracts(_confirmed(coding)).write_ndjson().encode()


def _write_matrix(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return write_safe_csv(widen_matrix(coding.matrix)).encode()


def _write_characteristics(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return write_safe_csv(tabulate_characteristics(_confirmed(coding))).encode()


def _write_eviatlas(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return write_safe_csv(tabulate_eviatlas(_confirmed(coding))).encode()


def _write_map(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return render_map_page(gather_evidence(coding)).encode()


def _write_map_svg(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    cells, title = _map_in_view(coding)
    return draw_evidence_map(cells, codebook=coding.codebook, title=title).encode()


def _write_map_png(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    cells, title = _map_in_view(coding)
    return draw_evidence_map_png(cells, codebook=coding.codebook, title=title)


def _map_in_view(coding: CodingSnapshot) -> tuple[dy.DataFrame[EvidenceCell], str]:
    """Return the map of what people confirmed; that of the suggestions where that is nothing."""
    evidence = gather_evidence(coding)
    title = CONFIRMED_MAP if evidence.is_confirmed else SUGGESTED_MAP
    return map_extracts(coding, evidence.extracts), title


def _write_results(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    findings = list_findings(coding)
    text = write_results_section(_confirmed(coding), findings=findings, software=SOFTWARE)
    return text.encode()


def _write_codebook(coding: CodingSnapshot, _: dt.datetime) -> bytes:
    return write_qdc(coding.codebook)


def _write_project(coding: CodingSnapshot, now: dt.datetime) -> bytes:
    extracts = coding.confirmed.extracts
    texts = {
        name: read_text(coding.snapshot.workspace, name)
        for name in extracts["text_sha256"].unique().sort()
    }
    return write_coded_qdpx(extracts, texts=texts, codebook=coding.codebook, now=now)


def _confirmed(coding: CodingSnapshot) -> CodingEvidence:
    """Gather what people confirmed, even if that is nothing: exports never hold suggestions."""
    evidence = gather_evidence(coding)
    extracts = coding.confirmed.extracts
    return dataclasses.replace(evidence, extracts=extracts, is_confirmed=True)


CODING_FORMATS: Final = Registry(
    "format of the coding",
    [
        CodingFormat("csv", ".csv", "confirmed tags, one a row", _write_extracts),
        CodingFormat("jsonl", ".jsonl", "the same, one JSON object a line", _write_jsonl),
        CodingFormat("matrix", ".csv", "framework matrix: studies × codes", _write_matrix),
        CodingFormat("studies", ".csv", "characteristics of studies", _write_characteristics),
        CodingFormat("map", ".html", "evidence map as an interactive page", _write_map),
        CodingFormat("map-svg", ".svg", "evidence map as a picture", _write_map_svg),
        CodingFormat("map-png", ".png", "evidence map for slides", _write_map_png),
        CodingFormat("markdown", ".md", "results section with quotations", _write_results),
        CodingFormat("qdc", ".qdc", "REFI-QDA codebook", _write_codebook),
        CodingFormat("qdpx", ".qdpx", "REFI-QDA project", _write_project),
        CodingFormat("eviatlas", ".csv", "table for EviAtlas", _write_eviatlas),
    ],
)
"""What `thresher code --export` writes; a map shows suggestions where nothing is confirmed."""
