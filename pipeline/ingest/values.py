"""The parts of an entry to the columns of one row: what is a title, an abstract, a DOI.

Readers name the parts of an entry and keep them as written; here they are cleaned and chosen, once
for all formats. Every field has one function from its parts to its value, in file order, so a
rule about DOIs or dates has one place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import polars as pl

from pipeline.ingest.citations import split_citation
from pipeline.ingest.contract import Field, RawEntry
from pipeline.ingest.dates import iso_date, year_in
from pipeline.ingest.kinds import entry_kind, language_code
from pipeline.ingest.names import inverted_name, is_list_of_short_names, split_names
from pipeline.ingest.recognise import origin_of, standard_platform_name
from pipeline.ingest.text import is_placeholder, plain_abstract, plain_text, plain_title
from pipeline.schemas import ParsedEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["doi_in", "entry_frame"]

_Parts = defaultdict[Field, list[str]]
"""The values of an entry by field, in file order; a missing field has none."""

_REMEMBERED: Final = 65_536  # values: journals, subject headings and names recur by the thousand
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+", re.IGNORECASE)
_OTHER_ID: Final = re.compile(r"\[(?!doi\])[a-z ]{2,12}\]\s*$", re.IGNORECASE)  # "… [pii]"
_SAYS_DOI: Final = re.compile(
    r"^\s*(?:doi\s*:|https?://(?:dx\.)?doi\.org/|10\.\d{4,9}/)", re.IGNORECASE
)
_PMID: Final = re.compile(r"(?<![\w.-])(\d{1,9})(?![\w.-])(?!\s*\[PMCID\])")
_PMID_IN_NOTE: Final = re.compile(r"\bPMID:?\s*(\d{4,9})\b")
_ISSN: Final = re.compile(r"(?<![\dXx-])(\d{4})-?(\d{3}[\dXx])(?![\dXx-])")
_ISBN: Final = re.compile(r"(?<![\d-])(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\d-])")
_URL: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_KEYWORD_MARKS: Final = (";", "|", "\n", ",")
_NO_PAGES: Final = frozenset({"no", "specified", "no pagination", "n/a", "na", "-", "undefined"})
_HYPHENS: Final = str.maketrans("‐‑–—", "----")
_BRACKETED: Final = re.compile(r"^\[(.*)\]$", re.DOTALL)
_TWO_TITLES: Final = re.compile(r"^(.{12,}?)\s*\[([^\[\]]{12,})\]$", re.DOTALL)
_ORIGINAL_LAST: Final = re.compile(
    r"^(.{12,}); \[(?!see |comment|erratum)([^\[\]]{4,})\]$", re.IGNORECASE
)


def entry_frame(entries: Iterable[tuple[int, RawEntry]]) -> pl.DataFrame:
    """Return the entries as rows; a list goes in as one string, which polars splits much faster.

    Parameters
    ----------
    entries
        Each with its position in the file, from 1.

    Examples
    --------
    >>> entry = RawEntry(1, "", (("title", "A trial."), ("doi", "https://doi.org/10.1000/X")))
    >>> entry_frame([(1, entry)]).select("title", "doi", "abstract", "authors").row(0)
    ('A trial', '10.1000/x', None, [])
    """
    names = (*_COLUMNS, "platform", "database", "accession", "position", "line", "raw")
    rows = [(*_cells(entry.parts), position, entry.line, entry.raw) for position, entry in entries]
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    frame = pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.String if name in _LISTS else _DTYPES[name])
            for name, values in zip(names, columns, strict=True)
        ]
    )
    return frame.with_columns(*map(_as_list, _LISTS))


def _as_list(name: str) -> pl.Expr:
    nothing = pl.lit([], dtype=pl.List(pl.String))
    parted = pl.col(name).str.split(_MARK)
    return pl.when(pl.col(name) == "").then(nothing).otherwise(parted).alias(name)


def _cells(pairs: Iterable[tuple[Field, str]]) -> tuple[Any, ...]:
    parts: _Parts = defaultdict(list)
    for field, value in pairs:
        if value:
            parts[field].append(value)
    if parts["citation"]:
        _fill_from_citation(parts)
    cells = [make(parts) for make in _COLUMNS.values()]
    platform = next(filter(None, map(standard_platform_name, parts["platform"])), None)
    origin = origin_of(_lines(parts["accession"]), parts["url"], _databases(parts), _pmid(parts))
    return (*cells, platform, origin.database, origin.accession)


def _fill_from_citation(parts: _Parts) -> None:
    """Take from a citation string what has no field of its own."""
    if parts["journal"] and parts["volume"] and (parts["year"] or parts["date"]):
        return
    for field, value in split_citation(parts["citation"][0]).items():
        if not parts[field]:
            parts[field] = [value]


def doi_in(value: str) -> str | None:
    """Return the DOI in the value of a field that may hold one: bare, as URL, with a prefix.

    Examples
    --------
    >>> doi_in("http://dx.doi.org/10.1002/CPP.2398"), doi_in("10.1016/j.x.2019.03.004 [doi]")
    ('10.1002/cpp.2398', '10.1016/j.x.2019.03.004')
    >>> doi_in("S1769-7212(19)30059-X [pii]") is None
    True
    """
    if "10." not in value or _OTHER_ID.search(value):
        return None
    if "%2f" in value.lower():
        value = unquote(value)
    found = _DOI.search(plain_text(value) if "&" in value else value)
    if not found:
        return None
    doi = found.group().rstrip(".,;'}]").lower()
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    return doi


def _first(values: Iterable[str], clean: Callable[[str], str] = plain_text) -> str | None:
    for value in values:
        cleaned = clean(value)
        if cleaned:
            return cleaned
    return None


def _lines(values: list[str]) -> list[str]:
    """Return every line as a value of its own: some tools write a tag once for a whole list."""
    for value in values:
        if "\n" in value:
            lines = "\n".join(values).split("\n")
            return [stripped for line in lines if (stripped := line.strip())]
    return values


def _databases(parts: _Parts) -> list[str]:
    return [name for line in _lines(parts["database"]) for name in line.split(";")]


def _kind(parts: _Parts) -> str | None:
    return entry_kind(next(iter(parts["entry_type"]), ""), parts["publication_type"])


def _title(parts: _Parts) -> str | None:
    title = _first(parts["title"], plain_title)
    if title is None and _kind(parts) != "article":
        title = _first(parts["book_title"], plain_title)
    return _two_titles(title, parts)[0] if title else None


def _original_title(parts: _Parts) -> str | None:
    named = _first(parts["original_title"], plain_title)
    title = None if named else _first(parts["title"], plain_title)
    return _two_titles(title, parts)[1] if title else named


def _two_titles(title: str, parts: _Parts) -> tuple[str, str | None]:
    """Part "[Translated]", "Original [Translated]" and Scopus's "Translated; [Original]"."""
    if not title.endswith("]"):
        return title, None
    bracketed = _BRACKETED.match(title)
    if bracketed and "[" not in bracketed.group(1):
        return bracketed.group(1).strip(" ."), None
    if last := _ORIGINAL_LAST.match(title):
        return last.group(1).strip(), last.group(2).strip(" .")
    both = _TWO_TITLES.match(title)
    if both and _is_original(both.group(1)):
        return both.group(2).strip(), both.group(1).strip(" .")
    if both and _is_original(both.group(2)) and _first(parts["language"], language_code) != "en":
        return both.group(1).strip(), both.group(2).strip(" .")
    return title, None


