"""EndNote XML, as EndNote exports and imports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.report.exporters.contract import ScreenedCitation

__all__ = ["ENDNOTE_XML", "EndnoteXmlExporter"]

# EndNote's names and numbers of reference types.
_TYPES: Final = {
    "article": ("Journal Article", 17),
    "book": ("Book", 6),
    "chapter": ("Book Section", 5),
    "conference": ("Conference Paper", 47),
    "dataset": ("Dataset", 59),
    "news": ("Newspaper Article", 23),
    "patent": ("Patent", 25),
    "preprint": ("Unpublished Work", 34),
    "report": ("Report", 27),
    "thesis": ("Thesis", 32),
    "web": ("Web Page", 12),
}
_GENERIC: Final = ("Generic", 13)


@dataclass(frozen=True, slots=True)
class EndnoteXmlExporter:
    """EndNote XML with decisions in keywords, notes and the label."""

    name: str = "endnote-xml"
    suffix: str = ".xml"

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        """Return the citations as one XML document.

        >>> from pipeline.report.exporters.contract import ScreenedCitation
        >>> b"<title>A &amp; B</title>" in ENDNOTE_XML.write(
        ...     [ScreenedCitation(citation_id="a:1", title="A & B")]
        ... )
        True
        """
        root = etree.Element("xml")
        records = etree.SubElement(root, "records")
        for number, citation in enumerate(citations, start=1):
            _add_record(records, citation, number)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_record(records: etree._Element, citation: ScreenedCitation, number: int) -> None:
    record = etree.SubElement(records, "record")
    kind, code = _TYPES.get(
        citation.entry_type or "", _TYPES["article"] if citation.journal else _GENERIC
    )
    _add(record, "rec-number", str(number))
    etree.SubElement(record, "ref-type", name=kind).text = str(code)
    _add(record, "contributors/authors/author", *citation.authors)
    _add(record, "titles/title", citation.title)
    _add(record, "titles/secondary-title", citation.journal)
    _add(record, "titles/translated-title", citation.original_title)
    _add(record, "periodical/full-title", citation.journal)
    _add(record, "periodical/abbr-1", citation.journal_abbreviation)
    _add(record, "pages", citation.pages)
    _add(record, "volume", citation.volume)
    _add(record, "number", citation.issue)
    _add(record, "keywords/keyword", *citation.all_keywords)
    _add(record, "dates/year", str(citation.year or ""))
    _add(record, "dates/pub-dates/date", citation.date)
    _add(record, "isbn", "\r".join(citation.issn))
    _add(record, "accession-num", citation.pmid)
    _add(record, "electronic-resource-num", citation.doi)
    _add(record, "abstract", citation.abstract)
    _add(record, "notes", "\n".join(citation.all_notes))
    _add(record, "label", citation.citation_id)
    _add(record, "urls/related-urls/url", citation.url)
    _add(record, "work-type", "; ".join(citation.publication_types))
    _add(record, "language", citation.language)


def _add(record: etree._Element, path: str, *values: str | None) -> None:
    """Add an element for each value under the path, whose parents are made once."""
    *parents, name = path.split("/")
    for value in _printable(values):
        parent = record
        for step in parents:
            found = parent.find(step)
            parent = etree.SubElement(parent, step) if found is None else found
        etree.SubElement(parent, name).text = value


def _printable(values: Iterable[str | None]) -> list[str]:
    """Drop empty values, and from the others the characters that XML may not hold."""
    cleaned = (
        "".join(c for c in value if c.isprintable() or c in "\n\t\r\N{NO-BREAK SPACE}")
        for value in values
        if value
    )
    return [value for value in cleaned if value]


ENDNOTE_XML: Final = EndnoteXmlExporter()
