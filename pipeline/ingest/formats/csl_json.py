"""CSL-JSON: the citation processor's own form (Zotero, Mendeley, Citation.js, Crossref).

Variables as the specification names them (https://docs.citationstyles.org, CSL 1.0.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.ingest.objects import first_object, read_objects, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.ingest.contract import Content, Field, Reading
    from pipeline.ingest.objects import JsonObject

    Parts = Iterator[tuple[Field, str]]

__all__ = ["CSL_JSON", "CslJson"]

_PLAIN: Final[Mapping[str, Field]] = {
    "type": "entry_type",
    "title": "title",
    "original-title": "original_title",
    "abstract": "abstract",
    "container-title-short": "journal_abbreviation",
    "journalAbbreviation": "journal_abbreviation",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "number": "article_number",
    "DOI": "doi",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "ISSN": "issn",
    "ISBN": "issn",
    "language": "language",
    "URL": "url",
    "keyword": "keywords",
    "note": "note",
    "genre": "publication_type",
    "source": "database",
}
_TELLING: Final = ("issued", "container-title", "author", "DOI", "publisher", "page", "accessed")
_TYPES: Final = frozenset(
    {
        *("article", "article-journal", "article-magazine", "article-newspaper", "bill", "book"),
        *("broadcast", "chapter", "classic", "collection", "dataset", "document", "entry"),
        *("entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing"),
        *("interview", "legal_case", "legislation", "manuscript", "map", "motion_picture"),
        *("musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical"),
        *("personal_communication", "post", "post-weblog", "regulation", "report", "review"),
        *("review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage"),
        *("journal-article", "book-chapter", "proceedings-article", "posted-content"),  # Crossref
    }
)
_JOURNALS: Final = frozenset({"article", "review", "review-book", "journal-article"})


@dataclass(frozen=True, slots=True)
class CslJson:
    """A list of items."""

    name: Literal["csl-json"] = "csl-json"
    description: str = "CSL-JSON of Zotero, Mendeley and Crossref"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether the first object is an item with a type of CSL's.

        >>> from pipeline.ingest.contract import Content
        >>> text = '[{"type": "book", "title": "Sleep", "issued": {}}]'
        >>> CSL_JSON.recognises(Content("a", b"", text, "utf-8"))
        True
        """
        if content.text.lstrip()[:1] not in ("[", "{"):
            return False
        first = first_object(content.text) or {}
        kind = first.get("type")
        return isinstance(kind, str) and kind in _TYPES and any(key in first for key in _TELLING)

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the list into items; ``columns`` does not apply.

        >>> from pipeline.ingest.contract import Content
        >>> text = '[{"title": "Sleep", "author": [{"family": "Okoro", "given": "B"}]}]'
        >>> CSL_JSON.read(Content("a", b"", text, "utf-8")).entries[0].parts
        (('title', 'Sleep'), ('author', 'Okoro, B'))
        """
        del columns
        return read_objects(content, parts_of=_parts)


def _parts(found: JsonObject) -> Parts:
    for key, part in _PLAIN.items():
        for text in texts(found.get(key)):
            yield part, text
    kind = str(found.get("type", ""))
    is_journal = kind in _JOURNALS or kind.startswith("article-")
    for text in texts(found.get("container-title")):
        yield ("journal" if is_journal else "book_title"), text
    for name in _members(found.get("author")):
        yield from _name(name)
    yield from _dates(found)


def _members(value: object) -> Iterator[JsonObject]:
    if isinstance(value, list):
        yield from (member for member in value if isinstance(member, dict))


def _name(name: JsonObject) -> Parts:
    for key in ("literal", "name"):  # Crossref names an organisation "name"
        for text in texts(name.get(key)):
            yield "corporate_author", text
            return
    particle = " ".join(texts(name.get("non-dropping-particle")))
    family = " ".join(filter(None, (particle, " ".join(texts(name.get("family"))))))
    given = " ".join(texts(name.get("given")))
    if family or given:
        yield "author", ", ".join(filter(None, (family, given)))


def _dates(found: JsonObject) -> Parts:
    issued = found.get("issued")
    if isinstance(issued, dict):
        parts = issued.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts else None
        pieces = list(texts(first)) if isinstance(first, list) else []
        if pieces:
            yield "year", pieces[0]
            yield "date", "-".join(piece.zfill(2) for piece in pieces)
        for key in ("literal", "raw"):
            for text in texts(issued.get(key)):
                yield "date", text
    else:
        for text in texts(issued):
            yield "date", text


CSL_JSON: Final = CslJson()
