"""What an exporter is given, and what it gives back.

An exporter turns screened citations into the bytes of one file. It says what was decided in the
form that the programs which read the format understand, and twice where one form serves a round
trip and another a reader's filter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from pipeline.schemas import BIBLIOGRAPHIC_FIELDS, Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import dataframely as dy

    from pipeline.schemas import Citation, CitationOutcome

__all__ = ["Exporter", "ReviewerDecision", "ScreenedCitation", "list_screened"]

# Traces of decisions that an earlier export may have left, which this one replaces.
_OLD_NOTE: Final = re.compile(r"\s*(?:ASReview_|asreview_|RAYYAN-|PMID: \d+$)")
_OLD_KEYWORD: Final = re.compile(r"\s*(?:screen|fulltext|reason):")


@dataclass(frozen=True, slots=True)
class ReviewerDecision:
    """What one reviewer said last at one stage."""

    reviewer: str
    stage: str
    decision: str
    reasons: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedCitation:
    """A citation with what was decided about it; an empty value is None or ``()``."""

    citation_id: str
    record_ids: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    title: str | None = None
    original_title: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    issn: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    entry_type: str | None = None
    publication_types: tuple[str, ...] = ()
    url: str | None = None
    notes: tuple[str, ...] = ()
    screening: str = "awaiting"  # the outcome at title–abstract screening
    full_text: str | None = None  # the outcome at full-text screening, once there is one
    reason: str | None = None  # the one counted
    decisions: tuple[ReviewerDecision, ...] = ()

    @property
    def label(self) -> int | None:
        """Relevant at title–abstract screening (1), irrelevant (0), or not settled (None).

        >>> ScreenedCitation(citation_id="a", screening="include").label
        1
        """
        return {"include": 1, "exclude": 0}.get(self.screening)

    @property
    def asreview_tag(self) -> str:
        """The note by which ASReview knows what was decided."""
        known = {1: "ASReview_relevant", 0: "ASReview_irrelevant"}
        return known.get(-1 if self.label is None else self.label, "ASReview_not_seen")

    @property
    def all_keywords(self) -> tuple[str, ...]:
        """Its keywords, and the decision as keywords that Zotero and EndNote can filter on.

        >>> ScreenedCitation(citation_id="a", full_text="exclude", reason="design").all_keywords
        ('screen:awaiting', 'fulltext:exclude', 'reason:design')
        """
        own = (keyword for keyword in self.keywords if not _OLD_KEYWORD.match(keyword))
        return (*own, *self.decision_keywords)

    @property
    def decision_keywords(self) -> tuple[str, ...]:
        """The decision as keywords, and nothing else.

        >>> ScreenedCitation(citation_id="a", screening="include").decision_keywords
        ('screen:include',)
        """
        said = [f"screen:{self.screening}"]
        if self.full_text:
            said.append(f"fulltext:{self.full_text}")
        if self.reason:
            said.append(f"reason:{self.reason}")
        return tuple(said)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The decision as ASReview writes it, the PMID where a format has no field, its own notes.

        >>> ScreenedCitation(citation_id="a", pmid="7", notes=("kept",)).all_notes
        ('ASReview_not_seen', 'PMID: 7', 'kept')
        """
        pmid = (f"PMID: {self.pmid}",) if self.pmid else ()
        return (self.asreview_tag, *pmid, *self.own_notes)

    @property
    def own_notes(self) -> tuple[str, ...]:
        """Its notes without what an earlier export said about decisions."""
        return tuple(note for note in self.notes if not _OLD_NOTE.match(note))

    @property
    def page_range(self) -> tuple[str, str]:
        """First and last page; the last is empty where there is one page or an article number.

        >>> ScreenedCitation(citation_id="a", pages="188-197").page_range
        ('188', '197')
        """
        first, _, last = (self.pages or "").partition("-")
        return first.strip(), last.strip()


class Exporter(Protocol):
    """One file format with the dialect of decisions that goes with it."""

    @property
    def name(self) -> str:
        """The name that selects it."""

    @property
    def suffix(self) -> str:
        """How names of such files end, with the dot."""

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        """Return the file."""


def list_screened(
    citations: dy.DataFrame[Citation],
    outcomes: dy.DataFrame[CitationOutcome],
    *,
    decisions: dy.DataFrame[Decision] | None = None,
) -> list[ScreenedCitation]:
    """Return the citations with their outcomes and each reviewer's last word, in frame order.

    >>> from pipeline.schemas import Citation, CitationOutcome
    >>> list_screened(Citation.create_empty(), CitationOutcome.create_empty())
    []
    """
    said = _last_words(Decision.create_empty() if decisions is None else decisions)
    joined = citations.join(
        _outcome(outcomes, "title-abstract", "screening"), on="citation_id", how="left"
    ).join(_outcome(outcomes, "full-text", "full_text"), on="citation_id", how="left")
    columns = ("citation_id", "record_ids", "databases", *BIBLIOGRAPHIC_FIELDS)
    rows = joined.select(
        *columns,
        pl.col("screening").fill_null("awaiting"),
        pl.when(_has_come_so_far()).then("full_text").alias("full_text"),
        pl.coalesce("full_text_reason", "screening_reason").alias("reason"),
    )
    return [_screened(row, said) for row in rows.iter_rows(named=True)]


def _has_come_so_far() -> pl.Expr:
    """Say whether there is a full text to read, or somebody has read it all the same."""
    return (pl.col("screening") == "include") | (pl.col("full_text") != "awaiting")


def _outcome(outcomes: pl.DataFrame, stage: str, name: str) -> pl.DataFrame:
    is_excluded = pl.col("outcome") == "exclude"
    return outcomes.filter(pl.col("stage") == stage).select(
        "citation_id",
        pl.col("outcome").cast(pl.String).alias(name),
        pl.when(is_excluded).then("reason").alias(f"{name}_reason"),
    )


def _last_words(decisions: pl.DataFrame) -> dict[str, tuple[ReviewerDecision, ...]]:
    last = decisions.sort("decided_at", "event").unique(
        ["citation_id", "stage", "reviewer"], keep="last", maintain_order=True
    )
    said: dict[str, tuple[ReviewerDecision, ...]] = {}
    names = [field.name for field in fields(ReviewerDecision)]
    for citation_id, reviewer, stage, decision, reasons, note in last.select(
        "citation_id", *names
    ).iter_rows():
        word = ReviewerDecision(reviewer, stage, decision, tuple(reasons), note or "")
        said[citation_id] = (*said.get(citation_id, ()), word)
    return said


def _screened(
    row: Mapping[str, Any], said: Mapping[str, tuple[ReviewerDecision, ...]]
) -> ScreenedCitation:
    values: dict[str, Any] = {
        key: _tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    return ScreenedCitation(**values, decisions=said.get(row["citation_id"], ()))


def _tuple(values: Iterable[object]) -> tuple[object, ...]:
    return tuple(value for value in values if value is not None)
