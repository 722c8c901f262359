"""PubMed's abstract text: numbered entries in prose, each closing with its PMID.

There are no tags, only paragraphs in a fixed order: citation, title, authors, then blocks with a
heading (affiliations, comments, errata), the abstract, the copyright, the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.ingest.contract import Content, Field, RawEntry, RawRejection, Reading
from pipeline.ingest.cutting import CUT_OFF, NO_OPENING, RUN_TOGETHER, may_be_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["PUBMED_ABSTRACT"]

_OPENING: Final = re.compile(r"(?:\A|(?<=\n\n))\n\d+(?:\. (?=\S)|\.\n|\.? ?\Z)")
_PMID: Final = re.compile(r"\nPMID: (\d+)")
_TORN_PMID: Final = re.compile(r"\nPMID: [^\n]*(?<!\])\Z")
_GAP: Final = re.compile(r"\n[ \t]*\n[ \t]*\n")
_NUMBER: Final = re.compile(r"(?:^|\n)(DOI|PMID): *(\S+)")
_HEADED: Final = re.compile(
    r"(?:Author information|Collaborators|Conflict of interest statement|Plain Language Summary"
    r"|Trial registration):|\[?(?:Comment|Erratum|Update|Corrected and [Rr]epublished|Republished"
    r"|Retraction|Retracted|Expression of [Cc]oncern|Summary for patients|Reprint|Original report)"
    r"(?: and [Rr]epublished)?\s(?:in|on|of|from)\b|PMCID:|DOI:|PMID:"
)
_AUTHORS: Final = re.compile(
    r"[^\W\d_][\w'’.\- ]*? (?:[^\W\d_]{1,4}|Jr|Sr|\w+nd|\w+rd)(?:\([^)]{1,3}\))*(?:,|;|\.\s*$)"
)
_MARKS: Final = re.compile(r"\([\d#*a-z]{1,3}\)")
_LANGUAGE: Final = re.compile(r"^\[Article in ([A-Z][a-z]+)")
_CITATION: Final = re.compile(r"(?:\A|\n\n)\s*\d+\. .{5,400}(?:1[89]|20)\d\d")
_SNIFFED: Final = 262_144  # characters


@dataclass(frozen=True, slots=True)
class _PubMedAbstract:
    """The format; its paragraphs are named by their place."""

    name: str = "pubmed-abstract"
    description: str = "PubMed's abstracts as plain text"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether the text opens with a numbered citation and holds a PMID line."""
        head = "\n" + content.text[:_SNIFFED]
        return bool(_PMID.search(head) and (_CITATION.search(head) or _OPENING.search(head)))

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Cut the text at numbers that follow two blank lines; ``columns`` does not apply."""
        del columns
        text = "\n" + content.text
        entries = tuple(_entries(text))
        rejections = [entry for entry in entries if isinstance(entry, RawRejection)]
        return Reading(
            entries,
            n_expected=len(_OPENING.findall(text))
            + sum(e.reason == NO_OPENING for e in rejections),
            platform="PubMed",
            database="Medline",
            warnings=(*_end_warnings(text, entries), *map(_told, rejections)),
        )


def _told(rejection: RawRejection) -> str:
    return f"line {rejection.line}: {rejection.reason}"


def _end_warnings(text: str, entries: Sequence[RawEntry | RawRejection]) -> list[str]:
    """Say so if the text ends within the line of the last PMID."""
    is_torn = _TORN_PMID.search(text) and entries and isinstance(entries[-1], RawEntry)
    return [may_be_cut(entries[-1].line)] if is_torn else []


def _entries(text: str) -> Iterator[RawEntry | RawRejection]:
    starts = [found.start() for found in _OPENING.finditer(text)]
    line, counted_to = 0, 0
    headless = text[: starts[0] if starts else len(text)]
    if _PMID.search(headless):
        yield RawRejection(1, headless.strip("\n"), NO_OPENING)
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", counted_to, start + 1)
        counted_to = start + 1
        yield from _entry(text[start + 1 : stop].strip("\n"), line)


def _entry(raw: str, line: int) -> Iterator[RawEntry | RawRejection]:
    """Read one entry; text after its PMID that holds another PMID has lost its first line."""
    closing = _PMID.search(raw)
    if closing is None:
        yield RawRejection(line, raw, CUT_OFF)
        return
    gap = _GAP.search(raw, closing.end())
    own, rest = (raw[: gap.start()], raw[gap.end() :]) if gap else (raw, "")
    if _PMID.search(own, closing.end()):
        yield RawRejection(line, own, RUN_TOGETHER)
    else:
        yield RawEntry(line, own, tuple(_parts(own)))
    if _PMID.search("\n" + rest):
        yield RawRejection(line + raw.count("\n", 0, len(raw) - len(rest)), rest, NO_OPENING)


def _parts(raw: str) -> Iterator[tuple[Field, str]]:
    paragraphs = [paragraph.strip("\n") for paragraph in re.split(r"\n[ \t]*\n", raw)]
    yield "citation", paragraphs[0].split(".", 1)[1].strip()
    yield from _numbers(raw)
    rest = paragraphs[1:]
    if rest:
        yield "title", rest.pop(0)
    while rest and rest[0].startswith("["):
        language = _LANGUAGE.match(rest.pop(0))
        if language:
            yield "language", language.group(1)
    if rest and _AUTHORS.match(rest[0].replace("\n", " ")):
        yield "authors", _MARKS.sub("", rest.pop(0).replace("\n", " ")).rstrip(" .")
    abstract = [paragraph for paragraph in rest if not _HEADED.match(paragraph)]
    if abstract:
        yield "abstract", "\n".join(abstract)


def _numbers(raw: str) -> Iterator[tuple[Field, str]]:
    names: dict[str, Field] = {"DOI": "doi", "PMID": "pmid"}
    for kind, value in _NUMBER.findall(raw):
        yield names[kind], value


PUBMED_ABSTRACT: Final = _PubMedAbstract()
