"""PubMed through NCBI's E-utilities: ``esearch`` for the numbers, ``efetch`` for the records.

A search gives at most 9,999 numbers, so a larger one is cut by the day on which records entered
PubMed. Three questions a second are allowed, ten with a key (``NCBI_API_KEY``); NCBI asks for an
address to write to (``THRESHER_EMAIL``). Source: Sayers E., *A General Introduction to the
E-utilities* (NCBI Bookshelf NBK25497).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import InputError
from pipeline.sources.contract import SearchPlan, SourcePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.sources.client import PoliteClient

__all__ = ["PUBMED", "PubMed"]

_MOST_NUMBERS: Final = 9_999  # of one search
_PAGE_SIZE: Final = 200  # records of one page
_FIRST_DAY: Final = dt.date(1900, 1, 1)  # before the first record entered
_WITH_KEY, _WITHOUT_KEY = 9.0, 2.8  # questions a second, a little below what is allowed
_END: Final = b"</PubmedArticleSet>"
_ATTEMPTS: Final = 3  # at a page that ends before its end


@dataclass(frozen=True, slots=True)
class PubMed:
    """PubMed; ``address`` is another one in tests."""

    address: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    page_size: int = _PAGE_SIZE
    most_numbers: int = _MOST_NUMBERS
    name: str = "pubmed"
    database: str = "Medline"
    platform: str = "PubMed"
    suffix: str = ".xml"

    @property
    def requests_per_second(self) -> float:
        """How often PubMed may be asked: more with a key."""
        return _WITH_KEY if os.environ.get("NCBI_API_KEY") else _WITHOUT_KEY

    def plan(self, client: PoliteClient, strategy: str) -> SearchPlan:
        """Ask for the numbers of all records that a strategy finds.

        Raises
        ------
        InputError
            PubMed cannot be reached, does not understand the strategy, or changes its answer.
        """
        whole = self._search(client, strategy, n=self.most_numbers)
        n_hits = int(whole["count"])
        if n_hits <= self.most_numbers:
            numbers = list(whole["idlist"])
        else:
            until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
            numbers = list(self._between(client, strategy, _FIRST_DAY, until))
        numbers = sorted(set(numbers), key=int)
        if len(numbers) != n_hits:
            raise InputError(
                "PubMed", f"reports {n_hits} hits but lists {len(numbers)}", "search again"
            )
        cuts = range(0, len(numbers), self.page_size)
        return SearchPlan(
            n_hits, tuple(",".join(numbers[cut : cut + self.page_size]) for cut in cuts)
        )

    def fetch(self, client: PoliteClient, strategy: str, token: str) -> SourcePage:  # noqa: ARG002
        """Fetch the records of one page.

        Raises
        ------
        InputError
            PubMed cannot be reached, or sends pages that end before their end.
        """
        fields = {**_identity(), "db": "pubmed", "retmode": "xml", "id": token}
        for _ in range(_ATTEMPTS):
            content = client.post(f"{self.address}/efetch.fcgi", fields)
            if content.rstrip().endswith(_END):
                return SourcePage(content)
        raise InputError("PubMed", "sends half a page", "ask again later; what was fetched is kept")

    def _between(
        self, client: PoliteClient, strategy: str, first: dt.date, last: dt.date
    ) -> Iterator[str]:
        """Yield the numbers of the records that entered in these days, halving where needed."""
        found = self._search(client, strategy, n=self.most_numbers, first=first, last=last)
        if int(found["count"]) <= self.most_numbers:
            yield from found["idlist"]
            return
        if first == last:
            raise InputError(
                "PubMed", f"lists too many records that entered on {first}", "narrow the strategy"
            )
        middle = first + (last - first) // 2
        yield from self._between(client, strategy, first, middle)
        yield from self._between(client, strategy, middle + dt.timedelta(days=1), last)

    def _search(
        self,
        client: PoliteClient,
        strategy: str,
        *,
        n: int,
        first: dt.date | None = None,
        last: dt.date | None = None,
    ) -> dict[str, Any]:
        fields = {**_identity(), "db": "pubmed", "retmode": "json", "retmax": str(n)}
        if first and last:
            days = {"mindate": f"{first:%Y/%m/%d}", "maxdate": f"{last:%Y/%m/%d}"}
            fields |= {"datetype": "edat", **days}
        answer = client.post(f"{self.address}/esearch.fcgi", {**fields, "term": strategy})
        try:
            found: dict[str, Any] = json.loads(answer)["esearchresult"]
            problem = found.get("ERROR") or _not_understood(found)
            int(found.get("count", 0))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "PubMed", "gives an answer that cannot be read", "ask later"
            ) from error
        if problem:
            raise InputError("PubMed", f"does not understand the strategy ({problem})", "mend it")
        return found


def _not_understood(found: dict[str, Any]) -> str:
    """Say which words PubMed left out: a search without them is not the one that was planned."""
    errors = found.get("errorlist") or {}
    fields = errors.get("fieldsnotfound") or []
    return f"unknown fields: {', '.join(fields)}" if fields else ""


def _identity() -> dict[str, str]:
    """Say who asks, as NCBI wishes."""
    known = {"api_key": "NCBI_API_KEY", "email": "THRESHER_EMAIL"}
    found = {name: os.environ.get(variable, "") for name, variable in known.items()}
    return {"tool": "thresher", **{name: value for name, value in found.items() if value}}


PUBMED: Final = PubMed()
