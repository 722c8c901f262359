"""OpenAlex through its public interface, page by page along a cursor.

The strategy is what OpenAlex calls a query: ``search=…``, ``filter=…`` or both, joined by ``&``; a
strategy without either is a search for its words. Cursors need a free key (``OPENALEX_API_KEY``).
Source: OpenAlex developer documentation, *Page through results* (2026).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from pipeline.errors import InputError
from pipeline.sources.contract import SearchPlan, SourcePage

if TYPE_CHECKING:
    from pipeline.sources.client import PoliteClient

__all__ = ["OPENALEX", "OpenAlex"]

_PAGE_SIZE: Final = 100  # the most that is given
_FIRST: Final = "*"
_QUERY_KEYS: Final = ("search", "filter")


@dataclass(frozen=True, slots=True)
class OpenAlex:
    """OpenAlex; ``address`` is another one in tests."""

    address: str = "https://api.openalex.org"
    page_size: int = _PAGE_SIZE
    name: str = "openalex"
    database: str = "OpenAlex"
    platform: str = "OpenAlex"
    suffix: str = ".json"
    requests_per_second: float = 5.0

    def plan(self, client: PoliteClient, strategy: str) -> SearchPlan:
        """Ask how many works a strategy finds.

        Raises
        ------
        InputError
            OpenAlex cannot be reached, or refuses the strategy.
        """
        found = self._works(client, strategy, {"per_page": "1"})
        return SearchPlan(int(found["meta"]["count"]), (_FIRST,) if found["meta"]["count"] else ())

    def fetch(self, client: PoliteClient, strategy: str, token: str) -> SourcePage:
        """Fetch the page at a cursor, and name the cursor of the next.

        Raises
        ------
        InputError
            OpenAlex cannot be reached, or refuses the strategy.
        """
        fields = {"per_page": str(self.page_size), "cursor": token}
        found = self._works(client, strategy, fields)
        content = json.dumps(found, ensure_ascii=False).encode()
        is_last = len(found["results"]) < self.page_size
        return SourcePage(content, None if is_last else found["meta"].get("next_cursor"))

    def _works(self, client: PoliteClient, strategy: str, fields: dict[str, str]) -> dict[str, Any]:
        answer = client.get(f"{self.address}/works", {**_query(strategy), **_identity(), **fields})
        try:
            found: dict[str, Any] = json.loads(answer)
            int(found["meta"]["count"]), list(found["results"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "OpenAlex", "gives an answer that cannot be read", "ask later"
            ) from error
        return found


def _query(strategy: str) -> dict[str, str]:
    """Read a strategy as OpenAlex writes it in an address, or take it as words to search for.

    >>> _query("filter=publication_year:2020&search=sleep apps")
    {'filter': 'publication_year:2020', 'search': 'sleep apps'}
    >>> _query('"sleep apps" AND adolescents')
    {'search': '"sleep apps" AND adolescents'}
    """
    text = " ".join(strategy.split())
    if not text.startswith(tuple(f"{key}=" for key in _QUERY_KEYS)):
        return {"search": text}
    return dict(parse_qsl(text))


def _identity() -> dict[str, str]:
    known = {"api_key": "OPENALEX_API_KEY", "mailto": "THRESHER_EMAIL"}
    found = {name: os.environ.get(variable, "") for name, variable in known.items()}
    return {name: value for name, value in found.items() if value}


OPENALEX: Final = OpenAlex()
