"""Reasons for exclusion as another tool words them, and as this review names them.

Tools join reasons with commas, and a reason may hold one itself ("wrong population, adults"): the
longest run of parts that the review knows wins; what it does not know stays as written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.config import ExclusionReason

__all__ = ["match_reasons"]

_NOT_WORD: Final = re.compile(r"[\W_]+")


def match_reasons(text: str, known: Iterable[ExclusionReason]) -> tuple[str, ...]:
    r"""Part joined reasons, and name those that the review knows by their ids.

    >>> from pipeline.config import ExclusionReason
    >>> known = [ExclusionReason(id="population", text="Wrong population, or no patients")]
    >>> match_reasons("wrong population, or no patients,foreign language", known)
    ('population', 'foreign language')
    >>> match_reasons("too old, too young\n", known)
    ('too old, too young',)
    """
    ids = {_bare(name): reason.id for reason in known for name in (reason.text, reason.id) if name}
    if "\n" in text:  # one a line: a comma is part of its reason
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        return tuple(dict.fromkeys(ids.get(_bare(line), line) for line in lines))
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found: list[str] = []
    while parts:
        n_taken, reason = _longest(parts, ids)
        found.append(reason)
        parts = parts[n_taken:]
    return tuple(dict.fromkeys(found))


def _longest(parts: Sequence[str], ids: Mapping[str, str]) -> tuple[int, str]:
    for n in range(len(parts), 0, -1):
        reason = ids.get(_bare(",".join(parts[:n])))
        if reason is not None:
            return n, reason
    return 1, parts[0]


def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", text.casefold()).strip()
