"""JSON of OpenAlex and Publish or Perish, and any list of objects whose fields have known names.

OpenAlex gives abstracts as an inverted index, word by word with positions; they are put back in
order. What Publish or Perish calls an abstract is a search engine's extract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import UnreadableExportError
from pipeline.ingest.dialects.table_shape import ANY_TABLE, fold
from pipeline.ingest.objects import first_object, read_objects, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.ingest.contract import Content, Field, Reading
    from pipeline.ingest.objects import JsonObject

    Parts = Iterator[tuple[Field, str]]

__all__ = ["JSON_RECORDS", "JsonRecords"]

_OPENALEX: Final[Mapping[tuple[str, ...], Field]] = {
    ("title",): "title",
    ("display_name",): "title",
    ("publication_year",): "year",
    ("publication_date",): "date",
    ("primary_location", "source", "display_name"): "journal",
    ("primary_location", "source", "issn"): "issn",
    ("primary_location", "landing_page_url"): "url",
    ("biblio", "volume"): "volume",
    ("biblio", "issue"): "issue",
    ("biblio", "first_page"): "first_page",
    ("biblio", "last_page"): "last_page",
    ("doi",): "doi",
    ("ids", "pmid"): "pmid",
    ("ids", "pmcid"): "pmcid",
    ("id",): "accession",
    ("language",): "language",
    ("type",): "entry_type",
    ("type_crossref",): "publication_type",
}
_PUBLISH_OR_PERISH: Final[Mapping[str, Field]] = {
    "title": "title",
    "authors": "author",
    "abstract": "snippet",
    "year": "year",
    "source": "journal",
    "doi": "doi",
    "issn": "issn",
    "volume": "volume",
    "issue": "issue",
    "startpage": "first_page",
    "endpage": "last_page",
    "type": "publication_type",
    "article_url": "url",
    "cites_url": "url",
    "related_url": "url",
}
_POP_MARKS: Final = frozenset({"cites", "ecc", "rank", "uid", "use", "cites_url", "article_url"})
_FEWEST_MARKS: Final = 3
_FEWEST_KNOWN: Final = 2  # known fields that objects of no known platform must have


@dataclass(frozen=True, slots=True)
class JsonRecords:
    """A list of objects."""

    name: Literal["json"] = "json"
    description: str = "JSON of OpenAlex and Publish or Perish"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether the content is JSON with an object in it.

        >>> from pipeline.ingest.contract import Content
        >>> JSON_RECORDS.recognises(Content("a", b"", '[{"title": "Sleep"}]', "utf-8"))
        True
        """
        return content.text.lstrip()[:1] in ("[", "{") and first_object(content.text) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the list into entries; ``columns`` names the fields of objects of unknown origin.

        Raises
        ------
        UnreadableExportError
            The objects have no field that holds a title.

        >>> from pipeline.ingest.contract import Content
        >>> text = '{"authorships": [], "abstract_inverted_index": {"b": [1], "a": [0]}}'
        >>> dict(JSON_RECORDS.read(Content("a", b"", text, "utf-8")).entries[0].parts)["abstract"]
        'a b'
        """
        first = first_object(content.text) or {}
        if columns is None and _is_openalex(first):
            return read_objects(
                content, parts_of=_openalex, platform="OpenAlex", database="OpenAlex"
            )
        if columns is None and len(_POP_MARKS.intersection(first)) >= _FEWEST_MARKS:
            return read_objects(content, parts_of=_pop, platform="Publish or Perish")
        known = {fold(name): part for name, part in (columns or ANY_TABLE.columns).items()}
        parts = {known[fold(key)] for key in first if fold(key) in known}
        if columns is None and ("title" not in parts or len(parts) < _FEWEST_KNOWN):
            raise UnreadableExportError(
                content.name,
                "is JSON whose fields are not known",
                "name them in review.toml, under [columns]",
            )
        return read_objects(content, parts_of=lambda found: _known_parts(found, known))


def _is_openalex(found: JsonObject) -> bool:
    return "authorships" in found or "openalex.org/W" in str(found.get("id", ""))


def _openalex(found: JsonObject) -> Parts:
    for path, part in _OPENALEX.items():
        for text in texts(_at(found, *path)):
            yield part, text
    index = found.get("abstract_inverted_index")
    if isinstance(index, dict):
        yield "abstract", _in_order(index)
    for text in texts(found.get("abstract")):
        yield "abstract", text
    for key, names, part in (
        ("authorships", ("author", "display_name"), "author"),
        ("keywords", ("display_name",), "keyword"),
    ):
        members = found.get(key)
        for member in members if isinstance(members, list) else ():
            yield from ((part, text) for text in texts(_at(member, *names)))
    if found.get("is_retracted") is True:
        yield "note", "is_retracted: true"


def _at(found: object, *path: str) -> object:
    for key in path:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def _in_order(index: JsonObject) -> str:
    """Put the words of an inverted index in their places."""
    placed = [
        (place, word)
        for word, places in index.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(placed))


def _pop(found: JsonObject) -> Parts:
    for key, part in _PUBLISH_OR_PERISH.items():
        for text in texts(found.get(key)):
            yield ("authors" if key == "authors" and "," in text else part), text


def _known_parts(found: JsonObject, known: Mapping[str, Field]) -> Parts:
    for key, value in _flat(found):
        part = known.get(fold(key))
        if part is not None:
            single: Field = "author" if part == "authors" and isinstance(value, list) else part
            for member in value if isinstance(value, list) else [value]:
                yield from ((single, text) for text in texts(_named(member)))


def _flat(found: JsonObject) -> Iterator[tuple[str, object]]:
    """Yield the fields of an object and of the objects within it, such as ``externalIds``."""
    for key, value in found.items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield key, value


def _named(member: object) -> object:
    """Return the name of a person or thing that is an object itself."""
    if not isinstance(member, dict):
        return member
    if family := member.get("family"):
        given = member.get("given")
        return f"{family}, {given}" if given else family
    return member.get("name") or member.get("display_name")


JSON_RECORDS: Final = JsonRecords()
