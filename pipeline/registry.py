"""A registry is an explicit, ordered list of named choices.

One extension is one file with one public constant, plus one line in the registry's literal. There
are no decorators and no import side effects: what can be chosen is what the literal lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from pipeline.errors import ContractError, UnknownNameError

__all__ = ["Named", "Registry"]


class Named(Protocol):
    """Anything with a name that users write in ``review.toml`` or on the command line."""

    @property
    def name(self) -> str:
        """The name that selects it."""


ChoiceT = TypeVar("ChoiceT", bound=Named)


class Registry(Mapping[str, ChoiceT], Generic[ChoiceT]):
    """The choices of one kind, by name, in the order in which they were listed.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Rule:
    ...     name: str
    >>> rules = Registry("stopping rule", [Rule("knee"), Rule("target")])
    >>> list(rules)
    ['knee', 'target']
    >>> rules["kne"]
    Traceback (most recent call last):
    ...
    pipeline.errors.UnknownNameError: stopping rule 'kne': is not known; did you mean 'knee'?
    """

    def __init__(self, kind: str, choices: list[ChoiceT]) -> None:
        self.kind = kind
        self._choices = {choice.name: choice for choice in choices}
        if len(self._choices) != len(choices):
            raise ContractError(f"the registry of {kind} lists a name twice")

    def __getitem__(self, name: str) -> ChoiceT:
        try:
            return self._choices[name]
        except KeyError:
            raise UnknownNameError(self.kind, name, self._choices) from None

    def __contains__(self, name: object) -> bool:
        return name in self._choices

    def __iter__(self) -> Iterator[str]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)
