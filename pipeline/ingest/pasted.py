"""Text copied from a page of a database or a catalogue: what in it is the title, who wrote it, ….

A page has no format. What it has are labels ("Authors:", "D O I", "摘要"), a title above them, a
long paragraph that is the abstract, and numbers of a form of their own. Labels win; where there is
none, the place and the shape of a line decide. All of it is a proposal: a person confirms it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.ingest.citations import split_citation
from pipeline.ingest.dates import year_in
from pipeline.ingest.dialects.pasted import ABSTRACT_HEADINGS, BOILERPLATE, LABELS
from pipeline.ingest.identifiers import doi_in
from pipeline.ingest.names import split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.ingest.contract import Field

__all__ = ["find_parts"]

_LABELLED: Final = re.compile(
    r"^(?P<label>[^\W\d_][\w ()./’'-]{0,32}?)\s*(?:[:：]|(?<=\s)-(?=\s|$)|$)\s*(?P<rest>.*)$"
)
_DOI_ANYWHERE: Final = re.compile(r"10\.\d{4,9}/\S+")
_PMID: Final = re.compile(r"\bPMID:?\s*(\d{5,9})\b")
_CITATION: Final = re.compile(r"\b(?:19|20)\d\d\b[^;]{0,20};\s*\d+|\b\d+\s*\(\d+\)\s*:\s*\w*\d+")
_MARKS: Final = re.compile(
    r"\s*\[[\d, ]*\]|\s*\([\d, ]+\)|(?<=[^\W\d_.])[\d*†‡§¶,]+(?=[,;]|$)|[*†‡§¶]+"
)
_NUMBERED: Final = re.compile(r"(?<=[^\W\d_.])(?:\s+\d{1,2})+(?=\s*(?:,|;|$))")
_NAME: Final = re.compile(
    r"^(?:[^\W\d_][^\W\d_'’.-]*[.'’-]?[^\W\d_]*\.?\s*){2,5}(?:,\s*(?:MD|PhD|MSc|MPH|RN)\.?)*$"
)
_INITIAL_LAST: Final = re.compile(r"(?:[ ,;]|\b)[^\W\d_]\.$|;.*\.$")
_VOLUME: Final = re.compile(r"\bvol(?:ume|\.)? ?\d+", re.IGNORECASE)
_KIND_MARKS: Final = re.compile(
    r"(?:\s*\((?:article|review|open access|editorial)\))+$", re.IGNORECASE
)
_ELLIPSIS: Final = ("...", "…")
_SHORTEST_ABSTRACT: Final = 250  # characters of a paragraph that no label calls one
_SHORTEST_TITLE: Final = 3  # words
_LONGEST_TITLE: Final = 320  # characters
_LOOKED_AT: Final = 4  # lines that could be a title


@dataclass(slots=True)
class _Section:
    """A label with the lines under it; the first section has no label."""

    part: Field | None
    lines: list[str] = field(default_factory=list)


def find_parts(text: str) -> list[tuple[Field, str]]:
    r"""Return what of a record is found in a copied text, in the vocabulary of all readers.

    Examples
    --------
    >>> text = "Naps in nurseries\nMain Authors: Anna Ek, Bo Ruiz\nPublished: Sleepers 2020-02-01"
    >>> find_parts(text)
    [('title', 'Naps in nurseries'), ('author', 'Anna Ek'), ('author', 'Bo Ruiz'), ('date', '2020')]
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    sections = _sections(lines)
    labelled = {part: [one for one in sections if one.part == part] for part in _labelled(sections)}
    top = sections[0].lines
    title = _text_of(labelled.get("title")) or _title(top)
    citation = _citation(lines)
    found: list[tuple[Field, str]] = [("title", _KIND_MARKS.sub("", title))] if title else []
    found += [("author", name) for name in _authors(labelled.get("author"), top, title)]
    found += _date(_text_of(labelled.get("date")), citation, *top)
    found += _plain(labelled)
    if citation and "journal" not in labelled:
        found.append(("citation", citation))
    found += _identifiers(labelled, text)
    if abstract := _abstract(labelled.get("abstract"), lines, title):
        found.append(("abstract", abstract))
    return found


def _sections(lines: Iterable[str]) -> list[_Section]:
    sections = [_Section(None)]
    for line in lines:
        opened = _opened(line, sections[-1])
        if opened is not None:
            sections.append(opened)
        elif line or sections[-1].part == "abstract":
            sections[-1].lines.append(line)
    return sections


def _opened(line: str, current: _Section) -> _Section | None:
    """Return the section that a line opens, if it begins with a label."""
    found = _LABELLED.match(line)
    label = found["label"].strip().casefold() if found else ""
    if found is None or label not in LABELS:
        return None
    rest = found["rest"].strip()
    is_bare = not rest and not line.endswith((":", "：", "-"))
    if current.part == "abstract" and (label in ABSTRACT_HEADINGS or (rest and label == "in")):
        return None
    if label in ("in", "by", "date", "number") and is_bare:
        return None
    return _Section(LABELS[label], [rest] if rest else [])


def _labelled(sections: Iterable[_Section]) -> list[Field]:
    return [one.part for one in sections if one.part is not None]


def _text_of(sections: list[_Section] | None) -> str:
    texts = (" ".join(filter(None, one.lines)) for one in sections or ())
    return next((text for text in texts if text), "")


