"""Writes codebooks (``.qdc``) and coded texts (``.qdpx``) in the REFI-QDA exchange format, 1.0.

The standard (https://www.qdasoftware.org) lets qualitative software read one another's projects.
Positions are code points of the plain text. Ids are derived from names, so that the same data give
the same file. Not tried in NVivo or ATLAS.ti.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import TYPE_CHECKING, Final

from lxml import etree

from pipeline.tag.codebook import DOES_NOT_FIT
from pipeline.tag.evidence_map import POLARITIES

if TYPE_CHECKING:
    from datetime import datetime

    import dataframely as dy
    import polars as pl

    from pipeline.schemas import SuggestedTag, TaggedReport
    from pipeline.tag.codebook import Codebook

__all__ = ["write_qdc", "write_qdpx"]

_CODEBOOK_SPACE: Final = "urn:QDA-XML:codebook:1.0"
_PROJECT_SPACE: Final = "urn:QDA-XML:project:1.0"
_NAMES: Final = uuid.UUID("5d0c0f0e-3f0a-5b7e-9a53-7c1f4a3f6b10")  # any constant would do
_ORIGIN: Final = "Thresher"
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file knows: the same bytes each time


def write_qdc(codebook: Codebook) -> bytes:
    """Return a codebook as a REFI-QDA codebook file.

    Examples
    --------
    >>> from pipeline.tag import CODEBOOKS
    >>> b"Support and resources" in write_qdc(CODEBOOKS["berardi-2024"])
    True
    """
    root = _root("CodeBook", _CODEBOOK_SPACE)
    root.set("origin", _ORIGIN)
    _add_codes(root, codebook, _CODEBOOK_SPACE)
    return _serialised(root)


def write_qdpx(
    reports: dy.DataFrame[TaggedReport],
    tags: dy.DataFrame[SuggestedTag],
    *,
    codebook: Codebook,
    coder: str,
    now: datetime,
) -> bytes:
    """Return texts and their tags as a REFI-QDA project file.

    Parameters
    ----------
    reports
        The texts; each becomes a source.
    tags
        What is coded in them; each becomes a selection with a code for its domain and polarity.
    codebook
        Gives the codes.
    coder
        Who coded: a pseudonym, or the name of the software where nobody has confirmed the tags.
    now
        The time written into the project.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import UTC, datetime
    >>> from pipeline.tag import CODEBOOKS, suggest_tags
    >>> texts = pl.DataFrame({"record_id": ["r1"], "title": ["T"],
    ...                       "abstract": ["Results: Lack of training hindered uptake."]})
    >>> found = suggest_tags(texts, codebook=CODEBOOKS["berardi-2024"])
    >>> project = write_qdpx(found.reports, found.tags, codebook=CODEBOOKS["berardi-2024"],
    ...                      coder="ada", now=datetime(2026, 1, 1, tzinfo=UTC))
    >>> zipfile.ZipFile(io.BytesIO(project)).namelist()[0]
    'project.qde'
    """
    stamp = {
        "creatingUser": _guid("user", coder),
        "creationDateTime": now.isoformat(timespec="seconds"),
    }
    root = _root("Project", _PROJECT_SPACE)
    root.attrib.update({"name": codebook.label, "origin": _ORIGIN})
    root.attrib.update({"creatingUserGUID": stamp["creatingUser"]})
    root.attrib.update({"creationDateTime": stamp["creationDateTime"]})
    users = _child(root, "Users")
    _child(users, "User", guid=_guid("user", coder), name=coder)
    _add_codes(_child(root, "CodeBook"), codebook, _PROJECT_SPACE)
    sources = _child(root, "Sources")
    by_record = tags.partition_by("record_id", as_dict=True)
    for (record_id,) in reports.select("record_id").iter_rows():
        source = _add_source(sources, record_id, stamp)
        _add_selections(source, by_record.get((record_id,)), codebook, stamp)
    return _zipped(root, reports)


def _root(tag: str, space: str) -> etree._Element:
    nsmap: dict[str | None, str] = {None: space}
    return etree.Element(f"{{{space}}}{tag}", nsmap=nsmap)  # type: ignore[arg-type]


def _add_codes(root: etree._Element, codebook: Codebook, space: str) -> None:
    """Add domains with a code for each polarity below them, the domain's themes, and the misfit."""
    codes = etree.SubElement(root, f"{{{space}}}Codes")
    for domain in codebook.domains:
        parent = _add_code(codes, space, (codebook.id, domain.id), domain.label, domain.definition)
        for polarity in POLARITIES:
            name = f"{domain.label}: {polarity}"
            _add_code(parent, space, (codebook.id, domain.id, polarity), name)
        for code in domain.codes:
            _add_code(parent, space, (codebook.id, code.id), code.label, code.definition)
    _add_code(codes, space, (codebook.id, DOES_NOT_FIT), "Does not fit", "No code holds it.")


def _add_code(
    parent: etree._Element, space: str, key: tuple[str, ...], name: str, definition: str = ""
) -> etree._Element:
    code = etree.SubElement(parent, f"{{{space}}}Code")
    code.attrib.update({"guid": _guid("code", *key), "name": name, "isCodable": "true"})
    if definition:
        etree.SubElement(code, f"{{{space}}}Description").text = " ".join(definition.split())
    return code


def _add_source(sources: etree._Element, record_id: str, stamp: dict[str, str]) -> etree._Element:
    guid = _guid("source", record_id)
    path = f"internal://{guid}.txt"
    return _child(sources, "TextSource", guid=guid, name=record_id, plainTextPath=path, **stamp)


def _add_selections(
    source: etree._Element,
    tags: pl.DataFrame | None,
    codebook: Codebook,
    stamp: dict[str, str],
) -> None:
    if tags is None:
        return
    columns = tags.select("record_id", "domain", "polarity", "sentence", "start", "end")
    for record_id, domain, polarity, sentence, start, end in columns.iter_rows():
        key = (record_id, domain, polarity, str(start))
        place = {"startPosition": str(start), "endPosition": str(end)}
        name = " ".join(sentence.split())
        guid = _guid("selection", *key)
        selection = _child(source, "PlainTextSelection", guid=guid, name=name, **place, **stamp)
        coding = _child(selection, "Coding", guid=_guid("coding", *key), **stamp)
        _child(coding, "CodeRef", targetGUID=_guid("code", codebook.id, domain, polarity))


def _child(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_PROJECT_SPACE}}}{tag}")
    element.attrib.update({key: _printable(value) for key, value in attributes.items()})
    return element


def _printable(text: str) -> str:
    """Leave out the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter.isprintable())


def _guid(*names: str) -> str:
    return str(uuid.uuid5(_NAMES, "\x1f".join(names)))


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _zipped(root: etree._Element, reports: dy.DataFrame[TaggedReport]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("project.qde", _ZIP_TIME), _serialised(root))
        for record_id, text in reports.select("record_id", "text").iter_rows():
            name = f"sources/{_guid('source', record_id)}.txt"
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), text.encode("utf-8"))
    return buffer.getvalue()
