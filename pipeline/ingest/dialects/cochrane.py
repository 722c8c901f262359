"""What the tags of the Cochrane Library's citation text mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["COCHRANE_DIALECTS"]

_TAGS: Final[Mapping[str, Field]] = {
    "ID": "accession",
    "AN": "accession",
    "AU": "author",
    "TI": "title",
    "SO": "journal",
    "YR": "year",
    "VL": "volume",
    "NO": "issue",
    "PG": "pages",
    "SN": "issn",
    "PM": "pmid",
    "PT": "publication_type",
    "KY": "keywords",
    "DOI": "doi",
    "AB": "abstract",
    "LA": "language",
    "US": "url",
    "CC": "note",
}

COCHRANE_DIALECTS: Final[tuple[Dialect, ...]] = (
    Dialect(_TAGS, re.compile(r"\nID: CN-"), "Cochrane Library", "CENTRAL", family_first=True),
    Dialect(_TAGS, re.compile(r"\nID: CD"), "Cochrane Library", "CDSR", family_first=True),
    Dialect(_TAGS, None, "Cochrane Library", family_first=True),
)
