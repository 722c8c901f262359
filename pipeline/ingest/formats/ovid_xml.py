"""Ovid's XML: one ``<F C="TI">`` a field, its values in ``<D>``.

Written from what is said of the format, with neither its schema nor a file at hand, and not tried
on a real export. The codes are taken to mean what they mean as columns of Ovid's CSV.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.ingest.dialects.database_tables import OVID
from pipeline.ingest.markup import read_elements, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree

    from pipeline.ingest.contract import Content, Field, Reading

__all__ = ["OVID_XML", "OvidXml"]

_TAGS: Final = ("record",)
_SNIFFED: Final = 262_144  # characters
_SIGNATURE: Final = re.compile(r"<record[\s>].*?<F\s[^>]*\bC=[\"'][A-Z]{2}[\"']", re.DOTALL)
_SINGLE: Final[dict[Field, Field]] = {"authors": "author", "keywords": "keyword"}


@dataclass(frozen=True, slots=True)
class OvidXml:
    """Records of any Ovid database as XML."""

    name: Literal["ovid-xml"] = "ovid-xml"
    description: str = "XML of Ovid"
    is_tried: bool = False

    def recognises(self, content: Content) -> bool:
        """Say whether a record holds a coded field.

        >>> from pipeline.ingest.contract import Content
        >>> text = '<records><record><F C="TI"><D>Sleep</D></F></record></records>'
        >>> OVID_XML.recognises(Content("a", b"", text, "utf-8"))
        True
        """
        return _SIGNATURE.search(content.text, 0, _SNIFFED) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the file into records; ``columns`` does not apply.

        Raises
        ------
        UnreadableExportError
            The file declares entities.

        >>> from pipeline.ingest.contract import Content
        >>> text = '<records><record><F C="AU"><D>A</D><D>B</D></F></record></records>'
        >>> OVID_XML.read(Content("a", b"", text, "utf-8")).entries[0].parts
        (('author', 'A'), ('author', 'B'))
        """
        del columns
        return read_elements(content, tags=_TAGS, parts_of=_parts, platform="Ovid")


def _parts(record: etree._Element) -> Iterator[tuple[Field, str]]:
    for coded in record.iter("F"):
        part = OVID.columns.get((coded.get("C") or "").casefold())
        if part is not None:
            values = coded.findall("D") or [coded]
            texts = (text_of(value) for value in values)
            yield from ((_SINGLE.get(part, part), text) for text in texts if text)


OVID_XML: Final = OvidXml()
