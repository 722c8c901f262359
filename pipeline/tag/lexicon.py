"""Finds many phrases in one pass over the words of a text.

A regular expression with a thousand alternatives costs a thousand attempts per place. Here each
distinct word is resolved once to the phrases that may start with it, and the answer is kept: the
cost of a text is one dictionary look-up per word, whatever the size of the codebook.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Entry", "Lexicon", "Match", "Token", "find_tokens"]

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_KEPT_WORDS: Final = 200_000  # distinct words remembered: bounds memory on endless input


class Token(NamedTuple):
    """One word: folded for comparing, with its place in the text as code points."""

    word: str
    start: int
    end: int


class Entry(NamedTuple):
    """A phrase to look for. Of phrases of one ``group`` that overlap, the longest is kept."""

    phrase: str
    group: str
    key: str
    lean: str = "unspecified"


class Match(NamedTuple):
    """A phrase that was found, from token ``first`` up to but excluding token ``last``."""

    first: int
    last: int
    start: int
    end: int
    entry: Entry


def find_tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words of a text, or of a stretch of it.

    Examples
    --------
    >>> [token.word for token in find_tokens("Staff didn't use e-mail; the NHS's did")]
    ['staff', 'not', 'use', 'e', 'mail', 'the', 'nhs', 'did']
    """
    stop = len(text) if end is None else end
    return [
        Token(_folded(found.group()), found.start(), found.end())
        for found in _TOKEN.finditer(text, start, stop)
    ]


def _folded(word: str) -> str:
    folded = word.casefold()
    if "'" not in folded and "’" not in folded:
        return folded
    folded = folded.replace("’", "'")
    if folded.endswith("n't"):
        return "not"
    return folded.removesuffix("'s")


@dataclass(frozen=True, slots=True)
class _Pattern:
    rest: tuple[str, ...]  # the words after the first
    entry: Entry

    def length_at(self, tokens: Sequence[Token], at: int) -> int:
        """Return how many words match from ``at``, or 0."""
        if at + len(self.rest) >= len(tokens):
            return 0
        for offset, wanted in enumerate(self.rest, start=at + 1):
            if not _fits(tokens[offset].word, wanted):
                return 0
        return len(self.rest) + 1


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases, compiled.

    Examples
    --------
    >>> lexicon = Lexicon.of([Entry("training", "factor", "SR"), Entry("lack* of", "cue", "no")])
    >>> [match.entry.key for match in lexicon.find(find_tokens("A lack of training"))]
    ['no', 'SR']
    """

    words: dict[str, list[_Pattern]]
    stems: dict[str, list[_Pattern]]
    known: dict[str, tuple[_Pattern, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Lexicon:
        """Compile phrases."""
        words: defaultdict[str, list[_Pattern]] = defaultdict(list)
        stems: defaultdict[str, list[_Pattern]] = defaultdict(list)
        for entry in entries:
            first, *rest = entry.phrase.split()
            pattern = _Pattern(tuple(rest), entry)
            if first.endswith("*"):
                stems[first[:-1]].append(pattern)
            else:
                words[first].append(pattern)
        return cls(dict(words), dict(stems))

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Return what is found, in the order of the text."""
        found = [
            Match(at, at + length, token.start, tokens[at + length - 1].end, pattern.entry)
            for at, token in enumerate(tokens)
            for pattern in self._patterns(token.word)
            if (length := pattern.length_at(tokens, at))
        ]
        return _longest(found)

    def _patterns(self, word: str) -> tuple[_Pattern, ...]:
        patterns = self.known.get(word)
        if patterns is None:
            stems = (self.stems.get(word[:n], ()) for n in range(1, len(word) + 1))
            patterns = (*self.words.get(word, ()), *(p for stem in stems for p in stem))
            if len(self.known) < _KEPT_WORDS:
                self.known[word] = patterns
        return patterns


def _longest(found: list[Match]) -> list[Match]:
    """Of the matches of one group that overlap, keep the longest, then the earliest."""
    if len(found) < 2:  # noqa: PLR2004 (nothing to compare)
        return found
    taken: dict[tuple[str, int], Match] = {}
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.first - m.last, m.first)):
        group = match.entry.group
        rivals = {taken.get((group, at)) for at in range(match.first, match.last)} - {None}
        if any((rival.first, rival.last) != (match.first, match.last) for rival in rivals if rival):
            continue
        for at in range(match.first, match.last):
            taken.setdefault((group, at), match)
        kept.append(match)
    return sorted(kept, key=lambda m: (m.first, m.last))
