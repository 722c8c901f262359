"""CSV: one row a citation, for spreadsheets, for ASReview and for Rayyan.

A cell that a spreadsheet would take for a formula is prefixed with an apostrophe (OWASP, CSV
injection): a title may well begin with ``=`` or ``@``. Numbers are left alone.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.report.exporters.contract import ScreenedCitation

__all__ = [
    "ASREVIEW",
    "COVIDENCE",
    "CSV",
    "RAYYAN",
    "CsvExporter",
    "make_cell_safe",
    "write_safe_csv",
]

Cell = str | int | None

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_RAYYAN_DECISIONS: Final = {"include": "Included", "exclude": "Excluded", "maybe": "Maybe"}


def make_cell_safe(cell: Cell) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> make_cell_safe("=1+1"), make_cell_safe("On care"), make_cell_safe(-1), make_cell_safe(None)
    ("'=1+1", 'On care', '-1', '')
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else str(cell)


def write_safe_csv(table: pl.DataFrame) -> str:
    """Return a table as CSV in which no cell is a formula.

    >>> import polars as pl
    >>> print(write_safe_csv(pl.DataFrame({"Title": ["=1"], "n": [2]})), end="")
    Title,n
    '=1,2
    """
    is_formula = pl.col(pl.String).str.contains(r"^[=+\-@\t\r]")
    safe = table.with_columns(
        pl.when(is_formula).then("'" + pl.col(pl.String)).otherwise(pl.col(pl.String)).name.keep()
    )
    return safe.write_csv()


@dataclass(frozen=True, slots=True)
class CsvExporter:
    """CSV with the columns that a reader of it expects."""

    name: str
    columns: tuple[tuple[str, Callable[[ScreenedCitation], Cell]], ...]
    suffix: str = ".csv"

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        """Return the citations as CSV, in UTF-8 with a header row.

        >>> from pipeline.report.exporters.contract import ScreenedCitation
        >>> CSV.write([ScreenedCitation(citation_id="a:1")]).decode().partition(",")[0]
        'citation_id'
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([heading for heading, _ in self.columns])
        for citation in citations:
            writer.writerow([make_cell_safe(read(citation)) for _, read in self.columns])
        return text.getvalue().encode()


def _rayyan_notes(citation: ScreenedCitation) -> str:
    """Return the decisions as Rayyan writes them; a comma would part one reason into two."""
    said = {each.reviewer: each for each in citation.decisions if each.stage == "title-abstract"}
    words = {name: _RAYYAN_DECISIONS[each.decision] for name, each in said.items()}
    if not words and citation.label is not None:
        words = {"Consensus": _RAYYAN_DECISIONS[citation.screening]}
    reasons = sorted({reason for each in said.values() for reason in each.reasons})
    if citation.reason:
        reasons = sorted({*reasons, citation.reason})
    notes = {name: [each.note] for name, each in said.items() if each.note}
    parts = [
        f"RAYYAN-INCLUSION: {_ruby_hash(words)}" if words else "",
        f"RAYYAN-EXCLUSION-REASONS: {','.join(r.replace(',', ';') for r in reasons)}"
        if reasons
        else "",
        f"USER-NOTES: {_ruby_hash(notes)}" if notes else "",
    ]
    return " | ".join(part for part in (*citation.own_notes, *parts) if part)


def _ruby_hash(values: dict[str, str] | dict[str, list[str]]) -> str:
    pairs = (
        f"{json.dumps(key, ensure_ascii=False)}=>{json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
    )
    return "{" + ", ".join(pairs) + "}"


def _study_name(citation: ScreenedCitation) -> str:
    """Return what Covidence calls a study: the first author's family name and the year.

    >>> from pipeline.report.exporters.contract import ScreenedCitation
    >>> _study_name(ScreenedCitation(citation_id="a", authors=("Ek, Anna",), year=2020))
    'Ek 2020'
    """
    family = citation.authors[0].partition(",")[0] if citation.authors else ""
    return f"{family} {citation.year or ''}".strip()


def _join(values: Sequence[str], separator: str = "; ") -> str:
    return separator.join(values)


