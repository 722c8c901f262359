"""What the outputs of coding are made from: frames, and what has to be said about them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    import dataframely as dy

    from pipeline.schemas.coding import CodeLine, Extract, StudyCharacteristics

__all__ = ["UNSAID_LEVEL", "CodingEvidence", "cite_study"]

UNSAID_LEVEL: Final = "Level not given"


@dataclass(frozen=True, kw_only=True)
class CodingEvidence:
    """Everything that a map, a table or a text about the coded studies says.

    Parameters
    ----------
    title
        Of the review.
    extracts
        The confirmed tags, or else the suggestions in the same shape: never both.
    is_confirmed
        Which of the two they are.
    codes, levels
        The codebook in force: its codes in order, and the names of its levels by id.
    studies
        The included studies.
    codebook, citation
        The codebook with its version, and the framework's source.
    is_draft
        Whether nobody has checked the codebook against its source yet.
    coders
        Who coded, by pseudonym.
    n_blind
        How many people coded each text without seeing one another's work.
    n_texts
        How many abstracts, and how many full texts, were read to the end.
    """

    title: str
    extracts: dy.DataFrame[Extract]
    is_confirmed: bool
    codes: dy.DataFrame[CodeLine]
    levels: Mapping[str, str]
    studies: dy.DataFrame[StudyCharacteristics]
    codebook: str
    citation: str
    is_draft: bool
    coders: tuple[str, ...]
    n_blind: int
    n_texts: Mapping[str, int]

    @cached_property
    def labels(self) -> dict[str, str]:
        """The name of every code."""
        return dict(self.codes.select("code", "label").iter_rows())

    @cached_property
    def domains(self) -> dict[str, str]:
        """The names of the domains, in order."""
        at_top = self.codes.filter(pl.col("code") == pl.col("domain"))
        return dict(at_top.select("code", "label").iter_rows())

    @cached_property
    def citations(self) -> dict[str, str]:
        """How each study is cited in a text."""
        columns = ("study_id", "authors", "year")
        rows = self.studies.select(columns).iter_rows()
        return {study_id: cite_study(authors, year, study_id) for study_id, authors, year in rows}

    @property
    def caveat(self) -> str:
        """What a reader has to know before counting."""
        what = (
            "Tags confirmed by people."
            if self.is_confirmed
            else "Suggestions from the codebook's cues, not confirmed by a person."
        )
        abstracts_only = not self.n_texts.get("full-text", 0)
        scope = (
            " Abstracts only: a map of what abstracts mention, for triage and sampling."
            if abstracts_only
            else ""
        )
        draft = " The codebook is a draft." if self.is_draft else ""
        return f"{what}{scope}{draft} Counts are of studies and say nothing about importance."


def cite_study(authors: str | None, year: int | None, study_id: str) -> str:
    """Return how a study is cited in a text.

    >>> cite_study("Ek, Anna; Ruiz, Bo; Okafor, Chi", 2020, "s1")
    'Ek et al., 2020'
    >>> cite_study("Ek, Anna; Ruiz, Bo", None, "s1"), cite_study(None, 2020, "s1")
    ('Ek and Ruiz, n.d.', 's1, 2020')
    """
    families = [name.split(",")[0].strip() for name in (authors or "").split(";") if name.strip()]
    if not families:
        who = study_id
    elif len(families) > 2:  # noqa: PLR2004 - three are "et al."
        who = f"{families[0]} et al."
    else:
        who = " and ".join(families)
    return f"{who}, {year or 'n.d.'}"
