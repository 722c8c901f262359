"""Rayyan's second file, ``customizations_log.csv``: who set what on which article, and when.

In the notes reasons belong to the record and are joined with commas; in the log each has its own
line, its reviewer and its time. A row says ``article_id, user_email, key, value, created_at``: the
key ``included`` is 1, 0 (maybe) or -1, reasons are keys that begin with ``__EXR__``, and a later
row, "deleted" too, replaces an earlier one. The log knows people by e-mail, the notes by name: a
person of the log gets the name whose decisions in the notes are the same.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pipeline.review.foreign.contract import ForeignDecision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.review.foreign.contract import ForeignRecord

__all__ = ["LOG_NAME", "LoggedWords", "prefer_log", "read_log"]

LOG_NAME: Final = "customizations_log.csv"
_PEOPLE: Final = ("user_email", "user_name", "user_id")  # columns that say who it was
_REASON: Final = "__EXR__"
_WORDS: Final = {"1": "include", "0": "maybe", "-1": "exclude"}
_KEY: Final = "rayyan-"  # what an article's number has before it in the other file


@dataclass(slots=True)
class LoggedWords:
    """What one person last said about one article."""

    decision: str | None = None
    decided_at: dt.datetime | None = None
    reasons: dict[str, bool] = field(default_factory=dict)


def read_log(text: str) -> dict[tuple[str, str], LoggedWords]:
    r"""Return what each person last said about each article, by article and person.

    >>> log = "article_id,user_email,key,value,created_at\n7,ann@x.org,included,-1,2026-01-02\n"
    >>> read_log(log + "7,ann@x.org,__EXR__too old,1,2026-01-02\n")[("7", "ann@x.org")].reasons
    {'too old': True}
    """
    rows = sorted(csv.DictReader(io.StringIO(text)), key=lambda row: row.get("created_at") or "")
    said: dict[tuple[str, str], LoggedWords] = {}
    for row in rows:
        person = next((row[name] for name in _PEOPLE if row.get(name)), None)
        if person is None or not row.get("article_id"):
            continue
        words = said.setdefault((row["article_id"], person), LoggedWords())
        key, value = (row.get("key") or "").strip('"'), row.get("value") or ""
        if key == "included":
            words.decision = _WORDS.get(value)
            words.decided_at = _moment(row.get("created_at") or "")
        elif key.startswith(_REASON):
            words.reasons[key.removeprefix(_REASON).strip()] = value == "1"
    return said


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def prefer_log(
    noted: Iterable[ForeignDecision],
    records: Iterable[ForeignRecord],
    log: Mapping[tuple[str, str], LoggedWords],
) -> list[ForeignDecision]:
    r"""Return the decisions of the notes, with the log's word in their stead where it has one.

    >>> from pipeline.review.foreign.contract import ForeignRecord
    >>> record = ForeignRecord(1, "Rayyan", "", ("rayyan-7",), ())
    >>> log = {("7", "ann@x.org"): LoggedWords("exclude", None, {"too old": True})}
    >>> (found,) = prefer_log([ForeignDecision(1, "exclude", reviewer="Ann")], [record], log)
    >>> found.reviewer, found.reasons
    ('Ann', 'too old\n')
    """
    articles = {
        note.removeprefix(_KEY): record.position
        for record in records
        for note in record.notes
        if note.startswith(_KEY)
    }
    logged = {
        (articles[article], person): words
        for (article, person), words in log.items()
        if article in articles and words.decision is not None
    }
    decisions = {(one.position, one.reviewer or ""): one for one in noted}
    names = _names(decisions, logged)
    for (position, person), words in logged.items():
        reviewer = names.get(person, person)
        before = decisions.get((position, reviewer), ForeignDecision(position, "maybe"))
        decisions[position, reviewer] = replace(
            before,
            decision=words.decision or before.decision,
            reviewer=reviewer,
            reasons=_reasons(words) or before.reasons * (words.decision == "exclude"),
            decided_at=words.decided_at,
        )
    return [decisions[key] for key in sorted(decisions)]


def _reasons(words: LoggedWords) -> str:
    """Return the reasons one a line: within a line a comma is a comma."""
    given = [reason for reason, is_set in words.reasons.items() if is_set]
    return "".join(f"{reason}\n" for reason in given) if words.decision == "exclude" else ""


def _names(
    noted: Mapping[tuple[int, str], ForeignDecision], logged: Mapping[tuple[int, str], LoggedWords]
) -> dict[str, str]:
    """Match the log's people with the notes' by what they decided, the surest first."""
    at: dict[tuple[int, str], list[str]] = {}
    for (position, name), one in noted.items():
        at.setdefault((position, one.decision), []).append(name)
    agreeing = Counter(
        (person, name)
        for (position, person), words in logged.items()
        for name in at.get((position, words.decision or ""), ())
    )
    names: dict[str, str] = {}
    for (person, name), _ in agreeing.most_common():
        if person not in names and name not in names.values():
            names[person] = name
    return names
