"""What a source promises: how many hits a strategy has, and the pages that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pipeline.sources.client import PoliteClient

__all__ = ["SearchPlan", "SearchSource", "SourcePage"]


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What a search will fetch.

    Parameters
    ----------
    n_hits
        The number that the database reports.
    tokens
        One a page: enough to ask for that page again, also tomorrow.
    """

    n_hits: int
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page as the database sent it.

    Parameters
    ----------
    content
        The bytes of an export.
    next_token
        The page after it, for a database that names one page at a time.
    """

    content: bytes
    next_token: str | None = None


class SearchSource(Protocol):
    """A database that answers a machine; one module each, one line in `SOURCES`."""

    @property
    def name(self) -> str:
        """What ``review.toml`` and the command line call it."""

    @property
    def database(self) -> str:
        """The database that a record of it belongs to."""

    @property
    def platform(self) -> str:
        """The interface that was searched, for PRISMA-S."""

    @property
    def suffix(self) -> str:
        """The file name's ending of a page."""

    @property
    def requests_per_second(self) -> float:
        """How often it may be asked."""

    def plan(self, client: PoliteClient, strategy: str) -> SearchPlan:
        """Ask how many hits a strategy has, and how to get at them."""

    def fetch(self, client: PoliteClient, strategy: str, token: str) -> SourcePage:
        """Fetch one page, complete."""
