r"""Rayyan: decisions of all reviewers in one note, as ``RAYYAN-INCLUSION: {"Ann"=>"Included"}``.

The note is the same in its CSV, RIS and BibTeX; in BibTeX the outer braces are lost. Reasons belong
to the record, not to a person: they are taken for everyone who excluded it, unless the log that
Rayyan exports beside (`pipeline.review.foreign.rayyan_log`) says better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.review.foreign.contract import ForeignDecision

if TYPE_CHECKING:
    from pipeline.review.foreign.contract import ForeignRecord

__all__ = ["RAYYAN", "RayyanNotes"]

_PARTS: Final = ("RAYYAN-INCLUSION", "RAYYAN-LABELS", "RAYYAN-EXCLUSION-REASONS", "USER-NOTES")
_PART: Final = re.compile(rf"(?:^|[\s|])(?P<name>{'|'.join(_PARTS)}):\s*")
_QUOTED: Final = r'"((?:[^"\\]|\\.)*)"'
_SAID: Final = re.compile(rf"{_QUOTED}\s*=>\s*{_QUOTED}")
_NOTED: Final = re.compile(rf"{_QUOTED}\s*=>\s*\[((?:\s*{_QUOTED}\s*,?)*)\s*\]")
_ESCAPED: Final = re.compile(r"\\(.)")
_WORDS: Final = {"included": "include", "excluded": "exclude", "maybe": "maybe"}


@dataclass(frozen=True, slots=True)
class RayyanNotes:
    """Decisions in Rayyan's notes."""

    name: str = "rayyan"
    description: str = "Rayyan (CSV, RIS, BibTeX)"

    def read(self, record: ForeignRecord, *, listed_as: str | None) -> list[ForeignDecision]:
        """Return the decision of every reviewer on a record.

        >>> from pipeline.review.foreign.contract import ForeignRecord
        >>> note = 'RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: wrong design'
        >>> (found,) = RAYYAN.read(ForeignRecord(1, None, "", (note,), ()), listed_as=None)
        >>> found.reviewer, found.decision, found.reasons
        ('Ann', 'exclude', 'wrong design')
        """
        del listed_as  # it says itself what was decided
        return [one for note in record.notes for one in _decisions(record.position, note)]


def _decisions(position: int, note: str) -> list[ForeignDecision]:
    parts = _cut(note)
    said = _SAID.findall(parts.get("RAYYAN-INCLUSION", ""))
    notes = {_plain(who): text for who, text, _ in _NOTED.findall(parts.get("USER-NOTES", ""))}
    labels = parts.get("RAYYAN-LABELS", "")
    reasons = parts.get("RAYYAN-EXCLUSION-REASONS", "")
    found = []
    for who, word in said:
        decision = _WORDS.get(word.strip().casefold())
        if decision is not None:
            reviewer = _plain(who)
            found.append(
                ForeignDecision(
                    position=position,
                    decision=decision,
                    reviewer=reviewer,
                    reasons=reasons if decision == "exclude" else "",
                    note=_note(notes.get(reviewer, ""), labels),
                )
            )
    return found


def _cut(note: str) -> dict[str, str]:
    """Part a note at the names of its parts."""
    marks = list(_PART.finditer(note))
    ends = [*(mark.start() for mark in marks), len(note)][1:]
    return {
        mark["name"]: note[mark.end() : end].strip(" |\n")
        for mark, end in zip(marks, ends, strict=True)
    }


def _note(listed: str, labels: str) -> str | None:
    own = [_plain(text) for text in re.findall(_QUOTED, listed)]
    return "; ".join([*own, *([f"labels: {labels}"] if labels else [])]) or None


def _plain(quoted: str) -> str:
    return _ESCAPED.sub(r"\1", quoted).strip()


RAYYAN: Final = RayyanNotes()