_BIBLIOGRAPHIC: Final[tuple[tuple[str, Callable[[ScreenedCitation], Cell]], ...]] = (
    ("title", lambda c: c.title),
    ("abstract", lambda c: c.abstract),
    ("authors", lambda c: _join(c.authors)),
    ("year", lambda c: c.year),
    ("journal", lambda c: c.journal),
    ("volume", lambda c: c.volume),
    ("issue", lambda c: c.issue),
    ("pages", lambda c: c.pages),
    ("doi", lambda c: c.doi),
    ("pmid", lambda c: c.pmid),
    ("issn", lambda c: _join(c.issn)),
    ("language", lambda c: c.language),
    ("url", lambda c: c.url),
)

_BESIDE: Final[tuple[tuple[str, Callable[[ScreenedCitation], Cell]], ...]] = (
    ("original_title", lambda c: c.original_title),
    ("journal_abbreviation", lambda c: c.journal_abbreviation),
    ("date", lambda c: c.date),
    ("entry_type", lambda c: c.entry_type),
    ("publication_types", lambda c: _join(c.publication_types)),
)
CSV: Final = CsvExporter(
    "csv",
    (
        ("citation_id", lambda c: c.citation_id),
        ("record_ids", lambda c: _join(c.record_ids)),
        ("databases", lambda c: _join(c.databases)),
        *_BIBLIOGRAPHIC,
        *_BESIDE,
        ("keywords", lambda c: _join(c.keywords)),
        ("notes", lambda c: _join(c.notes, " | ")),
        ("title_abstract", lambda c: c.screening),
        ("full_text", lambda c: c.full_text),
        ("reason", lambda c: c.reason),
    ),
)
ASREVIEW: Final = CsvExporter(
    "asreview",
    (
        *_BIBLIOGRAPHIC,
        *_BESIDE,
        ("keywords", lambda c: _join(c.all_keywords)),
        ("included", lambda c: c.label),
        ("asreview_label", lambda c: c.label),
        ("asreview_note", lambda c: c.reason),
        ("citation_id", lambda c: c.citation_id),
    ),
)
# The columns of Rayyan's own exports, in their order; it reads what it writes.
RAYYAN: Final = CsvExporter(
    "rayyan",
    (
        ("key", lambda c: c.citation_id),
        ("title", lambda c: c.title),
        ("year", lambda c: c.year),
        ("month", lambda c: (c.date or "")[5:7]),
        ("day", lambda c: (c.date or "")[8:10]),
        ("journal", lambda c: c.journal),
        ("issn", lambda c: _join(c.issn)),
        ("volume", lambda c: c.volume),
        ("issue", lambda c: c.issue),
        ("pages", lambda c: c.pages),
        ("authors", lambda c: _join([a.replace(" and ", " & ") for a in c.authors], " and ")),
        ("url", lambda c: c.url),
        ("language", lambda c: c.language),
        ("publisher", lambda _: ""),
        ("location", lambda _: ""),
        ("abstract", lambda c: c.abstract),
        ("notes", _rayyan_notes),
        ("doi", lambda c: c.doi),
        ("keywords", lambda c: _join(c.keywords, ";")),
        ("pubmed_id", lambda c: c.pmid),
        ("pmc_id", lambda _: ""),
    ),
)
COVIDENCE: Final = CsvExporter(
    "covidence",
    (
        ("Title", lambda c: c.title),
        ("Authors", lambda c: _join(c.authors)),
        ("Abstract", lambda c: c.abstract),
        ("Published Year", lambda c: c.year),
        ("Published Month", lambda c: (c.date or "")[5:7]),
        ("Journal", lambda c: c.journal),
        ("Volume", lambda c: c.volume),
        ("Issue", lambda c: c.issue),
        ("Pages", lambda c: c.pages),
        ("Accession Number", lambda c: c.pmid),
        ("DOI", lambda c: c.doi),
        ("Ref", lambda c: c.citation_id),
        ("Covidence #", lambda _: ""),  # Covidence's own number: given when it imports
        ("Study", _study_name),
        ("Notes", lambda c: _join([each.note for each in c.decisions if each.note], " | ")),
        ("Tags", lambda c: _join(c.decision_keywords)),
    ),
)
