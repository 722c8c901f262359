"""Cuts a sentence into clauses, so that each can have a direction of its own.

A clause ends at a semicolon and at a contrast word; "despite X, Y" is two. This is no parser: it
is what is needed to keep the reservations of one half from the enthusiasm of the other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.tag.lexicon import Match, Passage

__all__ = ["JOINS", "Clause", "cut_clauses"]

JOINS: Final = frozenset(("and", "as", "nor", "or", "well"))  # they hold a list together
_OPENERS: Final = frozenset(
    ("although", "despite", "even", "in", "notwithstanding", "though", "whereas", "while", "whilst")
)
_LISTING: Final = 6  # words: how far "included" may stand from the heading it belongs to
_LIST: Final = 5  # words: how soon "and" has to follow the comma of a list


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with a direction of its own; places are words of the sentence."""

    passage: Passage
    first: int
    factors: Sequence[Match]
    cues: Mapping[str, Sequence[Match]]
    governors: Sequence[Match]  # the words that rule the clause, in order
    inherited: Match | None = None  # the heading of the clause before, after a semicolon

    @property
    def words(self) -> Sequence[str]:
        """The words of the whole sentence."""
        return self.passage.words

    def cues_of(self, *kinds: str) -> list[Match]:
        """Return the cues of some kinds, in order."""
        return sorted(cue for kind in kinds for cue in self.cues.get(kind, ()))

    def lists(self, governor: Match) -> bool:
        """Return whether a governor heads a list: "barriers were", "barriers:", "barriers (…)"."""
        after = range(governor.last, governor.last + _LISTING + 1)
        if any(cue.first in after for cue in self.cues.get("listing", ())):
            return not any(factor.first - governor.last in {0, 1} for factor in self.factors)
        mark = self.passage.gap(governor.last) if governor.last < len(self.words) else ""
        return ":" in mark or "(" in mark


def cut_clauses(passage: Passage, factors: Sequence[Match], cues: Sequence[Match]) -> list[Clause]:
    """Cut a sentence at semicolons and contrast words.

    Examples
    --------
    >>> from pipeline.tag.lexicon import Entry, Lexicon, Passage
    >>> text = "Despite doubts, staff stayed; patients left"
    >>> passage = Passage.of(text, 0, len(text))
    >>> despite = Lexicon.of([Entry("despite", "cue", "contrast")]).find(passage.words)
    >>> [passage.words[clause.first] for clause in cut_clauses(passage, [], despite)]
    ['despite', 'staff', 'patients']
    """
    starts = sorted({0, *passage.marks(";"), *_contrasts(passage, cues)})
    clauses: list[Clause] = []
    for first, last in pairwise([*starts, len(passage.words)]):
        by_kind: defaultdict[str, list[Match]] = defaultdict(list)
        for cue in cues:
            if first <= cue.first < last:
                by_kind[cue.entry.key].append(cue)
        mine = _strongest([factor for factor in factors if first <= factor.first < last])
        clause = Clause(passage, first, mine, by_kind, _governors(by_kind))
        if clauses and ";" in passage.gap(first) and not clause.governors:
            clause = replace(clause, inherited=_heading_of(clauses[-1]))
        clauses.append(clause)
    return clauses


def _governors(cues: Mapping[str, Sequence[Match]]) -> list[Match]:
    both = (cues.get("barrier.governors", ()), cues.get("facilitator.governors", ()))
    return sorted(match for matches in both for match in matches)


def _strongest(factors: list[Match]) -> list[Match]:
    """Keep weak phrases only where nothing stronger is named."""
    strong = [factor for factor in factors if factor.entry.group == "factor"]
    return strong or factors


def _heading_of(clause: Clause) -> Match | None:
    headings = [governor for governor in clause.governors if clause.lists(governor)]
    return headings[-1] if headings else clause.inherited


def _contrasts(passage: Passage, cues: Sequence[Match]) -> list[int]:
    """Return where contrasting clauses begin; "despite X, Y" begins two."""
    starts: list[int] = []
    for cue in cues:
        if cue.entry.key != "contrast":
            continue
        starts.append(cue.first)
        if passage.words[cue.first] in _OPENERS:
            starts.extend(_main_clause(passage, cue.last))
    return starts


def _main_clause(passage: Passage, at: int) -> list[int]:
    """Return where the main clause follows an opening "despite …", past the commas of a list."""
    commas = [comma for comma in passage.marks(",") if comma > at]
    for comma in commas:
        is_last = comma == commas[-1]
        if is_last or not JOINS.intersection(passage.words[comma : comma + _LIST]):
            return [comma]
    return []
