"""Checks a judgement against the texts, the codebook and the rule of blindness."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from pydantic import ValidationError

from pipeline.errors import InputError, NotReadyError, UnknownNameError
from pipeline.events import TagJudged
from pipeline.schemas.coding import EXTRACT_KINDS, POLARITIES, SOURCES
from pipeline.tag.codes import read_codes
from pipeline.tag.fulltext import page_at

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipeline.review.coding.given import GivenTag
    from pipeline.review.coding.snapshot import CodingSnapshot

__all__ = ["TagChecker", "refuse_reopening"]

_VERDICTS: Final = ("accepted", "changed", "rejected", "added")
_N_BLIND: Final = 2


class TagChecker:
    """Makes events of what a coder gives, or says what is wrong with it."""

    def __init__(self, coding: CodingSnapshot, *, coder: str, now: dt.datetime) -> None:
        self._coding, self._coder, self._now = coding, coder, now
        columns = ("report_id", "source", "text_sha256", "text")
        self.texts = {
            (report_id, source): (digest, text)
            for report_id, source, digest, text in coding.texts.select(columns).iter_rows()
        }
        self._codes = read_codes(coding.codebook)

    def text_of(self, report_id: str, source: str, *, where: str) -> tuple[str, str]:
        """Return the hash and the text of a report."""
        _require(f"{where}: source", source, SOURCES)
        reports = [report for report, _ in self.texts]
        _require(f"{where}: included report", report_id, reports)
        if (report_id, source) not in self.texts:
            what, remedy = (
                f"no full text of {report_id} is kept",
                "read it with `thresher code --full-text`",
            )
            raise InputError(where, what, remedy)
        return self.texts[report_id, source]

    def refuse_third(self, report_id: str, source: str) -> None:
        """Refuse a third coder of a text that is coded by two."""
        here = (pl.col("report_id") == report_id) & (pl.col("source") == source)
        seen = {*self._coding.judged.filter(here)["coder"]}
        seen |= {*self._coding.coverage.filter(here)["coder"]}
        if self._coding.n_coders == _N_BLIND and len(seen - {self._coder}) >= _N_BLIND:
            who = " and ".join(sorted(seen))
            raise InputError(report_id, f"is coded by {who}", "code another report")

    def event(self, one: GivenTag) -> TagJudged:
        """Make the event of a judgement."""
        _require(f"{one.where}: verdict", one.verdict, _VERDICTS)
        known = self._known(one)
        fields = known | {
            name: value
            for name in ("code", "polarity", "level", "extract_kind", "note")
            if (value := getattr(one, name)) is not None
        }
        self._check_words(fields, one.where)
        report_id, source = fields["report_id"], fields["source"]
        self.refuse_third(report_id, source)
        if one.replaces is None:
            refuse_reopening(self._coding, report_id, source)
        is_changed = any(fields[name] != known.get(name, fields[name]) for name in fields)
        fields["verdict"] = "changed" if one.verdict == "accepted" and is_changed else one.verdict
        return self._made(fields, one)

    def _made(self, fields: Mapping[str, Any], one: GivenTag) -> TagJudged:
        codebook = self._coding.codebook
        said = {"suggestion_id": one.suggestion_id, "replaces": one.replaces}
        by = {"coder": self._coder, "judged_at": self._now, "seconds": one.seconds}
        under = {"codebook": codebook.id, "codebook_version": codebook.version}
        try:
            return TagJudged.model_validate({**fields, **said, **by, **under})
        except ValidationError as error:
            first = error.errors()[0]
            name = first["loc"][0] if first["loc"] else "tag"
            raise InputError(one.where, f"{name}: {first['msg']}", "correct it") from error

    def _known(self, one: GivenTag) -> dict[str, Any]:
        """Return what is known before the coder says anything: the text and the place."""
        if one.suggestion_id is not None:
            return self._of_suggestion(one)
        if one.replaces is not None:
            return self._of_judgement(one)
        if one.verdict != "added":
            what = f"{one.verdict}, but no suggestion_id"
            raise InputError(one.where, what, "name the suggestion that is judged")
        return self._of_place(one)

    def _of_suggestion(self, one: GivenTag) -> dict[str, Any]:
        suggestions = self._coding.suggestions
        row = suggestions.filter(pl.col("suggestion_id") == one.suggestion_id)
        if row.is_empty():
            known = suggestions["suggestion_id"].to_list()
            raise UnknownNameError(f"{one.where}: suggestion", str(one.suggestion_id), known)
        found = row.row(0, named=True)
        kind = EXTRACT_KINDS[2] if found["recommendation"] else EXTRACT_KINDS[1]
        place = {name: found[name] for name in ("report_id", "source", "text_sha256", "page")}
        return place | {
            "start": found["start"],
            "end": found["end"],
            "quote": found["sentence"],
            "extract_kind": kind,
            "code": found["domain"],
            "polarity": found["polarity"],
        }

    def _of_judgement(self, one: GivenTag) -> dict[str, Any]:
        judged = self._coding.judged
        own = judged.filter((pl.col("event") == one.replaces) & (pl.col("coder") == self._coder))
        if own.is_empty():
            what = f"event {one.replaces} is no judgement of {self._coder} that stands"
            raise InputError(one.where, what, "see `thresher code --changes`")
        row = own.row(0, named=True)
        place = ("report_id", "source", "text_sha256", "page", "start", "end", "quote")
        return {name: row[name] for name in (*place, "extract_kind", "polarity", "level", "code")}

    def _of_place(self, one: GivenTag) -> dict[str, Any]:
        if one.report_id is None or one.code is None or one.polarity is None:
            what = "an added tag needs report_id, code and polarity"
            raise InputError(one.where, what, "give all three")
        digest, text = self.text_of(one.report_id, one.source, where=one.where)
        start, end = _place(one, text)
        page = page_at(text, start) if one.source == "full-text" else None
        return {
            "report_id": one.report_id,
            "source": one.source,
            "text_sha256": digest,
            "page": page,
            "start": start,
            "end": end,
            "quote": text[start:end],
        }

    def _check_words(self, fields: Mapping[str, Any], where: str) -> None:
        if fields["code"] not in self._codes.labels:
            raise UnknownNameError(f"{where}: code", fields["code"], self._codes.labels)
        _require(f"{where}: polarity", fields["polarity"], POLARITIES)
        levels = [level.id for level in self._coding.codebook.levels]
        if fields.get("level") is not None:
            _require(f"{where}: level", fields["level"], levels)
        if fields.get("extract_kind") is not None:
            _require(f"{where}: kind of extract", fields["extract_kind"], EXTRACT_KINDS)


def _place(one: GivenTag, text: str) -> tuple[int, int]:
    """Find where an added tag stands: by its code points, or by its words."""
    if one.start is not None and one.end is not None:
        if not 0 <= one.start < one.end <= len(text):
            what = f"{one.start} to {one.end} is no place in a text of {len(text)} letters"
            raise InputError(one.where, what, "count code points from 0")
        if one.quote is not None and text[one.start : one.end] != one.quote:
            raise InputError(
                one.where, "the quotation does not stand at that place", "select again"
            )
        return one.start, one.end
    if not one.quote or not one.quote.strip():
        raise InputError(one.where, "an added tag needs a quote, or start and end", "give one")
    words = r"\s+".join(re.escape(word) for word in one.quote.split())
    found = [match.span() for match in re.finditer(words, text)]
    if len(found) != 1:
        what = f"the quotation stands {len(found)} times in the text"
        raise InputError(one.where, what, "quote it exactly, or give start and end")
    return found[0]


def refuse_reopening(coding: CodingSnapshot, report_id: str, source: str) -> None:
    """Refuse a change to what two coders have both finished: it would not be blind any more."""
    if coding.n_coders == _N_BLIND and (report_id, source) in coding.both_finished:
        raise NotReadyError(
            f"{report_id}: both coders have finished this text; settle it in reconciliation"
        )


def _require(kind: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise UnknownNameError(kind, name, known)
