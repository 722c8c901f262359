"""The codebook changes while people code: each change is an event, checked before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.events import CodebookRevised
from pipeline.events.coding import CodeEntry
from pipeline.review.tagging import load_codebook
from pipeline.tag.codes import read_codes
from pipeline.tag.revision import revise_codebook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipeline.review.coding.snapshot import CodingSnapshot
    from pipeline.review.workspace import Workspace

__all__ = ["CodeChangeRequest", "read_change_file", "record_revision"]


class CodeChangeRequest(BaseModel):
    """One change of the codebook as a person writes it down."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    change: str
    before: tuple[str, ...] = ()
    after: tuple[CodeEntry, ...]
    memo: str = ""


def read_change_file(text: str, *, where: str) -> CodeChangeRequest:
    """Read one change of the codebook from JSON.

    Raises
    ------
    InputError
        It is no JSON, or a field is wrong.

    >>> text = '{"change": "add", "after": [{"id": "noise", "label": "Noise", "parent": "SR"}]}'
    >>> read_change_file(text, where="c.json").after[0].label
    'Noise'
    """
    try:
        return CodeChangeRequest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "change"
        raise InputError(where, f"{name}: {first['msg']}", "correct it") from error


def record_revision(
    workspace: Workspace,
    coding: CodingSnapshot,
    change: str,
    *,
    before: Sequence[str],
    after: Sequence[CodeEntry],
    memo: str,
    actor: str,
    now: dt.datetime,
) -> CodebookRevised:
    """Record one change of the codebook; what it leaves unsaid is taken from the code before.

    Raises
    ------
    InputError
        The change does not fit the codebook in force.
    """
    base = load_codebook(workspace)
    for code in before:
        read_codes(coding.codebook).require(code)
    try:
        event = CodebookRevised.model_validate(
            {
                "codebook": base.id,
                "version": f"{base.version}+{len(coding.revisions) + 1}",
                "change": change,
                "before": tuple(before),
                "after": tuple(_completed(entry, before, coding) for entry in after),
                "memo": memo,
            }
        )
    except ValidationError as error:
        raise InputError("codebook", error.errors()[0]["msg"], "correct it") from error
    revised = revise_codebook(coding.codebook, event)
    type(base).model_validate(revised.model_dump())
    workspace.ledger.append([event], actor=actor, now=now)
    return event


def _completed(entry: CodeEntry, before: Sequence[str], coding: CodingSnapshot) -> CodeEntry:
    """Take the definition and the place of the one code before, where none are given."""
    if len(before) != 1:
        return entry
    codes = (*(code for one in coding.codebook.domains for code in one.codes),
             *coding.codebook.unplaced)  # fmt: skip
    old = next((code for code in codes if code.id == before[0]), None)
    if old is None:
        return entry
    parent = entry.parent or read_codes(coding.codebook).parents[old.id]
    definition = entry.definition or old.definition
    return entry.model_copy(update={"definition": definition, "parent": parent})
