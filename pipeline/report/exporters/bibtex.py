"""BibTeX, for those who write in LaTeX.

Whatever LaTeX would take for a command is escaped; DOIs and links are verbatim, as biblatex reads
them. Decisions stand in ``keywords`` and, as ASReview writes them, in ``note``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.report.exporters.contract import ScreenedCitation

__all__ = ["BIBTEX", "BibtexExporter"]

_TYPES: Final = {
    "article": "article",
    "book": "book",
    "chapter": "incollection",
    "conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
    "preprint": "unpublished",
}
_CONTAINERS: Final = {"incollection": "booktitle", "inproceedings": "booktitle"}
_ESCAPES: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_{}"},
    }
)
_PARTING: Final = re.compile(r"\s*[,;]")
_NOT_IN_KEY: Final = re.compile(r"[^A-Za-z0-9:.+/-]+")


@dataclass(frozen=True, slots=True)
class BibtexExporter:
    """BibTeX with decisions in ``keywords`` and ``note``."""

    name: str = "bibtex"
    suffix: str = ".bib"

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        r"""Return the citations as BibTeX, in UTF-8; each key is used once.

        >>> from pipeline.report.exporters.contract import ScreenedCitation
        >>> file = BIBTEX.write([ScreenedCitation(citation_id="a 1", title="A & B")])
        >>> print(file.decode().partition("keywords")[0])
        @misc{a-1,
          title = {A \& B},
        """
        keys = _unique_keys([citation.citation_id for citation in citations])
        pairs = zip(citations, keys, strict=True)
        return "\n".join(_entry(citation, key) for citation, key in pairs).encode()


def _entry(citation: ScreenedCitation, key: str) -> str:
    kind = _TYPES.get(citation.entry_type or "", "article" if citation.journal else "misc")
    fields = [f"  {name} = {{{value}}},\n" for name, value in _fields(citation, kind) if value]
    return f"@{kind}{{{key},\n{''.join(fields)}}}\n"


def _fields(citation: ScreenedCitation, kind: str) -> Iterator[tuple[str, str]]:
    container = _CONTAINERS.get(kind, "journal")
    yield "title", _escape(citation.title)
    yield "author", " and ".join(_protect_name(author) for author in citation.authors)
    yield "year", _escape(citation.year)
    yield "date", _escape(citation.date)
    yield container, _escape(citation.journal)
    yield "shortjournal", _escape(citation.journal_abbreviation)
    yield "volume", _escape(citation.volume)
    yield "number", _escape(citation.issue)
    yield "pages", _escape(citation.pages).replace("-", "--")
    yield "doi", _verbatim(citation.doi)
    yield "pmid", _escape(citation.pmid)
    yield "issn", _escape(", ".join(citation.issn))
    yield "language", _escape(citation.language)
    yield "url", _verbatim(citation.url)
    yield "abstract", _escape(citation.abstract)
    yield "keywords", _escape(", ".join(_keyword(one) for one in citation.all_keywords))
    yield "note", _escape(" | ".join((citation.asreview_tag, *citation.own_notes)))
    yield "origtitle", _escape(citation.original_title)
    yield "type", _escape("; ".join(citation.publication_types))


def _escape(value: str | int | None) -> str:
    return "" if value is None else " ".join(str(value).translate(_ESCAPES).split())


def _keyword(text: str) -> str:
    """Return a keyword without what parts keywords: readers take a comma or a semicolon for it."""
    return _PARTING.sub(" –", text)


def _verbatim(value: str | None) -> str:
    """Return a DOI or a link as it is; a brace in one would end the field."""
    return (value or "").replace("{", "%7B").replace("}", "%7D")


def _protect_name(author: str) -> str:
    """Brace a name without a comma, or with " and " in it: it is an organisation's."""
    name = _escape(author)
    return name if "," in name and " and " not in name else f"{{{name}}}"


def _unique_keys(ids: Sequence[str]) -> list[str]:
    used: dict[str, int] = {}
    keys = []
    for citation_id in ids:
        key = _NOT_IN_KEY.sub("-", citation_id).strip("-") or "citation"
        used[key] = used.get(key, 0) + 1
        keys.append(key if used[key] == 1 else f"{key}-{used[key]}")
    return keys


BIBTEX: Final = BibtexExporter()
