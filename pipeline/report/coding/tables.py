"""Tables of the coded studies for other programs: extracts, characteristics, EviAtlas.

EviAtlas draws systematic maps from one row a study and category, with columns of plain words
(Haddaway et al. 2019, doi 10.1186/s13750-019-0167-1). No table is tried in it yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.coding.evidence import UNSAID_LEVEL

if TYPE_CHECKING:
    from pipeline.report.coding.evidence import CodingEvidence

__all__ = ["tabulate_characteristics", "tabulate_eviatlas", "tabulate_extracts"]


def tabulate_extracts(evidence: CodingEvidence) -> pl.DataFrame:
    """Return every extract with the names of its code and domain and the citation of its study."""
    named = evidence.extracts.with_columns(
        pl.col("coders").list.join("; "),
        citation=pl.col("study_id").replace(evidence.citations),
        code_label=pl.col("code").replace(evidence.labels),
        domain_label=pl.col("domain").replace(evidence.labels),
    )
    first = ("event", "study_id", "citation", "report_id", "source", "page", "quote")
    said = ("extract_kind", "domain", "domain_label", "code", "code_label", "level", "polarity")
    return named.select(*first, *said, "coders", "codebook_version", "note", "start", "end",
                        "text_sha256")  # fmt: skip


def tabulate_characteristics(evidence: CodingEvidence) -> pl.DataFrame:
    """Return the included studies (PRISMA 2020, item 17); lists are joined, codes are named."""
    return evidence.studies.with_columns(
        pl.col("barriers", "facilitators")
        .list.eval(pl.element().replace(evidence.labels))
        .list.join("; "),
    )


def tabulate_eviatlas(evidence: CodingEvidence) -> pl.DataFrame:
    """Return one row for each study, code, level and direction, in words."""
    extracts = evidence.extracts.select(
        "study_id",
        domain=pl.col("domain").replace(evidence.labels),
        code=pl.col("code").replace(evidence.labels),
        level=pl.col("level").replace(dict(evidence.levels)).fill_null(UNSAID_LEVEL),
        direction=pl.col("polarity").cast(pl.String),
        evidence=pl.col("source").cast(pl.String),
    )
    key = ["study_id", "domain", "code", "level", "direction", "evidence"]
    counted = extracts.group_by(key, maintain_order=True).agg(n_extracts=pl.len())
    about = ("study_id", "authors", "year", "title", "journal", "doi", "kind")
    joined = counted.join(evidence.studies.select(about), on="study_id", how="left")
    return joined.select(*about, *key[1:], "n_extracts").sort("study_id", "domain", "code")
