"""One coder at work: which text is open, what is suggested in it, what the coder has said so far.

The session knows nothing of notebooks or browsers. It shows a coder the text, the open suggestions
and the coder's own tags, and nothing of anybody else; whatever is said goes to the ledger before it
is answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from pipeline.errors import InputError
from pipeline.events.coding import CodeEntry
from pipeline.review.coding import revising, taking
from pipeline.schemas.coding import EXTRACT_KINDS, POLARITIES
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    from pipeline.review import Review
    from pipeline.review.coding.given import GivenTag
    from pipeline.review.coding.snapshot import CodingSnapshot

__all__ = ["CodeChoice", "CodingSession", "CodingSetup", "CodingState", "ShownTag"]


@dataclass(frozen=True, slots=True)
class CodeChoice:
    """One code to choose: deeper ones hang below the one before."""

    id: str
    label: str
    depth: int


@dataclass(frozen=True, slots=True)
class CodingSetup:
    """What stays while the card is open."""

    review: str
    coder: str
    levels: tuple[tuple[str, str], ...]
    polarities: tuple[str, ...]
    kinds: tuple[str, ...]
    learning: str  # whether a model holds suggestions back


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A suggestion or a tag of the coder's own, with its place in code points."""

    key: str  # names it to the card
    start: int
    end: int
    code: str
    polarity: str
    level: str | None
    verdict: Literal["open", "accepted", "changed", "rejected", "added"]
    phrase: tuple[int, int] | None = None
    why: str = ""
    extract_kind: str = EXTRACT_KINDS[1]
    is_held_back: bool = False
    suggestion_id: str | None = None
    event: int | None = None


@dataclass(frozen=True, slots=True)
class CodingState:
    """What the card shows now; a higher version is newer."""

    version: int
    position: int  # of the text, from 1
    n_texts: int
    n_finished: int
    report_id: str
    source: str
    title: str
    text: str
    is_finished: bool
    is_locked: bool  # two coders have finished it
    codes: tuple[CodeChoice, ...]
    tags: tuple[ShownTag, ...]


