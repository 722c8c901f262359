"""Google Scholar as BibTeX and CSV: no abstract, no DOI, no number of its own, long titles cut."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from pipeline.example.dialects.base import Dialect, plain_ascii

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from pipeline.example.publication import Publication

__all__ = ["SCHOLAR_BIBTEX", "SCHOLAR_CSV"]

_STRATEGY: Final = (
    '"mental health" digital|online|app implementation barriers facilitators, 2010-2022, '
    "sorted by relevance"
)
_ACCENTS: Final = {
    "\u0301": "'",
    "\u0300": "`",
    "\u0308": '"',
    "\u0302": "^",
    "\u0303": "~",
    "\u030c": "v ",
    "\u0327": "c ",
    "\u030a": "r ",
}
_LETTERS: Final = {
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ß": r"{\ss}",
    "ł": r"{\l}",
    "ı": r"{\i}",
    "æ": r"{\ae}",
}
_SHARE_CUT: Final = 0.07  # titles that end in an ellipsis
_SHARE_WITHOUT_YEAR: Final = 0.05
_TITLE_LENGTH: Final = 90  # characters that survive the cut
_AUTHORS_SHOWN: Final = 5


def _title(publication: Publication, rng: Random) -> str:
    title = publication.original_title or publication.title
    if len(title) > _TITLE_LENGTH and rng.random() < _SHARE_CUT:
        return title[: title.rindex(" ", 0, _TITLE_LENGTH)] + " …"
    return title


def _write_bibtex(publication: Publication, accession: str | None, rng: Random) -> str:
    del accession  # Scholar has none
    shown = publication.authors[:_AUTHORS_SHOWN]
    names = [f"{author.family}, {author.full_given}" for author in shown]
    if len(publication.authors) > _AUTHORS_SHOWN:
        names.append("others")
    fields = [
        ("title", _latex(_title(publication, rng))),
        ("author", _latex(" and ".join(names))),
        ("journal", _latex(publication.journal.name)),
        ("volume", str(publication.volume)),
        ("number", str(publication.issue) if publication.pages else ""),
        ("pages", "--".join(publication.pages or (publication.article_number or "",))),
        ("year", "" if rng.random() < _SHARE_WITHOUT_YEAR else str(publication.online_year)),
        ("publisher", _latex(publication.journal.publisher)),
    ]
    body = ",\n".join(f"  {name}={{{value}}}" for name, value in fields if value)
    return f"@article{{{_citation_key(publication)},\n{body}\n}}\n"


def _citation_key(publication: Publication) -> str:
    family = plain_ascii(publication.authors[0].family).lower()
    words = [word for word in plain_ascii(publication.title).lower().split() if len(word) > 3]  # noqa: PLR2004 - skips "the"
    letters = "".join(
        letter for letter in family + str(publication.online_year) if letter.isalnum()
    )
    return letters + "".join(letter for letter in (words or ["x"])[0] if letter.isalnum())


def _latex(text: str) -> str:
    text = text.replace("&", r"\&").replace("%", r"\%")
    return text if text.isascii() else "".join(_latex_letter(letter) for letter in text)


def _latex_letter(letter: str) -> str:
    if letter in _LETTERS:
        return _LETTERS[letter]
    decomposed = unicodedata.normalize("NFD", letter)
    if len(decomposed) == 2 and decomposed[1] in _ACCENTS:  # noqa: PLR2004 - letter and accent
        return rf"{{\{_ACCENTS[decomposed[1]]}{decomposed[0]}}}"
    return letter


def _damage_bibtex(entry: str) -> str:
    """Leave a brace open and lose the end of the entry."""
    return entry[: entry.index("  author=")].replace("},\n", ",\n") + "\n"


def _join_bibtex(entries: Sequence[str]) -> bytes:
    return "\n".join(entries).encode()


_COLUMNS: Final = "Authors,Title,Publication,Volume,Number,Pages,Year,Publisher"


def _write_csv(publication: Publication, accession: str | None, rng: Random) -> str:
    del accession
    authors = "".join(f"{author.family}, {author.full_given}; " for author in publication.authors)
    cells = (
        authors,
        _title(publication, rng),
        publication.journal.name,
        str(publication.volume),
        str(publication.issue) if publication.pages else "",
        "-".join(publication.pages or (publication.article_number or "",)),
        "" if rng.random() < _SHARE_WITHOUT_YEAR else str(publication.online_year),
        publication.journal.publisher,
    )
    return ",".join(_cell(cell) for cell in cells)


def _cell(text: str) -> str:
    if "," not in text and '"' not in text:
        return text
    return '"' + text.replace('"', '""') + '"'


def _damage_csv(entry: str) -> str:
    """Break off within the authors: a quoted cell is never closed."""
    return entry[: entry.index('; "')]


def _join_csv(entries: Sequence[str]) -> bytes:
    return ("\n".join((_COLUMNS, *entries)) + "\n").encode("utf-8-sig")


SCHOLAR_BIBTEX: Final = Dialect(
    name="scholar-bibtex",
    database="Google Scholar",
    platform="Google Scholar",
    file_name="scholar-1.bib",
    strategy=_STRATEGY,
    accession=lambda _, __: None,
    write_entry=_write_bibtex,
    damage_entry=_damage_bibtex,
    join_entries=_join_bibtex,
)
SCHOLAR_CSV: Final = Dialect(
    name="scholar-csv",
    database="Google Scholar",
    platform="Google Scholar",
    file_name="scholar-2.csv",
    strategy=_STRATEGY,
    accession=lambda _, __: None,
    write_entry=_write_csv,
    damage_entry=_damage_csv,
    join_entries=_join_csv,
)
