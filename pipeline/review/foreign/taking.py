"""From the file of another tool to decisions that the review can take in.

The tool is recognised from what the records say. One person's decisions are taken at a time, so
that people who disagreed there disagree here: the fold over the ledger opens the conflict. A file
is understood in whole or refused; nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, UnknownNameError
from pipeline.ingest import parse_export
from pipeline.ingest.decode import decode
from pipeline.review.decisions import GivenDecision
from pipeline.review.exports import declared_columns, read_bytes, read_exports
from pipeline.review.foreign import DECISION_SOURCES
from pipeline.review.foreign.contract import list_records
from pipeline.review.foreign.listed import LISTED, LISTING_TOOLS
from pipeline.review.foreign.matching import match_citations
from pipeline.review.foreign.rayyan import RAYYAN
from pipeline.review.foreign.rayyan_log import LOG_NAME, prefer_log, read_log
from pipeline.review.foreign.reasons import match_reasons
from pipeline.review.snapshot import Snapshot
from pipeline.schemas import DECISIONS, STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ingest import ParsedExport
    from pipeline.review.foreign.contract import ForeignDecision
    from pipeline.review.foreign.matching import CitationMatch
    from pipeline.review.foreign.rayyan_log import LoggedWords
    from pipeline.review.workspace import Workspace

__all__ = ["ForeignDecisions", "ForeignFile", "read_foreign_decisions"]

_MOST_INCLUSIVE: Final = ("include", "maybe", "exclude")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFile:
    """What a person says about a file of another tool.

    Parameters
    ----------
    stage
        The stage at which the decisions were made, where the file does not say.
    named
        Whose decisions to take, as named in the file; not needed where it names one person.
    decision
        What the list stands for, where the tool exports one list at a time.
    tool
        A name in `DECISION_SOURCES`, where the file holds decisions of two tools.
    """

    stage: str = "title-abstract"
    named: str | None = None
    decision: str | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignDecisions:
    """The decisions of one person, about citations of the review."""

    tool: str
    given: tuple[GivenDecision, ...]
    warnings: tuple[str, ...]


def read_foreign_decisions(workspace: Workspace, path: Path, said: ForeignFile) -> ForeignDecisions:
    """Read the decisions that a file of another tool holds, or those of an archive of such files.

    Raises
    ------
    InputError
        The file holds no decisions, or those of several people or tools and nobody said which; or
        a record is no citation of the review.
    """
    _require_known(said)
    files = read_exports(path)
    log = _rayyan_log(path, files)
    exports = [
        (name, parse_export(data, name=name, columns=declared_columns(workspace)))
        for name, data in files
        if not name.endswith(LOG_NAME)
    ]
    if not exports:
        raise InputError(str(path), "is Rayyan's log alone", "give the export that lay beside it")
    snapshot = Snapshot(workspace)
    tools: list[str] = []
    placed: list[_Placed] = []
    for name, export in exports:
        tool, found = _recognise(export, said, name)
        if tool == RAYYAN.name and log:
            found = prefer_log(found, list_records(export), log)
        own = _of_one_person(found, said.named, name)
        matches = match_citations(snapshot, export, {one.position for one in own}, name=name)
        tools.append(tool)
        placed += [_place(workspace, one, matches[one.position], said, name) for one in own]
    kept, n_differing = _one_word_each(placed)
    return ForeignDecisions(
        ", ".join(dict.fromkeys(tools)),
        tuple(one.given for one in kept),
        tuple(_warnings(kept, n_differing)),
    )


def _rayyan_log(
    path: Path, files: Sequence[tuple[str, bytes]]
) -> dict[tuple[str, str], LoggedWords]:
    """Read the log that lies in the same archive, or in the same folder."""
    beside = path.with_name(LOG_NAME)
    texts = [data for name, data in files if name.endswith(LOG_NAME)]
    if not texts and beside.is_file():
        texts = [read_bytes(beside)]
    return read_log(decode(texts[0], name=LOG_NAME).text) if texts else {}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A decision with the citation that it is about."""

    citation_id: str
    given: GivenDecision
    unknown_reasons: tuple[str, ...]


def _require_known(said: ForeignFile) -> None:
    if said.decision is not None and said.decision not in DECISIONS:
        raise UnknownNameError("decision", said.decision, DECISIONS)
    if said.stage not in STAGES:
        raise UnknownNameError("stage", said.stage, STAGES)
    if said.tool is not None:
        DECISION_SOURCES[said.tool]  # an unknown name is refused


