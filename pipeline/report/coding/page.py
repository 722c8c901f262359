"""The evidence map as one self-contained page: the studies and quotations behind each cell.

The map is a table of links, so that it works without a script, by keyboard and with a screen
reader; the one script, allowed by its hash, only filters. The page's own policy forbids every
request. Polarity is told by words, shape and colour (Okabe and Ito's palette).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from pipeline.report.coding.evidence import UNSAID_LEVEL
from pipeline.report.templating import environment
from pipeline.schemas.coding import POLARITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.coding.evidence import CodingEvidence

__all__ = ["render_map_page"]

_NAMES: Final = {
    "barrier": "Barrier",
    "facilitator": "Facilitator",
    "unspecified": "Direction not given",
}
_SIGNS: Final = {"barrier": "■", "facilitator": "●", "unspecified": "◆"}


@dataclass(frozen=True, slots=True)
class Quotation:
    """One extract behind a cell."""

    quote: str
    code: str
    kind: str
    source: str
    page: int | None
    coders: str


@dataclass(frozen=True, slots=True)
class StudyEntry:
    """One study behind a cell, with its quotations."""

    citation: str
    title: str
    doi: str | None
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class MapCell:
    """One domain, level and direction with the studies behind it."""

    anchor: str
    domain: str
    level: str
    polarity: str
    name: str
    sign: str
    studies: tuple[StudyEntry, ...]


@dataclass(frozen=True, slots=True)
class MapRow:
    """One domain with its cells by level."""

    domain: str
    n_studies: int
    cells: tuple[tuple[MapCell, ...], ...]


def render_map_page(evidence: CodingEvidence) -> str:
    """Return the evidence map as one HTML page; the same evidence gives the same bytes."""
    rows = tuple(_rows(evidence))
    env = environment()
    style = env.get_template("evidence_map.css").render()
    script = env.get_template("evidence_map.js").render()
    return env.get_template("evidence_map.html.j2").render(
        evidence=evidence,
        levels=[*evidence.levels.values(), UNSAID_LEVEL],
        rows=rows,
        cells=[cell for row in rows for level in row.cells for cell in level],
        names=[(name, _NAMES[name], _SIGNS[name]) for name in POLARITIES],
        style=Markup(style),  # noqa: S704 - our own file, nothing of a record is in it
        script=Markup(script),  # noqa: S704 - as above
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _rows(evidence: CodingEvidence) -> Iterator[MapRow]:
    by_cell = evidence.extracts.with_columns(
        pl.col("level").fill_null(""), pl.col("polarity").cast(pl.String)
    ).partition_by("domain", "level", "polarity", as_dict=True, maintain_order=True)
    levels = {**evidence.levels, "": UNSAID_LEVEL}
    for domain, label in evidence.domains.items():
        cells = tuple(
            tuple(
                _cell(evidence, (domain, level, polarity), levels, by_cell[domain, level, polarity])
                for polarity in POLARITIES
                if (domain, level, polarity) in by_cell
            )
            for level in levels
        )
        mine = evidence.extracts.filter(pl.col("domain") == domain)
        yield MapRow(label, mine["study_id"].n_unique(), cells)


def _cell(
    evidence: CodingEvidence,
    key: tuple[str, str, str],
    levels: dict[str, str],
    extracts: pl.DataFrame,
) -> MapCell:
    domain, level, polarity = key
    studies = {
        study_id: (title, doi)
        for study_id, title, doi in evidence.studies.select("study_id", "title", "doi").iter_rows()
    }
    entries = []
    for (study_id,), mine in extracts.partition_by(
        "study_id", as_dict=True, maintain_order=True
    ).items():
        title, doi = studies.get(str(study_id), ("", None))
        citation = evidence.citations.get(str(study_id), str(study_id))
        entries.append(StudyEntry(citation, title or "", doi, tuple(_quotes(evidence, mine))))
    return MapCell(
        anchor="-".join(("cell", domain, level or "unsaid", polarity)),
        domain=evidence.domains[domain],
        level=levels[level],
        polarity=polarity,
        name=_NAMES[polarity],
        sign=_SIGNS[polarity],
        studies=tuple(sorted(entries, key=lambda entry: entry.citation)),
    )


def _quotes(evidence: CodingEvidence, extracts: pl.DataFrame) -> Iterator[Quotation]:
    columns = ("quote", "code", "extract_kind", "source", "page", "coders")
    for quote, code, kind, source, page, coders in extracts.select(columns).iter_rows():
        label = evidence.labels.get(code, code)
        yield Quotation(quote, label, kind, source, page, ", ".join(coders))
