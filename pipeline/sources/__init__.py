"""Databases that answer a machine: a stored strategy in, exports as the database gives them out.

Like the store, this is an edge: the only place in the library that talks to the network, and only
when a search is asked for. What comes back are the bytes of ordinary exports, which the readers of
`pipeline.ingest` take as they take a file from a browser.
"""

from typing import Final

from pipeline.registry import Registry
from pipeline.sources.contract import SearchPlan, SearchSource, SourcePage
from pipeline.sources.openalex import OPENALEX
from pipeline.sources.pubmed import PUBMED
from pipeline.sources.reading import read_source

__all__ = ["SOURCES", "SearchPlan", "SearchSource", "SourcePage", "read_source"]

SOURCES: Final[Registry[SearchSource]] = Registry("source", [PUBMED, OPENALEX])
