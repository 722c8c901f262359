"""What the tags of EndNote's tagged format (``.enw``, refer/BibIX) mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.ingest.tagged import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Field

__all__ = ["ENW_DIALECTS"]

_TAGS: Final[Mapping[str, Field]] = {
    "0": "entry_type",
    "T": "title",
    "B": "book_title",
    "Q": "original_title",
    "A": "author",
    "J": "journal",
    "O": "journal_abbreviation",
    "D": "year",
    "8": "date",
    "V": "volume",
    "N": "issue",
    "P": "pages",
    "@": "issn",
    "R": "doi",
    "X": "abstract",
    "K": "keyword",
    "G": "language",
    "9": "publication_type",
    "M": "accession",
    "~": "database",
    "W": "database",
    "U": "url",
    "Z": "note",
}
_SCHOLAR: Final = re.compile(
    r"\A\s*%0 .*\n%T .*\n(?:%A .*\n)+(?:%[BJVNP@D] .*\n)*(?:%I .*)?\s*(?:%0|\Z)"
)

ENW_DIALECTS: Final[tuple[Dialect, ...]] = (
    Dialect(_TAGS, _SCHOLAR, "Google Scholar", "Google Scholar"),
    Dialect(_TAGS, None, "EndNote"),
)
