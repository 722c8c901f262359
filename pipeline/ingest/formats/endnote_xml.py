"""EndNote's XML, which Zotero, Mendeley and RefWorks write as well.

Values are wrapped in ``<style>`` runs, several a value where the font changes: the text of an
element is the text of all its runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lxml import etree

from pipeline.ingest.markup import read_elements, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.ingest.contract import Content, Field, Reading

__all__ = ["ENDNOTE_XML", "EndnoteXml"]

_TAGS: Final = ("record",)
_SNIFFED: Final = 262_144  # characters
_SIGNATURE: Final = re.compile(
    r"<records>\s*<record[\s>].*?<(?:ref-type|contributors|titles|source-app)[\s>]", re.DOTALL
)
_SOURCE_APP: Final = re.compile(r'<source-app name="([^"]+)"')
_MENDELEY: Final = re.compile(r'<ref-type name="[^"]*">0<')  # it numbers no type and names no tool
_PLATFORMS: Final = ("EndNote", "Zotero", "Mendeley", "RefWorks", "Citavi", "JabRef")
_PLAIN: Final[tuple[tuple[str, Field], ...]] = (
    ("titles/title", "title"),
    ("titles/translated-title", "original_title"),
    ("orig-pub", "note"),
    ("contributors/authors/author", "author"),
    ("periodical/full-title", "journal"),
    ("periodical/abbr-1", "journal_abbreviation"),
    ("alt-periodical/abbr-1", "journal_abbreviation"),
    ("pages", "pages"),
    ("volume", "volume"),
    ("number", "issue"),
    ("issue", "issue"),
    ("dates/year", "year"),
    ("dates/pub-dates/date", "date"),
    ("isbn", "issn"),
    ("accession-num", "accession"),
    ("electronic-resource-num", "doi"),
    ("custom2", "pmcid"),
    ("custom7", "article_number"),
    ("abstract", "abstract"),
    ("keywords/keyword", "keyword"),
    ("language", "language"),
    ("work-type", "publication_type"),
    ("remote-database-name", "database"),
    ("urls/related-urls/url", "url"),
    ("urls/web-urls/url", "url"),
    ("urls/text-urls/url", "url"),
    ("notes", "note"),
    ("research-notes", "note"),
    ("label", "note"),
)
_PMCID: Final = re.compile(r"\APMC\d+\Z")
_PUBMED: Final = frozenset({"pubmed", "medline", "nlm"})
_GROUP_END: Final = ","  # EndNote marks a corporate author with a comma at its end


@dataclass(frozen=True, slots=True)
class EndnoteXml:
    """A library as XML."""

    name: Literal["endnote-xml"] = "endnote-xml"
    description: str = "EndNote XML, also as Zotero and Mendeley write it"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether the shell of EndNote's records is there.

        >>> from pipeline.ingest.contract import Content
        >>> text = "<xml><records><record><titles></titles></record></records></xml>"
        >>> ENDNOTE_XML.recognises(Content("a", b"", text, "utf-8"))
        True
        """
        return _SIGNATURE.search(content.text, 0, _SNIFFED) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the library into records; ``columns`` does not apply.

        Raises
        ------
        UnreadableExportError
            The file declares entities.

        >>> from pipeline.ingest.contract import Content
        >>> text = "<records><record><titles><title>Sleep</title></titles></record></records>"
        >>> ENDNOTE_XML.read(Content("a", b"", text, "utf-8")).entries[0].parts
        (('title', 'Sleep'),)
        """
        del columns
        platform = _platform(content.text[:_SNIFFED])
        return read_elements(content, tags=_TAGS, parts_of=_parts, platform=platform)


def _platform(text: str) -> str | None:
    named = _SOURCE_APP.search(text)
    if named is None:
        return "Mendeley" if _MENDELEY.search(text) else None
    return next((tool for tool in _PLATFORMS if tool in named[1]), None)


def _parts(record: etree._Element) -> Iterator[tuple[Field, str]]:
    kind = record.find("ref-type")
    name = (kind.get("name") or "") if kind is not None else ""
    if name:
        yield "entry_type", name
    for path, part in _PLAIN:
        for found in record.iterfind(path):
            text = _plain(found)
            if text and (part != "pmcid" or _PMCID.match(text)):
                yield _part_of(part, text), text
    if pmid := _pmid(record):
        yield "pmid", pmid
    within: Field = "journal" if "journal" in name.casefold() else "book_title"
    for found in record.iterfind("titles/secondary-title"):
        if text := text_of(found):
            yield within, text


def _pmid(record: etree._Element) -> str:
    """Return the accession number where it is known to be PubMed's: its form alone says nothing."""
    number = text_of(record.find("accession-num"))
    named = {
        text_of(record.find(path)).casefold()
        for path in ("remote-database-name", "remote-database-provider")
    }
    links = (text_of(url) for url in record.iterfind("urls//url"))
    is_linked = any(f"/pubmed/{number}" in link or f"nih.gov/{number}" in link for link in links)
    return number if number.isdigit() and (is_linked or named & _PUBMED) else ""


def _part_of(part: Field, text: str) -> Field:
    is_group = part == "author" and text.endswith(_GROUP_END)
    return "corporate_author" if is_group else part


def _plain(element: etree._Element) -> str:
    """Return an element's text with its line ends, which part paragraphs and listed values."""
    text = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


ENDNOTE_XML: Final = EndnoteXml()
