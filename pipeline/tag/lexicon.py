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


@dataclass(slots=True)
class _Node:
    """A place in the tree of phrases: what ends here, and which words lead on."""

    ends: list[Entry] = field(default_factory=list)
    words: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, _Node] = field(default_factory=dict)
    resolved: dict[str, tuple[_Node, ...]] = field(default_factory=dict)

    def child(self, wanted: str) -> _Node:
        """Return the node for a word of a phrase; it is made at need."""
        if wanted.endswith("*"):
            return self.stems.setdefault(wanted[:-1], _Node())
        return self.words.setdefault(wanted, _Node())

    def resolve(self, word: str) -> tuple[_Node, ...]:
        """Return the nodes that a word of a text leads to, and remember them."""
        candidates = [self.words.get(word)]
        candidates += [self.stems.get(word[:n]) for n in range(1, len(word) + 1)]
        nodes = tuple(node for node in candidates if node is not None)
        if len(self.resolved) < _KEPT_WORDS:
            self.resolved[word] = nodes
        return nodes


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases, compiled.

    Examples
    --------
    >>> lexicon = Lexicon.of([Entry("training", "factor", "SR"), Entry("lack* of", "cue", "no")])
    >>> [match.entry.key for match in lexicon.find(find_tokens("A lack of training"))]
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

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Return what is found, in the order of the text."""
        resolved, resolve = self.root.resolved, self.root.resolve
        found: list[Match] = []
        for at, token in enumerate(tokens):
            nodes = resolved.get(token.word)
            if nodes is None:
                nodes = resolve(token.word)
            if nodes:
                _walk(nodes, tokens, at, at + 1, found)
        return _longest(found)


def _walk(
    nodes: tuple[_Node, ...], tokens: Sequence[Token], first: int, last: int, found: list[Match]
) -> None:
    """Collect what ends at ``nodes``, and follow the words from ``last`` on."""
    for node in nodes:
        for entry in node.ends:
            found.append(Match(first, last, tokens[first].start, tokens[last - 1].end, entry))
        if last < len(tokens) and (node.words or node.stems):
            word = tokens[last].word
            further = node.resolved.get(word)
            if further is None:
                further = node.resolve(word)
            if further:
                _walk(further, tokens, first, last + 1, found)


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
