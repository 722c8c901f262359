"""What an invented publication says about itself, before any database writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.example.journals import Journal
    from pipeline.example.people import Author

__all__ = ["Kind", "Publication", "Section"]

Kind = Literal["article", "review", "editorial", "erratum", "conference", "preprint"]


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled part of a structured abstract; the label is empty in an unstructured one."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication. Databases differ in how they write these facts, not in the facts."""

    title: str
    original_title: str | None  # in its own language, where that is not English
    language: str  # ISO 639-1
    sections: tuple[Section, ...]  # empty: published without an abstract
    authors: tuple[Author, ...]
    journal: Journal
    kind: Kind
    online_year: int
    print_year: int  # the same, or the next one
    month: int
    day: int
    volume: int
    issue: int
    first_page: int  # where the journal counts articles: the article's number
    last_page: int
    doi: str | None
    keywords: tuple[str, ...]

    @property
    def pages(self) -> tuple[str, str] | None:
        """First and last page, or None where the journal counts articles."""
        if self.journal.has_article_numbers:
            return None
        return str(self.first_page), str(self.last_page)

    @property
    def article_number(self) -> str | None:
        """The article's number, where the journal has no pages."""
        return f"e{self.first_page}" if self.journal.has_article_numbers else None
