"""From the file of another tool to decisions that the review can take in.

The tool is recognised from what the records say. One person's decisions are taken at a time, so that
people who disagreed there disagree here: the fold over the ledger opens the conflict. A file is
understood in whole or refused; nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, UnknownNameError
from pipeline.ingest import parse_export
from pipeline.review.decisions import GivenDecision
from pipeline.review.exports import declared_columns, read_exports
from pipeline.review.foreign import DECISION_SOURCES
from pipeline.review.foreign.contract import ForeignDecision, list_records
from pipeline.review.foreign.listed import LISTED, LISTING_TOOLS
from pipeline.review.foreign.matching import match_citations
from pipeline.review.foreign.reasons import match_reasons
from pipeline.review.snapshot import Snapshot
from pipeline.schemas import DECISIONS, STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ingest import ParsedExport
    from pipeline.review.foreign.matching import CitationMatch
    from pipeline.review.workspace import Workspace

__all__ = ["ForeignDecisions", "ForeignFile", "read_foreign_decisions"]

_RAYYAN_LOG: Final = "customizations_log.csv"  # lies beside Rayyan's export in the same archive
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


def read_foreign_decisions(
    workspace: Workspace, path: Path, said: ForeignFile
) -> ForeignDecisions:
    """Read the decisions that a file of another tool holds, or those of an archive of such files.

    Raises
    ------
    InputError
        The file holds no decisions, or those of several people or tools and nobody said which; or
        a record is no citation of the review.
    """
    _require_known(said)
    exports = [
        (name, parse_export(data, name=name, columns=declared_columns(workspace)))
        for name, data in read_exports(path)
        if not name.endswith(_RAYYAN_LOG)
    ]
    snapshot = Snapshot(workspace)
    tools, given = [], []
    for name, export in exports:
        tool, found = _recognise(export, said, name)
        own = _of_one_person(found, said.named, name)
        matches = match_citations(snapshot, export, {one.position for one in own}, name=name)
        tools.append(tool)
        given += [_given(workspace, one, matches[one.position], said, name) for one in own]
    kept, n_differing = _one_word_each(given)
    return ForeignDecisions(
        ", ".join(dict.fromkeys(tools)),
        tuple(one for _, one in kept),
        tuple(_warnings(kept, n_differing)),
    )
