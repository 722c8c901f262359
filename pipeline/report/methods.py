"""What we did: the methods paragraph that the evidence can write, with blanks for the rest.

It covers PRISMA 2020 items 5 to 8 and 16a (Page et al. 2021, doi 10.1136/bmj.n71) and, where a
model ranked the records, the mandatory items of PRISMA-trAIce (JMIR AI 2025;4:e80247): M1
protocol, M2 name and version, M3 stage and task, M4 input, M5 output, M8 oversight, M9 and R2
performance, R1 flow. (M6, prompts, is for language models; none is used.) A blank is visible: what
no ledger knows must not look as if it had been reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.blanks import leave_blank
from pipeline.report.identification import list_searched
from pipeline.report.sections import ReportSection

if TYPE_CHECKING:
    from pipeline.report.counts import FlowCounts
    from pipeline.report.evidence import FlowEvidence

__all__ = ["MethodFacts", "describe_methods"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts:
    """What the review's configuration and ledger say about its methods; empty where they do not.

    Parameters
    ----------
    criteria, criteria_version
        The eligibility criteria, in their order, and which version of them.
    n_reviewers
        How many people decided at title–abstract screening.
    screening_rule
        How their decisions become one outcome, and how conflicts are settled.
    deduplication
        How duplicates were found, with thresholds and the share that people judged.
    ranking
        The model's name, version, features and settings, if a model ordered the records.
    ranking_input
        What the model learned from.
    stopping
        When screening stopped, and on what evidence.
    performance
        How well the model and the stopping rule did, and how that was judged.
    deviations
        Changes against the protocol.
    """

    criteria: tuple[str, ...] = ()
    criteria_version: str = ""
    n_reviewers: int | None = None
    screening_rule: str = ""
    deduplication: str = ""
    ranking: str = ""
    ranking_input: str = ""
    stopping: str = ""
    performance: str = ""
    deviations: str = ""


def describe_methods(
    facts: MethodFacts, *, evidence: FlowEvidence, counts: FlowCounts
) -> ReportSection:
    """Return the methods as a part of the report, one paragraph for each group of items.

    >>> from pipeline.report import FlowEvidence, count_flow, trace_flow
    >>> from pipeline.schemas import Entry, Record, Search
    >>> empty = FlowEvidence(
    ...     searches=Search.create_empty(),
    ...     entries=Entry.create_empty(),
    ...     records=Record.create_empty(),
    ... )
    >>> counts = count_flow(trace_flow(empty))
    >>> section = describe_methods(MethodFacts(), evidence=empty, counts=counts)
    >>> section.paragraphs[0]
    'Eligibility. [To be written: the eligibility criteria.]'
    """
    paragraphs = [
        f"Eligibility. {_say_criteria(facts)}",
        f"Sources and search. {_say_sources(evidence)}",
        f"Selection. {_say_selection(facts, counts)}",
    ]
    if facts.ranking:
        paragraphs.append(f"Automation. {_say_automation(facts, counts)}")
    paragraphs.append(f"Flow. {_say_flow(counts)}")
    paragraphs.append(f"Deviations. {_or_blank(facts.deviations, 'deviations from the protocol')}")
    return ReportSection(anchor="methods", heading="What we did", text="\n\n".join(paragraphs))


def _or_blank(text: str, what: str) -> str:
    """Return the text as a sentence, or a blank that nobody can overlook."""
    if not text:
        return leave_blank(what)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _say_criteria(facts: MethodFacts) -> str:
    if not facts.criteria:
        return _or_blank("", "the eligibility criteria")
    version = f" (version {facts.criteria_version})" if facts.criteria_version else ""
    listed = "; ".join(f"({i}) {text}" for i, text in enumerate(facts.criteria, start=1))
    return f"The eligibility criteria{version} were: {listed}."


def _say_sources(evidence: FlowEvidence) -> str:
    standing = evidence.searches.filter(~pl.col("is_withdrawn"))
    if standing.is_empty():
        return _or_blank("", "the sources searched, with dates and strategies")
    last = (
        list_searched(evidence)
        .group_by("database", "platform", "kind")
        .agg(pl.col("searched_on").max())
        .sort("kind", "database", "platform", nulls_last=True)
    )
    named = [
        f"{source} ({platform + '; ' if platform else ''}last searched {day.isoformat()})"
        for source, platform, day in last.select("database", "platform", "searched_on").iter_rows()
    ]
    unstated = standing.filter(pl.col("strategy").is_null())["search_id"].sort().to_list()
    strategies = "The strategies are given in full under “Search strategies as run”."
    if unstated:
        strategies = _or_blank("", f"the strategy of {', '.join(unstated)}")
    return f"We searched {', '.join(named)}. {strategies}"


def _say_selection(facts: MethodFacts, counts: FlowCounts) -> str:
    people = _or_blank("", "how many people screened, and whether independently")
    if facts.n_reviewers is not None:
        people = f"Titles and abstracts were screened by {_many(facts.n_reviewers, 'reviewer')}."
    rule = _or_blank(facts.screening_rule, "how decisions were combined and conflicts settled")
    duplicates = _or_blank(facts.deduplication, "how duplicates were found")
    kinds = ", ".join(f"{m.n:,} {m.name}" for m in counts.box("duplicates").members)
    removed = f"Duplicate records removed: {counts.n('duplicates'):,}"
    return f"{duplicates} {removed}{f' ({kinds})' if kinds else ''}. {people} {rule}"


def _say_automation(facts: MethodFacts, counts: FlowCounts) -> str:
    by_automation = counts.n("excluded_automatic") + counts.n("records_excluded", "automation")
    by_human = counts.n("records_excluded", "human")
    oversight = (
        "Its output was an order of reading; every inclusion and every exclusion attributed to"
        " a human in the flow was decided by a person."
    )
    exclusions = (
        f"Rules or automation excluded {_many(by_automation, 'record')},"
        f" people {_many(by_human, 'record')}."
    )
    return " ".join(
        (
            f"For title–abstract screening, records were ordered by {_or_blank(facts.ranking, '')}",
            f"It learned from {_or_blank(facts.ranking_input, 'what the model learned from')}",
            oversight,
            _or_blank(facts.stopping, "when screening stopped, and on what evidence"),
            exclusions,
            _or_blank(facts.performance, "how performance was judged, and the result"),
            _or_blank("", "whether this use of automation was specified in the protocol"),
        )
    )


def _say_flow(counts: FlowCounts) -> str:
    n = counts.n
    identified = n("database_results") + n("register_results")
    unread = counts.n("awaiting", "screening")
    screened, excluded = f"{n('records_screened'):,}", f"{n('records_excluded'):,}"
    did = f"{screened} were screened and {excluded} excluded."
    if unread:
        did = f"{screened} were left to screen (unread yet: {unread:,}; excluded: {excluded})."
    said = (
        f"The searches of databases and registers identified {_many(identified, 'record')};"
        f" {did}"
        f" Of {_many(n('dbr_sought_reports'), 'report')} sought,"
        f" {n('dbr_notretrieved_reports'):,} could not be retrieved, {n('dbr_assessed'):,} were"
        f" assessed and {n('dbr_excluded'):,} excluded."
    )
    if counts.has_other_methods:
        said += (
            f" Other methods led to {_many(n('other_sought_reports'), 'report')} sought,"
            f" {n('other_assessed'):,} assessed and {n('other_excluded'):,} excluded."
        )
    scope = "total" if counts.is_update else "new"
    studies, reports = n(f"{scope}_studies"), n(f"{scope}_reports")
    included = f"{_many(studies, 'study', 'studies')} in {_many(reports, 'report')}"
    return f"{said} The review includes {included}."


def _many(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> _many(1, "study", "studies"), _many(1200, "record")
    ('1 study', '1,200 records')
    """
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
