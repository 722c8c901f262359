"""What people did while coding: tags judged, texts kept, codebooks revised, findings stated.

A tag is an extract: a verbatim stretch of a stored plain text with its report, its place and its
kind, under one code of one version of the codebook. The quotation is kept in the event itself, so
that no later change of a text can take the evidence away. Findings carry the credibility of the
Joanna Briggs Institute (Munn et al. 2014, doi 10.1186/1471-2288-14-108) and the components of
GRADE-CERQual (Lewin et al. 2018, doi 10.1186/s13012-017-0688-3); both are a person's judgements.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.events.base import Event, Sha256

__all__ = [
    "CerqualJudgement",
    "CodeEntry",
    "CodebookRevised",
    "CodingFinished",
    "Concern",
    "FindingRecorded",
    "FindingWithdrawn",
    "FullTextKept",
    "TagJudged",
    "TagReconciled",
    "TagUndone",
]

Source = Literal["abstract", "full-text"]
Polarity = Literal["barrier", "facilitator", "unspecified"]
ExtractKind = Literal["participant quotation", "author interpretation", "recommendation"]
Concern = Literal["no or very minor", "minor", "moderate", "serious"]


class _Extract(Event):
    """A stretch of a stored text under one code."""

    report_id: str
    source: Source
    text_sha256: Sha256  # of the plain text that the offsets refer to
    start: int = Field(ge=0)  # code points
    end: int = Field(gt=0)
    quote: str = Field(min_length=1)
    page: int | None = Field(default=None, ge=1)
    extract_kind: ExtractKind = "author interpretation"
    code: str
    level: str | None = None
    polarity: Polarity
    codebook: str
    codebook_version: str
    note: str | None = None

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.end - self.start != len(self.quote):
            message = "the quotation is not as long as its place"
            raise ValueError(message)
        return self


class TagJudged(_Extract):
    """A coder accepted, changed or rejected a suggestion, or added a tag of their own."""

    kind: ClassVar[str] = "tag judged"
    verdict: Literal["accepted", "changed", "rejected", "added"]
    coder: str
    suggestion_id: str | None = None  # what was judged; None for an added tag
    replaces: int | None = Field(default=None, ge=1)  # the judgement that this one re-codes
    seconds: float | None = Field(default=None, ge=0)
    judged_at: dt.datetime


class TagUndone(Event):
    """A coder takes back a judgement of their own; it stays in the ledger."""

    kind: ClassVar[str] = "tag undone"
    judgement: int  # sequence number
    coder: str


class CodingFinished(Event):
    """A coder has read a text to its end: what is not tagged in it was not found."""

    kind: ClassVar[str] = "coding finished"
    report_id: str
    source: Source
    text_sha256: Sha256
    coder: str


class TagReconciled(_Extract):
    """What became of a tag on which two coders disagreed."""

    kind: ClassVar[str] = "tag reconciled"
    settles: tuple[int, ...] = Field(min_length=1)  # the judgements on which they disagreed
    is_kept: bool
    reviewer: str


class FullTextKept(Event):
    """The full text of a report, as it was given, and the plain text that was read from it."""

    kind: ClassVar[str] = "full text kept"
    report_id: str
    file: str  # relative to the review folder
    file_sha256: Sha256
    text_sha256: Sha256
    n_pages: int = Field(ge=1)


class CodeEntry(BaseModel):
    """A code as a revision leaves it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    label: str
    definition: str = ""
    parent: str | None = None  # a domain or a code; None below no domain
    memo: str = ""


class CodebookRevised(Event):
    """A codebook changed while coding: a code is new, renamed, merged, split or described anew."""

    kind: ClassVar[str] = "codebook revised"
    codebook: str
    version: str  # the one that this change makes
    change: Literal["add", "rename", "merge", "split", "describe"]
    before: tuple[str, ...] = ()
    after: tuple[CodeEntry, ...] = Field(min_length=1)
    memo: str = ""


class CerqualJudgement(BaseModel):
    """One component of CERQual: a person's concern, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    component: Literal["methodological limitations", "coherence", "adequacy", "relevance"]
    concern: Concern
    rationale: str = Field(min_length=1)


class FindingRecorded(Event):
    """A finding as people state it; a later word on the same id replaces this one."""

    kind: ClassVar[str] = "finding recorded"
    finding_id: str = Field(min_length=1)
    statement: str = Field(min_length=1)
    codes: tuple[str, ...] = ()
    supporting: tuple[int, ...] = ()  # extracts, by the event that made them
    contradicting: tuple[int, ...] = ()
    contexts: tuple[str, ...] = ()
    credibility: Literal["unequivocal", "credible", "not supported"] | None = None
    cerqual: tuple[CerqualJudgement, ...] = ()
    confidence: Literal["high", "moderate", "low", "very low"] | None = None
    confidence_rationale: str = ""
    reviewer: str


class FindingWithdrawn(Event):
    """A finding that is no longer made."""

    kind: ClassVar[str] = "finding withdrawn"
    finding_id: str
    reviewer: str
