"""From confirmed tags to findings: what people state, and which studies contribute to it.

Credibility, concerns and confidence are a person's, with a rationale; the software counts the
contributing studies and never fills in a judgement (GRADE-CERQual).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
from pydantic import ValidationError

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import FindingRecorded, FindingWithdrawn
from pipeline.review.coding.taking import require_coder
from pipeline.schemas.coding import Finding, StudyCharacteristics
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.review.coding.snapshot import CodingSnapshot
    from pipeline.review.workspace import Workspace

__all__ = [
    "describe_studies",
    "list_findings",
    "read_findings_file",
    "record_finding",
    "withdraw_finding",
]


def record_finding(
    workspace: Workspace,
    coding: CodingSnapshot,
    finding: FindingRecorded,
    *,
    now: dt.datetime,
) -> None:
    """Record a finding; a later word on the same id replaces this one.

    Raises
    ------
    InputError
        It names a code or an extract that is not there, or one component of CERQual twice.
    """
    require_coder(workspace, finding.reviewer)
    tree = read_codes(coding.codebook)
    for code in finding.codes:
        tree.require(code)
    known = coding.confirmed.extracts["event"].to_list()
    for event in (*finding.supporting, *finding.contradicting):
        if event not in known:
            what = f"event {event} is no confirmed extract"
            raise InputError(finding.finding_id, what, "see `thresher code --export csv`")
    components = [one.component for one in finding.cerqual]
    if len(set(components)) != len(components):
        raise InputError(finding.finding_id, "judges a component twice", "judge each one once")
    if finding.confidence is not None and not finding.confidence_rationale.strip():
        what = "states a confidence without a rationale"
        raise InputError(finding.finding_id, what, "say why")
    workspace.ledger.append([finding], actor=finding.reviewer, now=now)


def withdraw_finding(
    workspace: Workspace,
    coding: CodingSnapshot,
    finding_id: str,
    *,
    reviewer: str,
    now: dt.datetime,
) -> None:
    """Take a finding back; it stays in the ledger.

    Raises
    ------
    UnknownNameError
        No finding of that name stands.
    """
    known = [one.finding_id for one in coding.findings]
    if finding_id not in known:
        raise UnknownNameError("finding", finding_id, known)
    event = FindingWithdrawn(finding_id=finding_id, reviewer=reviewer)
    workspace.ledger.append([event], actor=reviewer, now=now)


def read_findings_file(text: str, *, where: str, reviewer: str) -> list[FindingRecorded]:
    """Read findings from JSON: one object, or a list of them, with the fields of the event.

    Raises
    ------
    InputError
        It is no JSON, or a field is wrong.

    >>> text = '{"finding_id": "f1", "statement": "Time is short."}'
    >>> read_findings_file(text, where="f.json", reviewer="ada")[0].reviewer
    'ada'
    """
    try:
        read = json.loads(text)
        given = read if isinstance(read, list) else [read]
        return [FindingRecorded.model_validate({**one, "reviewer": reviewer}) for one in given]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "finding"
        raise InputError(where, f"{name}: {first['msg']}", "correct it") from error
    except (ValueError, TypeError) as error:
        raise InputError(where, f"is not JSON of findings ({error})", "correct it") from error


def list_findings(coding: CodingSnapshot) -> dy.DataFrame[Finding]:
    """Return the findings with the studies that contribute to each."""
    studies = dict(coding.confirmed.extracts.select("event", "study_id").iter_rows())
    rows = [
        {
            "finding_id": one.finding_id,
            "statement": one.statement,
            "codes": list(one.codes),
            "contexts": list(one.contexts),
            "supporting": list(one.supporting),
            "contradicting": list(one.contradicting),
            "supporting_studies": _studies(one.supporting, studies),
            "contradicting_studies": _studies(one.contradicting, studies),
            "credibility": one.credibility,
            "cerqual": [
                f"{part.component}: {part.concern} concerns, because {part.rationale}"
                for part in one.cerqual
            ],
            "confidence": one.confidence,
            "confidence_rationale": one.confidence_rationale,
        }
        for one in coding.findings
    ]
    return Finding.validate(pl.DataFrame(rows, schema=Finding.create_empty().schema))


def _studies(events: tuple[int, ...], studies: dict[int, str]) -> list[str]:
    return sorted({studies[event] for event in events if event in studies})


def describe_studies(coding: CodingSnapshot) -> dy.DataFrame[StudyCharacteristics]:
    """Return the included studies as far as the records know them (PRISMA 2020, item 17)."""
    citations = coding.snapshot.citations.select(
        "citation_id", "title", "year", "journal", "doi", pl.col("authors").list.join("; ")
    )
    reports = coding.reports.join(citations, on="citation_id", how="left").sort(
        "study_id", "year", "report_id", nulls_last=True
    )
    described = ("authors", "year", "title", "journal", "doi")
    studies = reports.group_by("study_id", maintain_order=True).agg(
        *(pl.col(name).first() for name in described),
        n_reports=pl.len(),
        report_ids=pl.col("report_id"),
    )
    said = _said_by_study(coding)
    found = studies.join(said, on="study_id", how="left", maintain_order="left").with_columns(
        kind=pl.col("report_ids").list.first().replace_strict(_kinds(coding), default="unknown"),
        has_full_text=pl.col("report_ids")
        .list.eval(pl.element().is_in(_with_full_text(coding)))
        .list.any(),
        n_extracts=pl.col("n_extracts").fill_null(0),
        barriers=pl.col("barriers").fill_null([]),
        facilitators=pl.col("facilitators").fill_null([]),
    )
    found = found.with_columns(pl.col("authors").replace("", None))
    return StudyCharacteristics.validate(
        found.select(StudyCharacteristics.column_names()), cast=True
    )


def _said_by_study(coding: CodingSnapshot) -> pl.DataFrame:
    codes = {
        f"{polarity}s": pl.col("code").filter(pl.col("polarity") == polarity).unique().sort()
        for polarity in ("barrier", "facilitator")
    }
    return coding.confirmed.extracts.group_by("study_id").agg(n_extracts=pl.len(), **codes)


def _kinds(coding: CodingSnapshot) -> dict[str, str]:
    """Return the kind of document that the abstract of each report was flagged as."""
    rows = coding.suggested.reports.select("record_id", "kind").iter_rows()
    parted = ((name.split("\x1f"), kind) for name, kind in rows)
    return {report: kind for (report, source), kind in parted if source == "abstract"}


def _with_full_text(coding: CodingSnapshot) -> list[str]:
    full = coding.texts.filter(pl.col("source") == "full-text")
    return full["report_id"].to_list()