class CodingSession:
    """A coder's session over the included reports.

    Parameters
    ----------
    review
        The review, open for as long as the session lasts.
    coder
        Who codes: a pseudonym that the review knows.

    Raises
    ------
    UnknownNameError
        The review lists its reviewers, and this is none of them.
    InputError
        No report is included yet.
    """

    def __init__(self, review: Review, *, coder: str) -> None:
        taking.require_coder(review.workspace, coder)
        self._workspace, self._desk = review.workspace, review.coding
        self._coding: CodingSnapshot = review.coding.snapshot()
        self._coder = coder
        self._version = 0
        self._texts = list(self._coding.texts.select("report_id", "source").iter_rows())
        if not self._texts:
            what, remedy = "no report is included yet", "decide at full text first"
            raise InputError("coding", what, remedy)
        self._at = self._first_unread()

    # ── what is shown ───────────────────────────────────────────────────────────────────────────
    def setup(self) -> CodingSetup:
        """Return what stays while the card is open."""
        return CodingSetup(
            review=self._workspace.config.review.title,
            coder=self._coder,
            levels=tuple((one.id, one.label) for one in self._coding.codebook.levels),
            polarities=POLARITIES,
            kinds=EXTRACT_KINDS,
            learning=self._coding.judged_suggestions.gate.sentence,
        )

    def state(self) -> CodingState:
        """Return the open text with its suggestions and the coder's own tags."""
        report_id, source = self._texts[self._at]
        here = (pl.col("report_id") == report_id) & (pl.col("source") == source)
        title, text = self._coding.texts.filter(here).select("title", "text").row(0)
        done = self._finished()
        return CodingState(
            version=self._version,
            position=self._at + 1,
            n_texts=len(self._texts),
            n_finished=len(done),
            report_id=report_id,
            source=source,
            title=title or "",
            text=text,
            is_finished=(report_id, source) in done,
            is_locked=self._coding.n_coders > 1
            and (report_id, source) in self._coding.both_finished,
            codes=self._codes(),
            tags=tuple(self._tags(here)),
        )

    def _codes(self) -> tuple[CodeChoice, ...]:
        tree = read_codes(self._coding.codebook)
        choices = []
        for code, label in tree.labels.items():
            depth, above = 0, tree.parents[code]
            while above is not None:
                depth, above = depth + 1, tree.parents[above]
            choices.append(CodeChoice(code, label, depth))
        return tuple(choices)

    def _tags(self, here: pl.Expr) -> list[ShownTag]:
        """Return the suggestions, with what the coder said of each, and the coder's own tags."""
        own = self._coding.tags.filter(here & (pl.col("coder") == self._coder))
        said = {row["suggestion_id"]: row for row in own.iter_rows(named=True)}
        suggested = self._coding.judged_suggestions.suggestions.filter(here)
        shown = [_suggested(row, said.get(row["suggestion_id"])) for row in
                 suggested.iter_rows(named=True)]  # fmt: skip
        known = set(suggested["suggestion_id"])
        added = own.filter(
            pl.col("suggestion_id").is_null() | ~pl.col("suggestion_id").is_in(list(known))
        )
        shown += [_judged(row) for row in added.iter_rows(named=True)]
        return sorted(shown, key=lambda tag: (tag.start, tag.end, tag.code, tag.key))

    def _finished(self) -> set[tuple[str, str]]:
        own = self._coding.coverage.filter(pl.col("coder") == self._coder)
        return set(own.select("report_id", "source").iter_rows()) & set(self._texts)

    def _first_unread(self) -> int:
        done = self._finished()
        return next((at for at, text in enumerate(self._texts) if text not in done), 0)

    # ── what the coder does ─────────────────────────────────────────────────────────────────────
    def judge(self, given: GivenTag) -> None:
        """Take one judgement in, on any text; the same ``uid`` twice is one judgement."""
        taking.take_tags(
            self._workspace, self._coding, [given], coder=self._coder, now=self._desk.clock()
        )
        self._renew()

    def undo(self, event: int) -> None:
        """Take back a judgement of one's own; twice is once."""
        taking.undo_tag(
            self._workspace, self._coding, event, coder=self._coder, now=self._desk.clock()
        )
        self._renew()

    def finish(self, report_id: str, source: str) -> None:
        """Say that a text was read to its end; where it is open, open the next that was not.

        Raises
        ------
        InputError
            There is no such text.
        """
        taking.finish_text(
            self._workspace,
            self._coding,
            report_id,
            source=source,
            coder=self._coder,
            now=self._desk.clock(),
        )
        self._renew()
        if self._texts[self._at] != (report_id, source):
            return
        done = self._finished()
        after = [*range(self._at + 1, len(self._texts)), *range(self._at)]
        self._at = next((at for at in after if self._texts[at] not in done), self._at)

    def move(self, position: int) -> None:
        """Open another text, by its place from 1; beyond the last, the last."""
        self._at = min(max(position, 1), len(self._texts)) - 1
        self._version += 1

    def add_code(self, *, id_: str, label: str, parent: str | None, memo: str) -> None:
        """Make a new code, with a memo that says why; the same one twice is one code."""
        if any((one.id, one.label) == (id_, label) for one in self._codes()):
            return
        entry = CodeEntry(id=id_, label=label, parent=parent, memo=memo)
        revising.record_revision(
            self._workspace,
            self._coding,
            "add",
            before=(),
            after=[entry],
            memo=memo,
            actor=self._coder,
            now=self._desk.clock(),
        )
        self._renew()

    def _renew(self) -> None:
        self._coding = self._coding.renewed(self._workspace)
        self._version += 1


def _suggested(row: dict[str, object], said: dict[str, object] | None) -> ShownTag:
    fields: dict[str, object] = {
        "key": row["suggestion_id"],
        "suggestion_id": row["suggestion_id"],
        "start": row["start"],
        "end": row["end"],
        "code": row["domain"],
        "polarity": row["polarity"],
        "level": row["level"],
        "verdict": "open",
        "phrase": (row["phrase_start"], row["phrase_end"]),
        "why": row["why"],
        "extract_kind": EXTRACT_KINDS[2] if row["recommendation"] else EXTRACT_KINDS[1],
        "is_held_back": row["is_held_back"],
    }
    if said is not None:
        words = ("code", "polarity", "level", "verdict", "extract_kind", "event")
        fields |= {name: said[name] for name in words}
    return ShownTag(**fields)  # type: ignore[arg-type]


def _judged(row: dict[str, object]) -> ShownTag:
    words = ("start", "end", "code", "polarity", "level", "verdict", "extract_kind", "event")
    fields = {name: row[name] for name in words}
    return ShownTag(key=f"event-{row['event']}", **fields)  # type: ignore[arg-type]