def _is_original(text: str) -> bool:
    """Say whether a title before a bracketed one is in another language: it has other letters."""
    return any(character > "\xbf" and character.isalpha() for character in text)


def _abstract(parts: _Parts) -> str | None:
    return _first(parts["abstract"], plain_abstract)


def _authors(parts: _Parts) -> list[str]:
    """Return all names; short forms only where they are more, corporate authors last."""
    names = [name for value in _lines(parts["author"]) for name in _names_in(value)]
    if len(parts["authors"]) > len(names):
        names = [name for value in parts["authors"] for name in split_names(value)]
    persons = (name for name in map(_author, names) if name)
    corporate = (plain_text(name) for name in parts["corporate_author"])
    return [*persons, *filter(None, corporate)]


@lru_cache(maxsize=_REMEMBERED)
def _names_in(value: str) -> list[str]:
    """Return the names in a field for one author, where some tools put them all."""
    is_list = ";" in value or value.count(",") > 1 or is_list_of_short_names(value)
    return split_names(value) if is_list else [value]


@lru_cache(maxsize=_REMEMBERED)
def _author(name: str) -> str:
    return inverted_name(plain_text(name)) if name.strip(" ;,.") else ""


def _year(parts: _Parts) -> int | None:
    for value in (*parts["year"], *parts["date"]):
        year = year_in(value)
        if year:
            return year
    return None


def _date(parts: _Parts) -> str | None:
    """Return the most precise date that agrees with the year."""
    year = _year(parts)
    if year is None:
        return None
    best = None
    for value in (*parts["date"], *parts["year"]):
        date = iso_date(value, year)
        if date and date.startswith(str(year)) and (best is None or len(date) > len(best)):
            best = date
    return best


def _journal(parts: _Parts) -> str | None:
    names = (*parts["journal"], *parts["book_title"], *parts["journal_abbreviation"])
    return _first((name for name in names if not _URL.match(name)), _plain_name)


def _journal_abbreviation(parts: _Parts) -> str | None:
    names = (name for name in parts["journal_abbreviation"] if not _URL.match(name))
    return _first(names, _plain_name)


