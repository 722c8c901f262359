"""What a format reader is given and what it gives back.

A reader does one thing: it cuts a file into entries and names the parts of each entry in one
vocabulary, `FIELDS`, keeping every occurrence in order. It does not clean values: turning
``"10.1000/X [doi]"`` into a DOI or choosing among three abstracts happens once, for all formats, in
`pipeline.ingest.values`. Dialects are data: a mapping from tags or column names to `FIELDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIELDS", "Content", "Field", "Format", "RawEntry", "RawRejection", "Reading"]

Field = Literal[
    "title",
    "book_title",  # of a chapter's book, or the title of a whole book
    "original_title",
    "abstract",
    "snippet",  # a search engine's extract: never an abstract
    "author",  # one per occurrence, as written
    "authors",  # a whole list in one cell or line, as written
    "corporate_author",
    "year",
    "date",
    "journal",
    "journal_abbreviation",
    "volume",
    "issue",
    "first_page",
    "last_page",
    "pages",
    "article_number",
    "citation",  # "Cancer 2006;108(5):288-97": split only where nothing better is there
    "doi",  # from a field of the record's own that may hold a DOI
    "pmid",
    "pmcid",
    "accession",  # the database's own number
    "issn",
    "keyword",  # one per occurrence
    "keywords",  # a whole list
    "language",
    "entry_type",
    "publication_type",
    "url",
    "note",
    "database",  # as the entry names it
    "platform",
]
"""The vocabulary: what a part of an entry can be."""

FIELDS: Final[tuple[Field, ...]] = get_args(Field)


@dataclass(frozen=True, slots=True)
class Content:
    """A file, decoded once: line ends are line feeds, no byte-order mark is left anywhere.

    For binary formats (XLSX, XLS) ``text`` is empty and ``data`` holds the bytes.
    """

    name: str
    data: bytes
    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as cut from the file: ``parts`` keeps every occurrence, in file order."""

    line: int
    raw: str
    parts: tuple[tuple[Field, str], ...]


@dataclass(frozen=True, slots=True)
class RawRejection:
    """One entry that cannot be understood, and why."""

    line: int
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All entries of a file in order, readable or not, and what an independent count expects.

    ``n_expected`` is counted another way than the entries were cut (``TY`` lines, ``PMID`` lines,
    ``@type{`` lines, rows …), so that a lost entry shows.
    """

    entries: tuple[RawEntry | RawRejection, ...]
    n_expected: int
    platform: str | None = None
    database: str | None = None
    warnings: tuple[str, ...] = ()


class Format(Protocol):
    """One export format. Recognition looks at content alone, never at the file's name."""

    @property
    def name(self) -> str:
        """The name that ``inspect --json`` prints: ris, nbib, isi, csv and so on."""

    @property
    def description(self) -> str:
        """Whose files it reads: one short sentence for the README's table."""

    @property
    def is_tried(self) -> bool:
        """Whether the reader was tried on a real export, and not on invented ones alone."""

    def recognises(self, content: Content) -> bool:
        """Say whether this content is of this format; formats are asked in registry order."""

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the content into entries; ``columns`` maps the columns of an unknown table."""
