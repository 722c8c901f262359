"""ASReview: a tag in a note (``ASReview_relevant``), or columns (``asreview_label``, ``included``).

A record that was not seen has no label and is no decision. Its time is in seconds since 1970.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.review.foreign.contract import ForeignDecision

if TYPE_CHECKING:
    from pipeline.review.foreign.contract import ForeignRecord

__all__ = ["ASREVIEW", "AsreviewLabels"]

_TAG: Final = re.compile(r"\bASReview_(?P<tag>relevant|irrelevant|not_seen)\b", re.IGNORECASE)
_TAGS: Final = {"relevant": "include", "irrelevant": "exclude"}
_LABELS: Final = ("asreview_label", "asreview_included", "included", "label_included", "label")
_LABEL: Final = {"1": "include", "1.0": "include", "0": "exclude", "0.0": "exclude"}
_COLUMN: Final = re.compile(r"\s*(?P<name>[A-Za-z_]+):\s*(?P<value>.*?)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AsreviewLabels:
    """Decisions as ASReview writes them."""

    name: str = "asreview"
    description: str = "ASReview (RIS, CSV, XLSX)"

    def read(self, record: ForeignRecord, *, listed_as: str | None) -> list[ForeignDecision]:
        """Return the decision on a record, if it was seen.

        >>> from pipeline.review.foreign.contract import ForeignRecord
        >>> record = ForeignRecord(1, "ASReview", "", ("asreview_label: 1",), ())
        >>> ASREVIEW.read(record, listed_as=None)[0].decision
        'include'
        """
        del listed_as  # it says itself what was decided
        columns = {
            found["name"].lower(): found["value"]
            for note in record.notes
            if (found := _COLUMN.match(note))
        }
        decision = _tagged(record.notes) or _labelled(columns)
        if decision is None:
            return []
        return [
            ForeignDecision(
                position=record.position,
                decision=decision,
                reviewer=columns.get("asreview_user_name") or None,
                note=columns.get("asreview_note") or None,
                decided_at=_moment(columns.get("asreview_time", "")),
            )
        ]


def _tagged(notes: tuple[str, ...]) -> str | None:
    found = (_TAG.search(note) for note in notes)
    return next((_TAGS.get(tag["tag"].lower()) for tag in found if tag), None)


def _labelled(columns: dict[str, str]) -> str | None:
    label = next((columns[name] for name in _LABELS if name in columns), "")
    return _LABEL.get(label)


def _moment(text: str) -> dt.datetime | None:
    """Return the time, or None where there is none that can be read: it is no part of the word."""
    try:
        return dt.datetime.fromtimestamp(float(text), tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


ASREVIEW: Final = AsreviewLabels()
