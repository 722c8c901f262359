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

import polars as pl
from lxml import etree

from pipeline.schemas.coding import POLARITIES
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import dataframely as dy

    from pipeline.schemas import SuggestedTag, TaggedReport
    from pipeline.schemas.coding import Extract
    from pipeline.tag.codebook import Codebook

__all__ = ["write_coded_qdpx", "write_qdc", "write_qdpx"]

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
    texts = {
        record_id: (record_id, text)
        for record_id, text in reports.select("record_id", "text").iter_rows()
    }
    codings = tags.select(
        source="record_id",
        code="domain",
        polarity="polarity",
        quote="sentence",
        start="start",
        end="end",
        coders=pl.lit([coder]),
    )
    return _project(texts, codings, codebook=codebook, users=[coder], now=now)


def write_coded_qdpx(
    extracts: dy.DataFrame[Extract],
    *,
    texts: Mapping[str, str],
    codebook: Codebook,
    now: datetime,
) -> bytes:
    """Return the confirmed tags as a REFI-QDA project file, each coding with its coders.

    Parameters
    ----------
    extracts
        What is coded; each extract becomes a selection with one coding for each of its coders.
    texts
        By hash: the stored plain texts that the offsets refer to. Each becomes a source.
    codebook
        The one in force.
    now
        The time written into the project.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from pipeline.schemas.coding import Extract
    >>> from pipeline.tag import CODEBOOKS
    >>> cfir, new_year = CODEBOOKS["cfir-2"], datetime(2026, 1, 1, tzinfo=UTC)
    >>> project = write_coded_qdpx(Extract.create_empty(), texts={}, codebook=cfir, now=new_year)
    >>> zipfile.ZipFile(io.BytesIO(project)).namelist()
    ['project.qde']
    """
    first = extracts.unique("text_sha256", keep="first", maintain_order=True)
    columns = ("text_sha256", "report_id", "source")
    sources = {
        name: (f"{report_id} ({source})", texts[name])
        for name, report_id, source in first.select(columns).iter_rows()
    }
    place = ("code", "polarity", "quote", "start", "end", "coders")
    codings = extracts.select(pl.col("text_sha256").alias("source"), *place)
    users = sorted({coder for coders in extracts["coders"] for coder in coders})
    return _project(sources, codings, codebook=codebook, users=users, now=now)


def _project(
    texts: Mapping[str, tuple[str, str]],
    codings: pl.DataFrame,
    *,
    codebook: Codebook,
    users: Sequence[str],
    now: datetime,
) -> bytes:
    """Write a project: its people, its codes, its texts by id with their names, what is coded."""
    time = now.isoformat(timespec="seconds")
    stamp = {"creationDateTime": time}
    root = _root("Project", _PROJECT_SPACE)
    root.attrib.update({"name": codebook.label, "origin": _ORIGIN})
    root.set("creationDateTime", time)
    if users:
        root.set("creatingUserGUID", _guid("user", users[0]))
        stamp |= {"creatingUser": _guid("user", users[0])}
    people = _child(root, "Users")
    for user in users:
        _child(people, "User", guid=_guid("user", user), name=user)
    _add_codes(_child(root, "CodeBook"), codebook, _PROJECT_SPACE)
    sources = _child(root, "Sources")
    by_source = codings.partition_by("source", as_dict=True, maintain_order=True)
    for name, (title, _) in texts.items():
        source = _add_source(sources, name, title, stamp)
        _add_selections(source, name, by_source.get((name,)), codebook, stamp)
    return _zipped(root, ((name, text) for name, (_, text) in texts.items()))


def _root(tag: str, space: str) -> etree._Element:
    nsmap: dict[str | None, str] = {None: space}
    return etree.Element(f"{{{space}}}{tag}", nsmap=nsmap)  # type: ignore[arg-type]


def _add_codes(root: etree._Element, codebook: Codebook, space: str) -> None:
    """Add every code below its parent, and below each a code for every polarity."""
    codes = etree.SubElement(root, f"{{{space}}}Codes")
    tree = read_codes(codebook)
    said = _definitions(codebook)
    elements: dict[str, etree._Element] = {}
    for code, label in tree.labels.items():
        elements[code] = _add_code(
            codes, space, (codebook.id, code), label, said.get(code, "No code holds it.")
        )
        for polarity in POLARITIES:
            key = (codebook.id, code, polarity)
            _add_code(elements[code], space, key, f"{label}: {polarity}")
    for code, parent in tree.parents.items():
        if parent is not None:
            elements[parent].append(elements[code])


def _definitions(codebook: Codebook) -> dict[str, str]:
    """Return what each code is for, with the memo of one made while coding."""
    said = {domain.id: domain.definition for domain in codebook.domains}
    inside = (code for domain in codebook.domains for code in domain.codes)
    for code in (*inside, *codebook.unplaced):
        said[code.id] = " ".join(part for part in (code.definition, code.memo) if part)
    return said


def _add_code(
    parent: etree._Element, space: str, key: tuple[str, ...], name: str, definition: str = ""
) -> etree._Element:
    code = etree.SubElement(parent, f"{{{space}}}Code")
    code.attrib.update({"guid": _guid("code", *key), "name": name, "isCodable": "true"})
    if definition:
        etree.SubElement(code, f"{{{space}}}Description").text = " ".join(definition.split())
    return code


def _add_source(
    sources: etree._Element, name: str, title: str, stamp: dict[str, str]
) -> etree._Element:
    guid = _guid("source", name)
    path = f"internal://{guid}.txt"
    return _child(sources, "TextSource", guid=guid, name=title, plainTextPath=path, **stamp)


def _add_selections(
    source: etree._Element,
    name: str,
    codings: pl.DataFrame | None,
    codebook: Codebook,
    stamp: dict[str, str],
) -> None:
    if codings is None:
        return
    columns = codings.select("code", "polarity", "quote", "start", "end", "coders")
    for code, polarity, quote, start, end, coders in columns.iter_rows():
        key = (name, code, polarity, str(start), str(end))
        place = {"startPosition": str(start), "endPosition": str(end)}
        words = " ".join(quote.split())
        guid = _guid("selection", *key)
        selection = _child(source, "PlainTextSelection", guid=guid, name=words, **place, **stamp)
        for coder in coders:
            by = stamp | {"creatingUser": _guid("user", coder)}
            coding = _child(selection, "Coding", guid=_guid("coding", *key, coder), **by)
            _child(coding, "CodeRef", targetGUID=_guid("code", codebook.id, code, polarity))


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


def _zipped(root: etree._Element, texts: Iterable[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("project.qde", _ZIP_TIME), _serialised(root))
        for name, text in texts:
            path = f"sources/{_guid('source', name)}.txt"
            archive.writestr(zipfile.ZipInfo(path, _ZIP_TIME), text.encode("utf-8"))
    return buffer.getvalue()