@lru_cache(maxsize=_REMEMBERED)
def _plain_name(value: str) -> str:
    name = plain_text(value)
    return "" if is_placeholder(name) else name


def _issue(value: str) -> str:
    return _plain_name(value).split(") (", 1)[0].strip("() ")  # Ovid: "1) (no pagination"


def _pages(parts: _Parts) -> str | None:
    first = _page(parts["first_page"])
    last = _page(parts["last_page"])
    if first and last and first != last and "-" not in first:
        return f"{first}-{last}"
    return first or _page(parts["pages"]) or _page(parts["article_number"])


def _page(values: Iterable[str]) -> str | None:
    for value in values:
        page = plain_text(value).strip(" .,;")
        page = page.removeprefix("pp.").removeprefix("p.").strip().translate(_HYPHENS)
        if page and page.casefold() not in _NO_PAGES:
            return page
    return None


def _doi(parts: _Parts) -> str | None:
    says_so = (value for value in parts["publication_type"] if _SAYS_DOI.match(value))
    values = (*parts["doi"], *says_so)
    return next((doi for value in values if (doi := doi_in(value))), None)


def _pmid(parts: _Parts) -> str | None:
    for value in parts["pmid"]:
        found = _PMID.search(value)
        if found:
            return found.group(1)
    notes = (_PMID_IN_NOTE.search(note) for note in parts["note"] if "PMID" in note)
    return next((found.group(1) for found in notes if found), None)


def _issn(parts: _Parts) -> list[str]:
    return list(dict.fromkeys(issn for value in parts["issn"] for issn in _issns_in(value)))


@lru_cache(maxsize=_REMEMBERED)
def _issns_in(value: str) -> list[str]:
    isbns = [re.sub(r"[^\dX]", "", isbn.upper()) for isbn in _ISBN.findall(value)]
    issns = _ISSN.findall(_ISBN.sub(" ", value))
    return isbns + [f"{left}-{right.upper()}" for left, right in issns]


def _keywords(parts: _Parts) -> list[str]:
    single = _lines(parts["keyword"])
    listed = (word for cell in parts["keywords"] for word in _split_cell(cell))
    cleaned = dict.fromkeys(map(_keyword, (*single, *listed)))
    cleaned.pop("", None)
    return list(cleaned)


@lru_cache(maxsize=_REMEMBERED)
def _keyword(word: str) -> str:
    return plain_text(word).strip(" ;")


def _split_cell(cell: str) -> list[str]:
    mark = next((mark for mark in _KEYWORD_MARKS if mark in cell), None)
    return cell.split(mark) if mark else [cell]


def _publication_types(parts: _Parts) -> list[str]:
    values = (_plain_name(value).rstrip(".") for value in _lines(parts["publication_type"]))
    return list(dict.fromkeys(value for value in values if value and not _SAYS_DOI.match(value)))


def _url(parts: _Parts) -> str | None:
    values = (*parts["url"], *(name for name in parts["journal_abbreviation"] if "://" in name))
    links = (_URL.search(value) for value in values)
    return next((link.group().rstrip(".,;") for link in links if link), None)


def _notes(parts: _Parts) -> list[str]:
    """Return the notes but for cited references: those stay in the raw text, and outweigh all."""
    tool_keys = (value for value in parts["accession"] if value.startswith("rayyan-"))
    own = (value for value in parts["note"] if not value.startswith("References:"))
    return [note for value in (*own, *tool_keys) if (note := plain_text(value))]


_MARK: Final = "\x1f"  # ASCII's unit separator parts the values of a list; text never holds it
_COLUMNS: Final[Mapping[str, Callable[[_Parts], str | int | None]]] = {
    "title": _title,
    "original_title": _original_title,
    "abstract": _abstract,
    "authors": lambda parts: _MARK.join(_authors(parts)),
    "year": _year,
    "date": _date,
    "journal": _journal,
    "journal_abbreviation": _journal_abbreviation,
    "volume": lambda parts: _first(parts["volume"], _plain_name),
    "issue": lambda parts: _first(parts["issue"], _issue),
    "pages": _pages,
    "doi": _doi,
    "pmid": _pmid,
    "issn": lambda parts: _MARK.join(_issn(parts)),
    "keywords": lambda parts: _MARK.join(_keywords(parts)),
    "language": lambda parts: _first(parts["language"], language_code),
    "entry_type": _kind,
    "publication_types": lambda parts: _MARK.join(_publication_types(parts)),
    "url": _url,
    "notes": lambda parts: _MARK.join(_notes(parts)),
}
_DTYPES: Final = ParsedEntry.create_empty().schema
_LISTS: Final = tuple(name for name, dtype in _DTYPES.items() if dtype == pl.List(pl.String))
