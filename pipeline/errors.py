"""What can go wrong, drawn as one tree.

::

    ReviewError
    ├── InputError                 the user can mend it: one sentence, exit code 2, nothing changed
    │   ├── UnreadableExportError  a whole file cannot be read (one damaged entry is a rejected row)
    │   ├── UnknownNameError       a name that no registry, review or codebook knows
    │   ├── ConfigError            review.toml says something it may not say
    │   ├── CodebookError          a codebook file says something it may not say
    │   └── StoreError             the ledger or a frame cannot be used as it stands
    ├── NotReadyError              too early: something else has to happen first
    └── ContractError              our own mistake: a stage broke its promise

Constructors take the facts, so that errors survive pickling between processes; the message is
made from them and says where, what, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import process

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CodebookError",
    "ConfigError",
    "ContractError",
    "InputError",
    "NotReadyError",
    "ReviewError",
    "StoreError",
    "UnknownNameError",
    "UnreadableExportError",
    "nearest_name",
]

_MOST_LISTED = 20  # names in a message: more would flood the terminal
_CLOSE_ENOUGH = 60.0  # rapidfuzz ratio below which a suggestion would only puzzle


class ReviewError(Exception):
    """Anything that Thresher raises on purpose."""


class InputError(ReviewError):
    """The user can mend it. The message names the place, the trouble and the remedy.

    >>> str(InputError("reviews/a", "is a file", "name a folder"))
    'reviews/a: is a file; name a folder'
    """

    def __init__(self, where: str, what: str, remedy: str) -> None:
        super().__init__(where, what, remedy)
        self.where, self.what, self.remedy = where, what, remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


class UnreadableExportError(InputError):
    """A whole export cannot be read: empty, a folder, a PDF, an unknown format."""


class StoreError(InputError):
    """The ledger or a frame cannot be used: busy, newer than this Thresher, damaged, misplaced."""


class ConfigError(InputError):
    """A setting in ``review.toml`` is wrong; ``where`` holds the file and the line."""


class CodebookError(InputError):
    """A codebook file is wrong; ``where`` holds the file and the line."""


class UnknownNameError(InputError):
    """A name that is not known, with the nearest one that is.

    >>> str(UnknownNameError("classifier", "smv", ["svm", "naive-bayes"]))
    "classifier 'smv': is not known; did you mean 'svm'?"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(f"{kind} {name!r}", "is not known", _suggestion(name, self.known))

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.kind, self.name, self.known)


class NotReadyError(ReviewError):
    """Something else has to happen first; the message says what."""


class ContractError(ReviewError):
    """A stage broke its own promise. Please report it: the review itself is unharmed."""


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to ``name``, or None when nothing is close.

    >>> nearest_name("titel", ["title", "question"])
    'title'
    """
    found = process.extractOne(name, list(known), score_cutoff=_CLOSE_ENOUGH)
    return found[0] if found else None


def _suggestion(name: str, known: tuple[str, ...]) -> str:
    nearest = nearest_name(name, known)
    if nearest is not None:
        return f"did you mean {nearest!r}?"
    shown = ", ".join(known[:_MOST_LISTED]) or "none"
    more = len(known) - _MOST_LISTED
    return f"known: {shown}{f' and {more:,} more' if more > 0 else ''}"
