"""The parts of entries to the columns of a frame: what is a title, an abstract, a DOI.

Readers name the parts of an entry and keep them as written; here they are cleaned and chosen, once
for all formats. Every field has one function from the columns of all parts to its own, in file
order, so a rule about DOIs or dates has one place.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.ingest.citations import split_citation
from pipeline.ingest.columns import Column, Parts, columns_of, either, first_of, lists_of
from pipeline.ingest.dates import iso_date, year_in
from pipeline.ingest.identifiers import (
    doi_in,
    is_link,
    issns_in,
    link_in,
    pmid_in,
    pmid_in_note,
    says_doi,
)
from pipeline.ingest.kinds import declared_kind, kind_in, language_code
from pipeline.ingest.names import inverted_names, names_in, split_names
from pipeline.ingest.recognise import Origin, origin_of, standard_platform_name, traces_in
from pipeline.ingest.text import abstracts_proper, is_placeholder, plain_text, title_proper
from pipeline.ingest.titles import two_titles
from pipeline.schemas import ParsedEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.ingest.contract import Field, RawEntry

__all__ = ["entry_frame"]

_KEYWORD_MARKS: Final = (";", "|", "\n", ",")
_NO_PAGES: Final = frozenset({"no", "specified", "no pagination", "n/a", "na", "-", "undefined"})
_HYPHENS: Final = str.maketrans("‐‑–—", "----")
_MARK: Final = "\x1f"  # ASCII's unit separator parts the values of a list; text never holds it
_DTYPES: Final = {name: column.dtype for name, column in ParsedEntry.columns().items()}
_LISTS: Final = tuple(name for name, dtype in _DTYPES.items() if dtype == pl.List(pl.String))

_Texts = list[str | None]
"""One value an entry, where it has one."""


def entry_frame(entries: Iterable[tuple[int, RawEntry]]) -> pl.DataFrame:
    """Return the entries as rows; a list goes in as one string, which polars splits much faster.

    Parameters
    ----------
    entries
        Each with its position in the file, from 1.

    Examples
    --------
    >>> from pipeline.ingest.contract import RawEntry
    >>> entry = RawEntry(1, "", (("title", "A trial."), ("doi", "https://doi.org/10.1000/X")))
    >>> entry_frame([(1, entry)]).select("title", "doi", "abstract", "authors").row(0)
    ('A trial', '10.1000/x', None, [])
    """
    numbered = list(entries)
    rows = [entry for _, entry in numbered]
    parts = _with_citations(columns_of(rows))
    columns: dict[str, Sequence[object]] = {
        **{name: list(map(_MARK.join, lists)) for name, lists in _lists(parts).items()},
        **_singles(parts),
        "position": [position for position, _ in numbered],
        "line": [entry.line for entry in rows],
        "raw": [entry.raw for entry in rows],
    }
    frame = pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.String if name in _LISTS else _DTYPES[name])
            for name, values in columns.items()
        ]
    )
    return frame.with_columns(*map(_as_list, _LISTS))


def _as_list(name: str) -> pl.Expr:
    nothing = pl.lit([], dtype=pl.List(pl.String))
    parted = pl.col(name).str.split(_MARK)
    return pl.when(pl.col(name) == "").then(nothing).otherwise(parted).alias(name)


def _lists(parts: Parts) -> Mapping[str, list[list[str]]]:
    n_entries = parts.n_entries
    return {
        "authors": _authors(parts),
        "issn": lists_of(n_entries, parts["issn"].split(cache(issns_in))),
        "keywords": _keywords(parts),
        "publication_types": _publication_types(parts),
        "notes": _notes(parts),
    }


def _singles(parts: Parts) -> Mapping[str, Sequence[object]]:
    n_entries = parts.n_entries
    years = first_of(n_entries, parts["year"], parts["date"], clean=cache(year_in))
    kinds, pmids = _kinds(parts), _pmids(parts)
    languages = first_of(n_entries, parts["language"], clean=cache(language_code))
    titles, originals = _titles(parts, kinds, languages)
    origins = _origins(parts, pmids)
    platforms = first_of(n_entries, parts["platform"], clean=cache(standard_platform_name))
    return {
        "title": titles,
        "original_title": originals,
        "abstract": _abstracts(parts),
        "year": years,
        "date": _dates(parts, years),
        **_journals(parts),
        "pages": _pages(parts),
        "doi": _dois(parts),
        "pmid": pmids,
        "language": languages,
        "entry_type": kinds,
        "url": _links(parts),
        "platform": platforms,
        "database": [origin.database for origin in origins],
        "accession": [origin.accession for origin in origins],
    }


def _with_citations(parts: Parts) -> Parts:
    """Take from a citation string what has no field of its own."""
    citations = first_of(parts.n_entries, parts["citation"], clean=str)
    if not parts["citation"].values:
        return parts
    has = {name: set(column.owners) for name, column in parts.columns.items()}
    columns = {name: Column([*c.owners], [*c.values]) for name, c in parts.columns.items()}
    dated = has.get("year", set()) | has.get("date", set())
    is_whole = has.get("journal", set()) & has.get("volume", set()) & dated
    for owner, citation in enumerate(citations):
        if citation is None or owner in is_whole:
            continue
        for name, value in split_citation(citation).items():
            if owner not in has.get(name, ()):
                columns.setdefault(name, Column()).append(owner, value)
    return Parts(parts.n_entries, columns)


def _kinds(parts: Parts) -> _Texts:
    declared = first_of(parts.n_entries, parts["entry_type"], clean=cache(declared_kind))
    told = first_of(parts.n_entries, parts["publication_type"], clean=cache(kind_in))
    return either(declared, told)


def _titles(parts: Parts, kinds: _Texts, languages: _Texts) -> tuple[_Texts, _Texts]:
    """Return the titles, and those in the original language of a translation."""
    n_entries = parts.n_entries
    titles = first_of(n_entries, parts["title"].plain(), clean=title_proper)
    if None in titles:
        books = first_of(n_entries, parts["book_title"].plain(), clean=title_proper)
        books = [None if kinds[n] == "article" else book for n, book in enumerate(books)]
        titles = either(titles, books)
    originals = first_of(n_entries, parts["original_title"].plain(), clean=title_proper)
    for owner, title in enumerate(titles):
        if title and title.endswith("]"):
            titles[owner], original = two_titles(title, languages[owner])
            originals[owner] = originals[owner] or original
    return titles, originals


def _abstracts(parts: Parts) -> _Texts:
    column = parts["abstract"].plain().cleaned(abstracts_proper)
    return first_of(parts.n_entries, column, clean=str)


def _authors(parts: Parts) -> list[list[str]]:
    """Return all names; short forms only where they are more, corporate authors last."""
    names: list[list[str]] = [[] for _ in range(parts.n_entries)]
    single, listed = parts["author"].lines(), parts["authors"]
    for owner, found in zip(single.owners, map(cache(names_in), single.values), strict=True):
        names[owner] += found
    n_listed = Counter(listed.owners)
    is_better = {owner for owner, n in n_listed.items() if n > len(names[owner])}
    for owner in is_better:
        names[owner] = []
    for owner, cell in zip(listed.owners, listed.values, strict=True):
        if owner in is_better:
            names[owner] += inverted_names(split_names(cell))
    corporate = parts["corporate_author"].plain()
    for owner, name in zip(corporate.owners, corporate.values, strict=True):
        names[owner] += [name] if name else []
    return names


def _dates(parts: Parts, years: Sequence[int | None]) -> _Texts:
    """Return the most precise date that agrees with the year."""
    dates: list[str] = [""] * parts.n_entries
    for column in (parts["date"], parts["year"]):
        for owner, value in zip(column.owners, column.values, strict=True):
            year = years[owner]
            date = iso_date(value, year) if year else None
            if date and len(date) > len(dates[owner]) and date.startswith(str(year)):
                dates[owner] = date
    return [date or None for date in dates]


def _journals(parts: Parts) -> Mapping[str, _Texts]:
    name_of = cache(_journal_name)
    short = parts["journal_abbreviation"]
    long = (parts["journal"], parts["book_title"], short)
    return {
        "journal": first_of(parts.n_entries, *long, clean=name_of),
        "journal_abbreviation": first_of(parts.n_entries, short, clean=name_of),
        "volume": first_of(parts.n_entries, parts["volume"], clean=cache(_plain_name)),
        "issue": first_of(parts.n_entries, parts["issue"], clean=cache(_issue)),
    }


def _journal_name(value: str) -> str:
    return "" if is_link(value) else _plain_name(value)


def _plain_name(value: str) -> str:
    name = plain_text(value)
    return "" if is_placeholder(name) else name


def _issue(value: str) -> str:
    return _plain_name(value).split(") (", 1)[0].strip("() ")  # Ovid: "1) (no pagination"


def _pages(parts: Parts) -> _Texts:
    page_of = cache(_page)
    places: tuple[Field, ...] = ("first_page", "last_page", "pages", "article_number")
    first, last, *others = (
        first_of(parts.n_entries, parts[place], clean=page_of) for place in places
    )
    spans = [
        f"{begin}-{end}" if begin and end and begin != end and "-" not in begin else begin
        for begin, end in zip(first, last, strict=True)
    ]
    return either(spans, *others)


def _page(value: str) -> str:
    page = plain_text(value).strip(" .,;")
    page = page.removeprefix("pp.").removeprefix("p.").strip().translate(_HYPHENS)
    return "" if page.casefold() in _NO_PAGES else page


def _dois(parts: Parts) -> _Texts:
    telling = parts["publication_type"].where(cache(says_doi))
    return first_of(parts.n_entries, parts["doi"], telling, clean=doi_in)


def _pmids(parts: Parts) -> _Texts:
    own = first_of(parts.n_entries, parts["pmid"], clean=pmid_in)
    return either(own, first_of(parts.n_entries, parts["note"], clean=pmid_in_note))


def _keywords(parts: Parts) -> list[list[str]]:
    single, listed = parts["keyword"].lines().plain(), parts["keywords"].split(_split_cell).plain()
    bare = (Column(c.owners, [word.strip(" ;") for word in c.values]) for c in (single, listed))
    return lists_of(parts.n_entries, *bare)


def _split_cell(cell: str) -> list[str]:
    mark = next((mark for mark in _KEYWORD_MARKS if mark in cell), None)
    return cell.split(mark) if mark else [cell]


def _publication_types(parts: Parts) -> list[list[str]]:
    column = parts["publication_type"].lines()
    types = list(map(cache(_publication_type), column.values))
    return lists_of(parts.n_entries, Column(column.owners, types))


def _publication_type(value: str) -> str:
    name = _plain_name(value).rstrip(".")
    return "" if says_doi(name) else name


def _links(parts: Parts) -> _Texts:
    hidden = parts["journal_abbreviation"].where(lambda value: "://" in value)
    return first_of(parts.n_entries, parts["url"], hidden, clean=link_in)


def _notes(parts: Parts) -> list[list[str]]:
    """Return the notes but for cited references: those stay in the raw text, and outweigh all."""
    own = parts["note"].where(lambda value: not value.startswith("References:")).plain()
    tool_keys = parts["accession"].where(lambda value: value.startswith("rayyan-")).plain()
    return lists_of(parts.n_entries, own, tool_keys, is_distinct=False)


def _origins(parts: Parts, pmids: _Texts) -> list[Origin]:
    def texts(column: Column) -> list[list[str]]:
        return lists_of(parts.n_entries, column, is_distinct=False)

    databases = parts["database"].lines().split(lambda names: names.split(";"))
    told = (texts(parts["accession"].lines()), texts(parts["url"]), texts(databases), pmids)
    traces = traces_in((*parts["accession"].values, *parts["url"].values))
    return [origin_of(*entry, traces=traces) for entry in zip(*told, strict=True)]