def _recognise(
    export: ParsedExport, said: ForeignFile, name: str
) -> tuple[str, list[ForeignDecision]]:
    """Return whose dialect the decisions are in, and all of them."""
    records = list_records(export)
    tools = DECISION_SOURCES if said.tool is None else [said.tool]
    read = {
        tool: [
            decision
            for record in records
            for decision in DECISION_SOURCES[tool].read(record, listed_as=said.decision)
        ]
        for tool in tools
    }
    found = {tool: decisions for tool, decisions in read.items() if decisions}
    if not found:
        raise _holds_nothing(export, name)
    if LISTED.name in found and len(found) > 1:
        remedy = "leave --decision out, or say --tool list"
        raise InputError(name, f"says itself what was decided ({next(iter(found))})", remedy)
    words = {frozenset(_words(decisions)) for decisions in found.values()}
    if len(words) > 1:
        what = f"holds decisions of {' and of '.join(found)} that differ"
        raise InputError(name, what, f"say which to take: --tool {' or --tool '.join(found)}")
    return next(iter(found.items()))


def _words(decisions: list[ForeignDecision]) -> list[tuple[int, str]]:
    return [(one.position, one.decision) for one in decisions if one.stage is None]


def _holds_nothing(export: ParsedExport, name: str) -> InputError:
    if export.platform in LISTING_TOOLS:
        what = f"is a list of {export.platform} that does not say what was decided"
        return InputError(name, what, "say which list it is: --decision include or exclude")
    known = "; ".join(source.description for source in DECISION_SOURCES.values())
    what = "holds no decision that Thresher can read"
    return InputError(name, what, f"known are our own CSV (citation_id, decision); {known}")


def _of_one_person(
    found: list[ForeignDecision], named: str | None, name: str
) -> list[ForeignDecision]:
    """Return the decisions of the person who is meant."""
    people = sorted({one.reviewer for one in found if one.reviewer is not None})
    if named is not None:
        if named not in people:
            raise UnknownNameError(f"{name}: reviewer named in the file", named, people)
        return [one for one in found if one.reviewer == named]
    if len(people) > 1:
        what = f"holds the decisions of {', '.join(people)}"
        raise InputError(name, what, "say whose to take with --named, one person at a time")
    return found


def _place(
    workspace: Workspace,
    one: ForeignDecision,
    match: CitationMatch,
    said: ForeignFile,
    name: str,
) -> _Placed:
    """Say it in the review's own words.

    A reason that the review does not know is kept in the note at title and abstract, where PRISMA
    asks for none; at full text it stays, and is refused like any other unknown reason.
    """
    known = workspace.config.criteria.exclusion
    stage = one.stage or said.stage
    reasons = match_reasons(one.reasons, known)
    ids = {reason.id for reason in known}
    is_noted = bool(ids) and stage != "full-text"
    unknown = tuple(reason for reason in reasons if is_noted and reason not in ids)
    notes = [one.note, f"reasons: {', '.join(unknown)}" if unknown else None]
    given = GivenDecision(
        id=match.record_id,
        decision=one.decision,
        stage=stage,
        reasons=tuple(reason for reason in reasons if reason not in unknown),
        note="; ".join(note for note in notes if note) or None,
        decided_at=one.decided_at,
        where=f"{name}, record {one.position}",
    )
    return _Placed(match.citation_id, given, unknown)


def _one_word_each(placed: Sequence[_Placed]) -> tuple[list[_Placed], int]:
    """Keep one word a citation: where its duplicates were judged apart, the most inclusive one."""
    kept: dict[tuple[str, str], _Placed] = {}
    differing: set[tuple[str, str]] = set()
    for one in placed:
        key = one.citation_id, one.given.stage
        before = kept.setdefault(key, one)
        if before.given.decision != one.given.decision:
            differing.add(key)
        if _rank(one) < _rank(before):
            kept[key] = one
    return list(kept.values()), len(differing)


def _rank(one: _Placed) -> int:
    return _MOST_INCLUSIVE.index(one.given.decision)


def _warnings(kept: Sequence[_Placed], n_differing: int) -> list[str]:
    unknown = sorted({reason for one in kept for reason in one.unknown_reasons})
    warnings = []
    if n_differing:
        warnings.append(
            f"{n_differing} citations have several records in the file that were decided "
            "differently; the most inclusive decision was taken"
        )
    if unknown:
        warnings.append(
            f"reasons that review.toml does not know are kept in the notes: {', '.join(unknown)}"
        )
    return warnings