def _title(top: list[str]) -> str:
    """Return the first line above all labels that can be a title, or a much longer one soon after.

    What stands above a title, the name of a journal or of a section, is short.
    """
    candidates = [line for line in top if _can_be_title(line)][:_LOOKED_AT]
    if not candidates:
        return ""
    first, longest = candidates[0], max(candidates, key=len)
    return longest if len(first) * 2 < len(longest) else first


def _can_be_title(line: str) -> bool:
    is_prose = len(line.split()) >= _SHORTEST_TITLE and len(line) <= _LONGEST_TITLE
    is_noise = line.casefold().strip(" .:|") in BOILERPLATE or _CITATION.search(line)
    is_number = _DOI_ANYWHERE.search(line) or _VOLUME.search(line)
    is_teaser = line.endswith(_ELLIPSIS)
    return is_prose and not (is_noise or is_number or is_teaser or _names_in(line))


def _authors(sections: list[_Section] | None, top: list[str], title: str) -> list[str]:
    """Return the labelled names, else those in the first line under the title that holds names."""
    if sections:
        lines = [line for one in sections for line in one.lines if line]
        return [name for line in lines for name in _split(line)]
    after = top[top.index(title) + 1 :] if title in top else top
    return next((names for line in after[:6] if (names := _names_in(line))), [])


def _split(line: str) -> list[str]:
    line = _NUMBERED.sub("", _MARKS.sub("", line)).strip(" ,;")
    if ";" in line or " and " in line or line.count(",") > 1:
        marked = line.replace(", and ", ", ").replace(" and ", ", ")
        pieces = [piece.strip(" ,") for piece in re.split(r";|,", marked) if piece.strip(" ,")]
        if ";" not in line and all(" " in piece for piece in pieces):
            return pieces
        return split_names(line)
    pieces = [piece.strip() for piece in line.split(",")]
    if len(pieces) > 1 and all(" " in piece for piece in pieces):
        return pieces
    return [line] if line else []


def _names_in(line: str) -> list[str]:
    """Return the names in a line that is nothing but names, else none."""
    is_listed = "," in line or ";" in line or " and " in line
    if not is_listed or (line.endswith(".") and not _INITIAL_LAST.search(line)):
        return []
    names = _split(line)
    is_list = len(names) > 1 and all(_NAME.match(_natural(name)) for name in names)
    return names if is_list else []


def _natural(name: str) -> str:
    family, _, given = name.partition(", ")
    return f"{given} {family}" if given else family


def _citation(lines: Iterable[str]) -> str:
    """Return the line that cites the publication: a journal, a year, a volume."""
    cited = (line for line in lines if len(line) < _LONGEST_TITLE and _CITATION.search(line))
    return next((line for line in cited if "journal" in split_citation(line)), "")


def _date(labelled: str, *others: str) -> Iterator[tuple[Field, str]]:
    """Take the year from its label, else from the citation, else from a line that dates."""
    dated = (other for other in others if len(other) <= _LONGEST_TITLE)
    year = next((year for text in (labelled, *dated) if (year := year_in(text))), None)
    if year is not None:
        yield "date", str(year)


def _plain(labelled: dict[Field, list[_Section]]) -> Iterator[tuple[Field, str]]:
    names: tuple[Field, ...] = (
        "journal", "volume", "issue", "pages", "keywords", "language", "issn", "url",
    )  # fmt: skip
    for name in names:
        if text := _text_of(labelled.get(name)):
            yield name, text


def _identifiers(labelled: dict[Field, list[_Section]], text: str) -> Iterator[tuple[Field, str]]:
    """Take a DOI from its label, else the first one in the text."""
    places = (_text_of(labelled.get("doi")), *_DOI_ANYWHERE.findall(text))
    doi = next((doi for place in places if (doi := doi_in(place))), None)
    if doi:
        yield "doi", _without_path(doi)
    pmid = _text_of(labelled.get("pmid")) or next(iter(_PMID.findall(text)), "")
    if pmid:
        yield "pmid", pmid


def _without_path(doi: str) -> str:
    """Drop what a publisher's page adds to a DOI in its address."""
    return re.sub(r"/(?:full|abstract|pdf|html|epdf|meta|summary)(?:[/?#].*)?$", "", doi)


def _abstract(sections: list[_Section] | None, lines: list[str], title: str) -> str:
    """Return the labelled abstract, the longest where there are several, else a long paragraph."""
    labelled = [" ".join(filter(None, one.lines)) for one in sections or ()]
    whole = [text for text in labelled if text and not text.endswith(_ELLIPSIS)]
    if whole and len(max(whole, key=len)) > len(title):
        return max(whole, key=len)
    prose = [line for line in lines if len(line) >= _SHORTEST_ABSTRACT]
    prose = [
        line for line in prose if not line.endswith(_ELLIPSIS) and line.count(";") < len(line) / 60
    ]
    telling = [line for line in prose if _begins_abstract(line)]
    return next(iter(telling), max(prose, key=len, default=""))


def _begins_abstract(line: str) -> bool:
    first = re.split(r"\W", line, maxsplit=1)[0].casefold()
    return first in ABSTRACT_HEADINGS or any(
        first.startswith(word) for word in ("background", "objective")
    )
