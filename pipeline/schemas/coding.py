"""The shapes of what coders confirmed, and of what is made from it."""

from __future__ import annotations

from typing import Final

import dataframely as dy

__all__ = [
    "CELL_STATES",
    "EXTRACT_KINDS",
    "POLARITIES",
    "SOURCES",
    "CodeChange",
    "CodeLine",
    "CodedText",
    "CodingCoverage",
    "Disagreement",
    "Extract",
    "Finding",
    "JudgedTag",
    "MatrixCell",
    "SaturationStep",
    "StudyCharacteristics",
]

SOURCES: Final = ("abstract", "full-text")
POLARITIES: Final = ("barrier", "facilitator", "unspecified")
EXTRACT_KINDS: Final = ("participant quotation", "author interpretation", "recommendation")
CELL_STATES: Final = (
    "barrier",
    "facilitator",
    "both",
    "unspecified",
    "full text read – not reported",
    "abstract only",
    "not coded yet",
)


class CodedText(dy.Schema):
    """One text of an included report, as coders see it."""

    report_id = dy.String(primary_key=True)
    source = dy.Enum(SOURCES, primary_key=True)
    study_id = dy.String()
    title = dy.String(nullable=True)
    text_sha256 = dy.String()
    text = dy.String()


class CodeLine(dy.Schema):
    """One code of a codebook, in its order."""

    position = dy.UInt32(primary_key=True)
    code = dy.String()
    label = dy.String()
    domain = dy.String()
    parent = dy.String(nullable=True)
    is_inductive = dy.Bool()  # made while coding


class _Tag(dy.Schema):
    report_id = dy.String()
    source = dy.Enum(SOURCES)
    text_sha256 = dy.String()
    start = dy.UInt32()  # code points of the stored plain text
    end = dy.UInt32()
    quote = dy.String()
    page = dy.UInt32(nullable=True)
    extract_kind = dy.Enum(EXTRACT_KINDS)
    code = dy.String()  # of the codebook in force, where a change has only one heir
    level = dy.String(nullable=True)
    polarity = dy.Enum(POLARITIES)
    codebook_version = dy.String()  # when it was judged
    note = dy.String(nullable=True)


class JudgedTag(_Tag):
    """One coder's judgement that stands."""

    event = dy.UInt64(primary_key=True)
    verdict = dy.Enum(("accepted", "changed", "rejected", "added"))
    coder = dy.String()
    suggestion_id = dy.String(nullable=True)
    given_code = dy.String()  # as it was given
    judged_at = dy.Datetime(time_zone="UTC", time_unit="us")


class CodingCoverage(dy.Schema):
    """Who has read which text to its end."""

    report_id = dy.String(primary_key=True)
    source = dy.Enum(SOURCES, primary_key=True)
    coder = dy.String(primary_key=True)
    text_sha256 = dy.String()
    event = dy.UInt64()


class Disagreement(_Tag):
    """A tag that one of two coders gave and the other did not."""

    event = dy.UInt64(primary_key=True)
    coder = dy.String()
    domain = dy.String()


class Extract(_Tag):
    """A confirmed tag: what one coder gave, both gave, or reconciliation kept."""

    event = dy.UInt64(primary_key=True)  # the event that confirmed it
    study_id = dy.String()
    domain = dy.String()  # of the code
    coders = dy.List(dy.String())  # sorted


class MatrixCell(dy.Schema):
    """One cell of the framework matrix: what a study says about a code."""

    study_id = dy.String(primary_key=True)
    code = dy.String(primary_key=True)
    state = dy.Enum(CELL_STATES)
    n_extracts = dy.UInt32()


class SaturationStep(dy.Schema):
    """One study, in the order of coding: which codes it was the first to need."""

    position = dy.UInt32(primary_key=True)
    study_id = dy.String()
    new_codes = dy.List(dy.String())
    n_new = dy.UInt32()
    n_codes = dy.UInt32()  # so far


class CodeChange(dy.Schema):
    """What a change of the codebook did to one judgement."""

    event = dy.UInt64(primary_key=True)
    coder = dy.String()
    report_id = dy.String()
    quote = dy.String()
    code_before = dy.String()
    candidates = dy.List(dy.String())  # the codes it may have now
    is_open = dy.Bool()  # a person has to choose
    why = dy.String()


class Finding(dy.Schema):
    """A finding with what contributes to it; judgements are a person's, studies are counted."""

    finding_id = dy.String(primary_key=True)
    statement = dy.String()
    codes = dy.List(dy.String())
    contexts = dy.List(dy.String())
    supporting = dy.List(dy.UInt64())
    contradicting = dy.List(dy.UInt64())
    supporting_studies = dy.List(dy.String())
    contradicting_studies = dy.List(dy.String())
    credibility = dy.String(nullable=True)
    cerqual = dy.List(dy.String())  # "coherence: minor concerns, because …"
    confidence = dy.String(nullable=True)
    confidence_rationale = dy.String()


class StudyCharacteristics(dy.Schema):
    """One included study (PRISMA 2020, item 17), as far as the records know it."""

    study_id = dy.String(primary_key=True)
    authors = dy.String(nullable=True)
    year = dy.Int32(nullable=True)
    title = dy.String(nullable=True)
    journal = dy.String(nullable=True)
    doi = dy.String(nullable=True)
    kind = dy.String()  # of the document, as flagged
    n_reports = dy.UInt32()
    has_full_text = dy.Bool()
    n_extracts = dy.UInt32()
    barriers = dy.List(dy.String())  # codes
    facilitators = dy.List(dy.String())
