"""RIS, for reference managers and other screening tools.

Tags follow EndNote's revision (2011), which reference managers share. The decision stands in ``N1``
as ASReview writes it, so that ASReview reads its labels, and as keywords for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.report.exporters.contract import ScreenedCitation

__all__ = ["EPPI", "RIS", "RisExporter"]

_TYPES: Final = {
    "article": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "conference": "CPAPER",
    "dataset": "DATA",
    "news": "NEWS",
    "patent": "PAT",
    "preprint": "UNPB",
    "report": "RPRT",
    "thesis": "THES",
    "web": "ELEC",
}


@dataclass(frozen=True, slots=True)
class RisExporter:
    """RIS with decisions in ``N1`` and ``KW``."""

    name: str = "ris"
    suffix: str = ".ris"
    id_tag: str = "ID"

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        """Return the citations as RIS, in UTF-8.

        >>> from pipeline.report.exporters.contract import ScreenedCitation
        >>> file = RIS.write([ScreenedCitation(citation_id="a:1", title="On care")])
        >>> file.decode().splitlines()[:2]
        ['TY  - GEN', 'TI  - On care']
        """
        lines = [line for citation in citations for line in _entry(citation, self.id_tag)]
        return "".join(f"{line}\n" for line in lines).encode()


def _entry(citation: ScreenedCitation, id_tag: str) -> Iterator[str]:
    generic = "JOUR" if citation.journal else "GEN"
    yield f"TY  - {_TYPES.get(citation.entry_type or '', generic)}"
    for tag, value in (*_tags(citation), (id_tag, citation.citation_id)):
        if value:
            yield f"{tag}  - {' '.join(str(value).split())}"
    yield "ER  - "
    yield ""


def _tags(citation: ScreenedCitation) -> Iterator[tuple[str, str | int | None]]:
    first_page, last_page = citation.page_range
    yield "TI", citation.title
    yield "TT", citation.original_title
    yield from (("AU", author) for author in citation.authors)
    yield "PY", citation.year
    yield "DA", (citation.date or "").replace("-", "/")
    yield "T2", citation.journal
    yield "J2", citation.journal_abbreviation
    yield "VL", citation.volume
    yield "IS", citation.issue
    yield "SP", first_page
    yield "EP", last_page
    yield "DO", citation.doi
    yield "AN", citation.pmid
    yield from (("SN", issn) for issn in citation.issn)
    yield "LA", citation.language
    yield from (("M3", kind) for kind in citation.publication_types)
    yield "UR", citation.url
    yield "AB", citation.abstract
    yield from (("KW", keyword) for keyword in citation.all_keywords)
    yield from (("N1", note) for note in citation.all_notes)


RIS: Final = RisExporter()
EPPI: Final = RisExporter("eppi", ".ris", "U1")
"""For EPPI-Reviewer, which keeps an item's own id in ``U1``; its codes come as keywords."""
