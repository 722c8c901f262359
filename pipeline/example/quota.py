"""How much of everything an example of a given size holds, scaled from the model review."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from pipeline.errors import InputError

__all__ = ["MINIMUM_ENTRIES", "Quota"]

MINIMUM_ENTRIES: Final = 12  # one entry for each of eight files, three included studies, one more
_MODEL_ENTRIES: Final = 12_525  # of the review after which the example is modelled,
_MODEL_STUDIES: Final = 81  # and its included studies (doi 10.1186/s12913-023-10536-1)
_STUDY_EXPONENT: Final = 0.7  # a search ten times as broad finds about five times as much
_SHARE_ELIGIBLE: Final = 0.021  # of entries: publications that pass title and abstract
_SHARE_SECOND_REPORTS: Final = 0.05  # of included studies
_SHARE_NOT_RETRIEVED: Final = 0.04  # of eligible publications that are not included
_ENTRIES_PER_DAMAGE: Final = 1500
_SMALLEST_WITH_DAMAGE: Final = 300  # entries
_SMALLEST_WITH_OVERLAP: Final = 100  # entries
_N_OVERLAP: Final = 3  # entries that two batches of one export share


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of everything an example of ``n_entries`` holds."""

    n_entries: int
    n_included: int  # studies
    n_second_reports: int
    n_not_retrieved: int
    n_excluded: int  # full texts
    n_damaged: int
    n_overlap: int

    @classmethod
    def of(cls, n_entries: int) -> Quota:
        """Scale the model review's figures.

        >>> quota = Quota.of(12_525)
        >>> quota.n_included, quota.n_damaged, quota.n_overlap
        (81, 8, 3)
        """
        if n_entries < MINIMUM_ENTRIES:
            raise InputError(
                f"an example of {n_entries} entries",
                "is too small for six databases",
                f"ask for {MINIMUM_ENTRIES} or more",
            )
        scale = (n_entries / _MODEL_ENTRIES) ** _STUDY_EXPONENT
        n_included = min(max(3, round(_MODEL_STUDIES * scale)), n_entries // 4)
        wanted = max(round(_SHARE_ELIGIBLE * n_entries), 2 * n_included) - n_included
        n_extra = min(wanted, n_entries // 8)
        n_second = round(_SHARE_SECOND_REPORTS * n_included)
        n_lost = ceil(_SHARE_NOT_RETRIEVED * n_extra)
        has_damage = n_entries >= _SMALLEST_WITH_DAMAGE
        return cls(
            n_entries=n_entries,
            n_included=n_included,
            n_second_reports=n_second,
            n_not_retrieved=n_lost,
            n_excluded=max(0, n_extra - n_second - n_lost),
            n_damaged=max(1, round(n_entries / _ENTRIES_PER_DAMAGE)) if has_damage else 0,
            n_overlap=_N_OVERLAP if n_entries >= _SMALLEST_WITH_OVERLAP else 0,
        )
