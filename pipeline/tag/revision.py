"""Changes a codebook while people code by it, and follows what was coded before.

Codes are added, renamed, merged, split and described anew; every change is an event with its memo,
and no tag is ever rewritten. A tag follows a renaming or a merger by itself. After a split, or
where a definition changed, a person has to look again: those tags are the re-code queue (constant
comparison, as Thomas and Harden 2008, doi 10.1186/1471-2288-8-45, and framework synthesis ask for).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError
from pipeline.schemas.coding import CodeChange, SaturationStep
from pipeline.tag.codebook import DOES_NOT_FIT, Code, Codebook
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import dataframely as dy

    from pipeline.events import CodebookRevised
    from pipeline.events.coding import CodeEntry
    from pipeline.schemas.coding import Extract, JudgedTag

__all__ = ["find_new_codes", "follow_code", "list_code_changes", "revise_codebook"]

_SHAPES: Final = {  # how many codes a change takes, and how many it leaves (None: two or more)
    "add": (0, 1),
    "rename": (1, 1),
    "describe": (1, 1),
    "merge": (None, 1),
    "split": (1, None),
}
_MANY: Final = 2


def revise_codebook(codebook: Codebook, revision: CodebookRevised) -> Codebook:
    """Return the codebook after one change.

    Raises
    ------
    InputError
        The change does not fit: a code is there already, is not there, or is a domain.

    Examples
    --------
    >>> from pipeline.events import CodebookRevised
    >>> from pipeline.events.coding import CodeEntry
    >>> from pipeline.tag.codebooks import CODEBOOKS
    >>> noise = CodeEntry(id="noise", label="Noise on the ward", parent="SR", memo="Study 3.")
    >>> added = CodebookRevised(codebook="berardi-2024", version="1", change="add", after=(noise,))
    >>> revised = revise_codebook(CODEBOOKS["berardi-2024"], added)
    >>> read_codes(revised).domain_of("noise"), revised.version
    ('SR', '1')
    """
    _check_shape(revision)
    tree = read_codes(codebook)
    domains = {domain.id for domain in codebook.domains} | {DOES_NOT_FIT}
    for code in revision.before:
        tree.require(code)
        if code in domains:
            raise _refusal(code, "belongs to the framework", "change the codebook's file instead")
    kept = [code for code in tree.labels if code not in revision.before]
    for entry in revision.after:
        if entry.id in kept:
            raise _refusal(entry.id, "is there already", "choose another id")
        if entry.parent is not None and entry.parent not in kept:
            tree.require(entry.parent)
            raise _refusal(entry.parent, "goes with this change", "choose another parent")
    heir = revision.after[0].id
    adopted = {code: heir for code in revision.before if revision.change != "split"}
    orphans = {code: tree.domain_of(code) for code in revision.before if code not in adopted}
    return _rebuilt(codebook, revision, moved=adopted | orphans)


def _check_shape(revision: CodebookRevised) -> None:
    for n, wanted in zip(
        (len(revision.before), len(revision.after)), _SHAPES[revision.change], strict=True
    ):
        if (wanted is None and n < _MANY) or (wanted is not None and n != wanted):
            said = "two or more" if wanted is None else wanted
            raise _refusal(revision.change, f"names {n} codes", f"name {said} on that side")
    if revision.change == "describe" and revision.before[0] != revision.after[0].id:
        raise _refusal(revision.change, "also renames", "do one after the other")


def _refusal(where: str, what: str, remedy: str) -> InputError:
    return InputError(f"codebook, {where}", what, remedy)


def _rebuilt(codebook: Codebook, revision: CodebookRevised, *, moved: dict[str, str]) -> Codebook:
    """Put every code where it now belongs."""
    tree = read_codes(codebook)
    removed = set(revision.before)
    old = [code for domain in codebook.domains for code in domain.codes]
    codes = {code.id: code for code in (*old, *codebook.unplaced) if code.id not in removed}
    homes = {code: tree.domain_of(code) for code in codes}
    for code in list(codes.values()):
        if code.parent in moved:
            codes[code.id] = code.model_copy(update={"parent": moved[code.parent]})
    for entry in revision.after:
        parent = entry.parent or (tree.parents[revision.before[0]] if revision.before else None)
        home = tree.domain_of(parent) if parent is not None else DOES_NOT_FIT
        codes[entry.id], homes[entry.id] = _code(entry, parent, home), home
    domains = tuple(
        domain.model_copy(update={"codes": _at(domain.id, codes, homes)})
        for domain in codebook.domains
    )
    unplaced = _at(DOES_NOT_FIT, codes, homes)
    changed = {"domains": domains, "unplaced": unplaced, "version": revision.version}
    return codebook.model_copy(update=changed)


def _code(entry: CodeEntry, parent: str | None, home: str) -> Code:
    below = parent if parent != home else None
    return Code(
        id=entry.id, label=entry.label, definition=entry.definition, parent=below, memo=entry.memo
    )


def _at(home: str, codes: dict[str, Code], homes: dict[str, str]) -> tuple[Code, ...]:
    mine = (code for code in codes.values() if homes[code.id] == home)
    return tuple(
        code.model_copy(update={"parent": None}) if code.parent == home else code for code in mine
    )


def follow_code(
    code: str, event: int, revisions: Sequence[tuple[int, CodebookRevised]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a code given at one event may be now, and what happened to it since.

    Parameters
    ----------
    code
        As it was given.
    event
        When, as a sequence number of the ledger.
    revisions
        All changes with their sequence numbers, in order.

    Examples
    --------
    >>> from pipeline.events import CodebookRevised
    >>> from pipeline.events.coding import CodeEntry
    >>> renamed = CodebookRevised(codebook="c", version="2", change="rename", before=("a",),
    ...                           after=(CodeEntry(id="b", label="B"),))
    >>> follow_code("a", 3, [(7, renamed)]), follow_code("a", 9, [(7, renamed)])
    ((('b',), ('rename',)), (('a',), ()))
    """
    heirs: tuple[str, ...] = (code,)
    changes: list[str] = []
    for seq, revision in revisions:
        if seq > event and set(heirs) & set(revision.before):
            after = tuple(entry.id for entry in revision.after)
            one_by_one = [after if heir in revision.before else (heir,) for heir in heirs]
            heirs = tuple(dict.fromkeys(heir for some in one_by_one for heir in some))
            changes.append(revision.change)
    return heirs, tuple(changes)


