"""Finds many phrases in one pass over the words of a text.

A regular expression with a thousand alternatives costs a thousand attempts per place. Here each
distinct word is resolved once to the phrases that may start with it, and the answer is kept: the
cost of a text is one dictionary look-up per word, whatever the size of the codebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Entry", "Lexicon", "Match", "Passage", "find_words"]

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_KEPT_WORDS: Final = 200_000  # distinct words remembered: bounds memory on endless input


class Entry(NamedTuple):
    """A phrase to look for. Of phrases of one ``group`` that overlap, the longest is kept."""

    phrase: str
    group: str
    key: str
    lean: str = "unspecified"


class Match(NamedTuple):
    """A phrase that was found, from word ``first`` up to but excluding word ``last``."""

    first: int
    last: int
    entry: Entry


def find_words(text: str, start: int = 0, end: int | None = None) -> list[str]:
    """Return the words of a text, or of a stretch of it, folded for comparing.

    Examples
    --------
    >>> find_words("Staff didn't use e-mail; the NHS's did")
    ['staff', 'not', 'use', 'e', 'mail', 'the', 'nhs', 'did']
    """
    words: list[str] = _WORD.findall(text, start, len(text) if end is None else end)
    return [_folded(word) for word in words]


@lru_cache(maxsize=_KEPT_WORDS)
def _folded(word: str) -> str:
    folded = word.casefold().replace("’", "'")
    return "not" if folded.endswith("n't") else folded.removesuffix("'s")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text with its words, and the place of each as code points of the text.

    Examples
    --------
    >>> passage = Passage.of("Yes. No, e-mail", 5, 15)
    >>> passage.words, passage.gap(1), passage.marks(",")
    (['no', 'e', 'mail'], ', ', [1])
    """

    text: str
    words: Sequence[str]
    spans: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Passage:
        """Return the passage ``text[start:end]``."""
        spans = [found.span() for found in _WORD.finditer(text, start, end)]
        return cls(text, find_words(text, start, end), spans)

    def gap(self, at: int) -> str:
        """Return the text between word ``at`` and the one before it."""
        return self.text[self.spans[at - 1][1] : self.spans[at][0]] if at else ""

    def marks(self, mark: str) -> list[int]:
        """Return the words that have ``mark`` between them and the word before."""
        return [at for at in range(1, len(self.words)) if mark in self.gap(at)]

    def span(self, match: Match) -> tuple[int, int]:
        """Return the place of a match in the text."""
        return self.spans[match.first][0], self.spans[match.last - 1][1]

    def quote(self, match: Match) -> str:
        """Return a match as the text has it."""
        start, end = self.span(match)
        return " ".join(self.text[start:end].split())


@dataclass(slots=True)
class _Node:
    """A place in the tree of phrases: what ends here, and which words lead on."""

    ends: list[Entry] = field(default_factory=list)
    words: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, _Node] = field(default_factory=dict)
    ways: _Ways = field(init=False)

    def __post_init__(self) -> None:
        self.ways = _Ways(self)

    def child(self, wanted: str) -> _Node:
        """Return the node for a word of a phrase; it is made at need."""
        if wanted.endswith("*"):
            return self.stems.setdefault(wanted[:-1], _Node())
        return self.words.setdefault(wanted, _Node())


class _Ways(dict[str, tuple[_Node, ...]]):
    """Where each word of a text leads from a node: worked out once for each distinct word."""

    def __init__(self, node: _Node) -> None:
        super().__init__()
        self._node = node

    def __missing__(self, word: str) -> tuple[_Node, ...]:
        node = self._node
        candidates = [node.words.get(word)]
        if node.stems:
            candidates += [node.stems.get(word[:n]) for n in range(1, len(word) + 1)]
        ways = tuple(candidate for candidate in candidates if candidate is not None)
        if len(self) < _KEPT_WORDS:
            self[word] = ways
        return ways


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases, compiled.

    Examples
    --------
    >>> lexicon = Lexicon.of([Entry("training", "factor", "SR"), Entry("lack* of", "cue", "no")])
    >>> [match.entry.key for match in lexicon.find(find_words("A lack of training"))]
    ['no', 'SR']
    """

    root: _Node

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Lexicon:
        """Compile phrases."""
        root = _Node()
        for entry in entries:
            node = root
            for word in entry.phrase.split():
                node = node.child(word)
            node.ends.append(entry)
        return cls(root)

    def find(self, words: Sequence[str]) -> list[Match]:
        """Return what is found, in the order of the text."""
        found: list[Match] = []
        for at, ways in enumerate(map(self.root.ways.__getitem__, words)):
            if ways:
                _walk(ways, words, at, at + 1, found)
        return _longest(found)


def _walk(
    ways: tuple[_Node, ...], words: Sequence[str], first: int, last: int, found: list[Match]
) -> None:
    """Collect what ends at the nodes that ``ways`` lead to, and follow the words from ``last``."""
    for node in ways:
        for entry in node.ends:
            found.append(Match(first, last, entry))  # noqa: PERF401 (mostly one or none)
        if last < len(words) and (node.words or node.stems):
            further = node.ways[words[last]]
            if further:
                _walk(further, words, first, last + 1, found)


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
