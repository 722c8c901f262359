"""CSL-JSON, for Zotero, pandoc and anything that formats citations (CSL 1.0.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.exporters.contract import ScreenedCitation

__all__ = ["CSL_JSON", "CslJsonExporter"]

_TYPES: Final = {
    "article": "article-journal",
    "book": "book",
    "chapter": "chapter",
    "conference": "paper-conference",
    "dataset": "dataset",
    "news": "article-newspaper",
    "patent": "patent",
    "preprint": "article",
    "report": "report",
    "thesis": "thesis",
    "web": "webpage",
}


@dataclass(frozen=True, slots=True)
class CslJsonExporter:
    """CSL-JSON with decisions in ``keyword`` and ``note``."""

    name: str = "csl-json"
    suffix: str = ".json"

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        """Return the citations as a JSON list, in UTF-8.

        >>> from pipeline.report.exporters.contract import ScreenedCitation
        >>> file = CSL_JSON.write([ScreenedCitation(citation_id="a:1", year=2020)])
        >>> json.loads(file)[0]["issued"]
        {'date-parts': [[2020]]}
        """
        document = [_reference(citation) for citation in citations]
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _reference(citation: ScreenedCitation) -> dict[str, object]:
    generic = "article-journal" if citation.journal else "document"
    fields: dict[str, object] = {
        "id": citation.citation_id,
        "type": _TYPES.get(citation.entry_type or "", generic),
        "title": citation.title,
        "original-title": citation.original_title,
        "author": [_name(author) for author in citation.authors],
        "issued": _date(citation),
        "container-title": citation.journal,
        "container-title-short": citation.journal_abbreviation,
        "volume": citation.volume,
        "issue": citation.issue,
        "page": citation.pages,
        "DOI": citation.doi,
        "PMID": citation.pmid,
        "ISSN": ", ".join(citation.issn),
        "genre": "; ".join(citation.publication_types),
        "language": citation.language,
        "URL": citation.url,
        "abstract": citation.abstract,
        "keyword": ", ".join(citation.all_keywords),
        "note": "\n".join((citation.asreview_tag, *citation.own_notes)),
    }
    return {key: value for key, value in fields.items() if value}


def _name(author: str) -> dict[str, str]:
    family, comma, given = author.partition(",")
    if not comma:
        return {"literal": author}
    return {"family": family.strip(), "given": given.strip()}


def _date(citation: ScreenedCitation) -> dict[str, list[list[int]]] | None:
    text = citation.date or str(citation.year or "")
    parts = [int(part) for part in text.split("-") if part.isdecimal()]
    return {"date-parts": [parts]} if parts else None


CSL_JSON: Final = CslJsonExporter()
