"""Write varied, repeatable prose from a small grammar.

A grammar is a set of symbols, each with the sentences or phrases that may stand for it. Sentences
have slots that name other symbols, so that a few hundred lines give many thousands of different
abstracts which still read as English: the words around a slot were chosen with it in mind. This is
a context-free grammar with memory: a slot marked ``@`` keeps its first wording (a study has one
country), and an unmarked slot does not repeat itself before its wordings are used up.

Slots are ``{symbol}``, ``{@symbol}`` (kept), ``{^symbol}`` (capital first letter; ``{^@symbol}``)
and ``{#12-40}`` (a whole number from that range). A lone hyphen stands for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

__all__ = ["Grammar", "Writer", "read_grammar"]

_NOTHING: Final = "-"
_SLOT: Final = re.compile(r"\{(\^?)(@?)([a-z][a-z0-9_.-]*)\}|\{#(\d+)-(\d+)\}")
# "a" before a vowel sound: not before "one", "European", "user", "unique" and their kin
_ARTICLE: Final = re.compile(r"\b([Aa]) (?=[aeioAEIO](?!ne\b|ne-|ur?o)|u(?!ni[^n]|s[aeu]|ti))")


@dataclass(frozen=True, slots=True)
class _Slot:
    symbol: str
    is_kept: bool
    is_capitalised: bool


@dataclass(frozen=True, slots=True)
class _Range:
    low: int
    high: int


_Production = tuple["str | _Slot | _Range", ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Symbols and their productions, parsed once."""

    productions: Mapping[str, tuple[_Production, ...]]


def read_grammar(texts: Iterable[str]) -> Grammar:
    r"""Read symbols (at the margin) and their productions (indented, one a line).

    Lines that start with ``#`` are comments. A slot that names no symbol is our own mistake.

    >>> read_grammar(["greeting\n    Hello {place}!"])
    Traceback (most recent call last):
    ...
    pipeline.errors.ContractError: the grammar has no symbol 'place'
    >>> grammar = read_grammar(["greeting\n    Hello {place}!\nplace\n    world"])
    >>> len(grammar.productions)
    2
    """
    found: dict[str, list[_Production]] = {}
    for text in texts:
        symbol = ""
        for line in text.splitlines():
            if line.startswith((" ", "\t")) and line.strip():
                found[symbol].append(_parse(line.strip()))
            elif line.strip() and not line.startswith("#"):
                symbol = line.strip()
                found.setdefault(symbol, [])
    grammar = Grammar({symbol: tuple(lines) for symbol, lines in found.items()})
    _check(grammar)
    return grammar


def _parse(line: str) -> _Production:
    if line == _NOTHING:
        return ()
    parts: list[str | _Slot | _Range] = []
    end = 0
    for match in _SLOT.finditer(line):
        if match.start() > end:
            parts.append(line[end : match.start()])
        capital, kept, symbol, low, high = match.groups()
        parts.append(
            _Slot(symbol, bool(kept), bool(capital)) if symbol else _Range(int(low), int(high))
        )
        end = match.end()
    if end < len(line):
        parts.append(line[end:])
    return tuple(parts)


def _check(grammar: Grammar) -> None:
    named = {
        part.symbol
        for productions in grammar.productions.values()
        for production in productions
        for part in production
        if isinstance(part, _Slot)
    }
    for symbol in sorted(named):
        if not grammar.productions.get(symbol):
            raise ContractError(f"the grammar has no symbol {symbol!r}")


class Writer:
    r"""One author at the desk: remembers what was said, so that a text agrees with itself.

    >>> from random import Random
    >>> grammar = read_grammar(["s\n    {^@who} and {@who} at an {at}.\nwho\n    she\nat\n    inn"])
    >>> Writer(grammar, Random(1)).write("s")
    'She and she at an inn.'
    """

    def __init__(self, grammar: Grammar, rng: Random) -> None:
        self._productions = grammar.productions
        self._random = rng.random
        self._kept: dict[str, str] = {}
        self._used: dict[str, int] = {}

    def write(self, symbol: str) -> str:
        """Return one wording of the symbol, with "a" and "an" put right."""
        return _ARTICLE.sub(r"\1n ", self._expand(symbol))

    def keep(self, symbol: str, wording: str) -> None:
        """Fix what a kept slot says, so that a caller's choice and the text agree."""
        self._kept[symbol] = wording

    def kept(self, symbol: str, default: str) -> str:
        """Return what a kept slot says, or the default if it has not been used yet."""
        return self._kept.get(symbol, default)

    def _expand(self, symbol: str) -> str:
        said: list[str] = []
        for part in self._choose(symbol):
            if isinstance(part, str):
                said.append(part)
            elif isinstance(part, _Slot):
                said.append(self._fill(part))
            else:
                said.append(str(part.low + int(self._random() * (part.high - part.low + 1))))
        return "".join(said)

    def _fill(self, slot: _Slot) -> str:
        if not slot.is_kept:
            wording = self._expand(slot.symbol)
        else:
            wording = self._kept.get(slot.symbol) or self._kept.setdefault(
                slot.symbol, self._expand(slot.symbol)
            )
        return wording[:1].upper() + wording[1:] if slot.is_capitalised else wording

    def _choose(self, symbol: str) -> _Production:
        productions = self._productions[symbol]
        n = len(productions)
        index = int(self._random() * n)
        used = self._used.get(symbol, 0)
        if used == (1 << n) - 1:
            used = 0
        while used >> index & 1:
            index = (index + 1) % n
        self._used[symbol] = used | 1 << index
        return productions[index]