def list_code_changes(
    tags: dy.DataFrame[JudgedTag],
    *,
    codebook: Codebook,
    revisions: Sequence[tuple[int, CodebookRevised]],
) -> dy.DataFrame[CodeChange]:
    """Say what the changes of a codebook did to each judgement; open ones are the re-code queue.

    Parameters
    ----------
    tags
        The judgements that stand; rejected ones are passed over.
    codebook
        The one in force.
    revisions
        All changes with their sequence numbers, in order.

    Examples
    --------
    >>> from pipeline.schemas.coding import JudgedTag
    >>> from pipeline.tag.codebooks import CODEBOOKS
    >>> berardi = CODEBOOKS["berardi-2024"]
    >>> list_code_changes(JudgedTag.create_empty(), codebook=berardi, revisions=[]).height
    0
    """
    known = read_codes(codebook).labels
    given = tags.filter(pl.col("verdict") != "rejected")
    rows = []
    columns = ("event", "coder", "report_id", "quote", "given_code")
    for event, coder, report_id, quote, code in given.select(columns).iter_rows():
        heirs, changes = follow_code(code, event, revisions)
        candidates = [heir for heir in heirs if heir in known]
        if changes or not candidates:
            is_open = len(candidates) != 1 or bool({"split", "describe"} & set(changes))
            why = ", then ".join(changes) or "not in the codebook in force"
            rows.append((event, coder, report_id, quote, code, candidates, is_open, why))
    schema = CodeChange.create_empty().schema
    return CodeChange.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def find_new_codes(extracts: dy.DataFrame[Extract]) -> dy.DataFrame[SaturationStep]:
    """Say for each study, in the order of coding, which codes it was the first to need.

    Saturation is a judgement: this is what it is judged by, not a rule for stopping.

    Examples
    --------
    >>> from pipeline.schemas.coding import Extract
    >>> find_new_codes(Extract.create_empty()).height
    0
    """
    by_study: dict[str, list[str]] = {}
    for study_id, code in extracts.sort("event").select("study_id", "code").iter_rows():
        by_study.setdefault(study_id, []).append(code)
    rows, seen = [], set[str]()
    for position, (study_id, codes) in enumerate(by_study.items(), start=1):
        new = list(_first_of(codes, seen))
        rows.append((position, study_id, new, len(new), len(seen)))
    schema = SaturationStep.create_empty().schema
    return SaturationStep.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _first_of(codes: Iterable[str], seen: set[str]) -> Iterable[str]:
    for code in codes:
        if code not in seen:
            seen.add(code)
            yield code
