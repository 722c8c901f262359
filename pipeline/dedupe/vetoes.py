"""Named reasons why two records may not be merged without a person.

A veto never says that two records are different: it caps the verdict at "unsure", so that a
person sees the pair. Each one names a relation that is not a duplicate in the sense of PRISMA (an
erratum, a reply, an abstract beside its paper), or evidence that contradicts itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VETOES", "Veto", "veto_names"]


@dataclass(frozen=True, slots=True)
class Veto:
    """A named condition on a compared pair that keeps it from being merged automatically."""

    name: str
    applies: pl.Expr
    why: str


_AGREES: Final = 1
_CONFLICTS: Final = -1
_SAME_TITLE: Final = 0.98  # similarity from which two titles are the same words
_LIKE_TITLE: Final = 0.95  # … and from which they may be one title written twice
_NEAR_TITLE: Final = 0.8  # … and from which they may be, with slips, where the issue agrees
_SAME_AUTHOR: Final = 0.75  # similarity below which two family names are two people
_AN_AUTHOR: Final = 0.6  # containment from which two lists of authors share a name or more
_SAME_JOURNAL: Final = 0.75  # similarity below which two names are two journals
_SAME_ABSTRACT: Final = 0.9  # similarity from which two abstracts are one text
_SHORT_TITLE: Final = 25  # letters; below it a title is shared by chance
_WHOLE: Final = 0.98  # containment from which a title lies whole in the other, as without subtitle

_first_author_differs: Final = pl.col("first_author_similarity") < _SAME_AUTHOR
_journal_differs: Final = pl.col("journal_similarity") < _SAME_JOURNAL
_pages_differ: Final = pl.col("pages") == _CONFLICTS
_pages_do_not_agree: Final = pl.col("pages") < _AGREES
_volume_differs: Final = pl.col("volume") == _CONFLICTS
_doi_does_not_agree: Final = pl.col("doi") < _AGREES
_abstract_does_not_agree: Final = pl.col("abstract_similarity").fill_null(0.0) < _SAME_ABSTRACT
_nothing_settles: Final = _pages_do_not_agree & _doi_does_not_agree & _abstract_does_not_agree
_issue_agrees: Final = (pl.col("volume") == _AGREES) & (pl.col("issue") == _AGREES)
_says_little: Final = pl.col("is_generic") | (pl.col("title_length") < _SHORT_TITLE)
_lies_whole: Final = pl.col("title_containment") >= _WHOLE
_shares_an_author: Final = pl.col("authors_containment") >= _AN_AUTHOR
_is_nearly_title: Final = pl.col("title_similarity") >= _NEAR_TITLE
_first_author_unknown: Final = pl.col("first_author_similarity").is_null()

VETOES: Final[Registry[Veto]] = Registry(
    "veto",
    [
        Veto(
            "doi-conflict",
            pl.col("doi") == _CONFLICTS,
            "the two records carry different DOIs",
        ),
        Veto(
            "kind-differs",
            pl.col("kinds") == _CONFLICTS,
            "one title announces an erratum, reply, comment, protocol or part, the other does not",
        ),
        Veto(
            "preprint-and-article",
            pl.col("is_preprint") == _CONFLICTS,
            "one record is a preprint, the other is not",
        ),
        Veto(
            "cochrane-version",
            pl.col("is_cochrane") & (pl.col("year_difference") > 0),
            "versions of a Cochrane review from different years",
        ),
        Veto(
            "no-title",
            pl.col("title_similarity").is_null() & (pl.col("doi") < _AGREES),
            "a title is missing or damaged, and the DOIs do not settle it",
        ),
        Veto(
            "other-journal",
            _journal_differs & _pages_do_not_agree & (pl.col("volume") < _AGREES),
            "the same text in two journals: an abstract beside its paper, or a reprint",
        ),
        Veto(
            "other-pages",
            _pages_differ
            & (
                (pl.col("title_similarity") < _SAME_TITLE)
                | _first_author_differs
                | _journal_differs
            ),
            "the pages differ, and so do titles, first authors or journals",
        ),
        Veto(
            "other-issue",
            (pl.col("issue") == _CONFLICTS)
            & (_pages_do_not_agree | _says_little)
            & _doi_does_not_agree,
            "the issues differ, and neither pages nor DOI agree, or the title says little",
        ),
        Veto(
            "same-page-only",
            (pl.col("pages") == _AGREES)
            & (_first_author_differs | (_first_author_unknown & _doi_does_not_agree))
            & (pl.col("title_similarity") < _LIKE_TITLE),
            "several texts may begin on one page: titles and first authors differ",
        ),
        Veto(
            "title-says-little",
            _says_little & _nothing_settles & ~_issue_agrees,
            "a title that many texts bear, and no page, DOI, abstract or issue that agrees",
        ),
        Veto(
            "titles-differ",
            (pl.col("title_similarity") < _LIKE_TITLE)
            & ~(
                (_lies_whole & (pl.col("authors_similarity") >= _SAME_AUTHOR))
                | ((_lies_whole | _is_nearly_title) & _issue_agrees & _shares_an_author)
            )
            & _nothing_settles,
            "the titles differ, and no page, DOI or abstract says that they are one text",
        ),
        Veto(
            "other-part",
            pl.col("are_parts") & (pl.col("numbers") == _CONFLICTS) & _pages_do_not_agree,
            "two parts of one work: the titles announce parts with different numbers",
        ),
        Veto(
            "numbers-differ",
            pl.col("has_numbers")
            & (pl.col("numbers") == _CONFLICTS)
            & _pages_do_not_agree
            & _doi_does_not_agree
            & ~_issue_agrees,
            "the titles bear different numbers, and neither pages, DOI nor issue agree",
        ),
        Veto(
            "other-first-author",
            _first_author_differs
            & (pl.col("authors_similarity") < _SAME_AUTHOR)
            & _pages_do_not_agree
            & _doi_does_not_agree
            & ~_issue_agrees,
            "the authors differ from the first on, and neither pages, DOI nor issue agree",
        ),
        Veto(
            "no-place",
            pl.col("journal_similarity").is_null()
            & (_volume_differs | _pages_differ | (pl.col("year_difference") > 1))
            & _doi_does_not_agree,
            "no journal is named on a side, and years, volumes or pages differ",
        ),
        Veto(
            "doi-of-another-place",
            (pl.col("doi") == _AGREES)
            & _pages_do_not_agree
            & (_journal_differs | (_volume_differs & _pages_differ)),
            "one DOI, but another journal, or another volume and other pages",
        ),
    ],
)
"""Every veto, in the order in which they are reported."""


def veto_names(compared: pl.DataFrame, *, vetoes: Sequence[str] | None = None) -> pl.Series:
    """Return for each compared pair the names of the vetoes that apply to it.

    >>> pairs = pl.DataFrame({"doi": [-1, 0], "kinds": [1, 1]})
    >>> veto_names(pairs, vetoes=["doi-conflict", "kind-differs"]).to_list()
    [['doi-conflict'], []]
    """
    chosen = [VETOES[name] for name in (VETOES if vetoes is None else vetoes)]
    said = [pl.when(veto.applies.fill_null(value=False)).then(pl.lit(veto.name)) for veto in chosen]
    return compared.select(vetoes=pl.concat_list(said).list.drop_nulls()).to_series()
