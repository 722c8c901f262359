"""Searches come in: exports are read, copied as they are, and the search is recorded."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import InputError, StoreError
from pipeline.events import ExportFile, SearchAdded, sha256_of
from pipeline.ingest import ParsedExport, parse_export, standard_database_name
from pipeline.review.entries import keep_readings
from pipeline.review.exports import declared_columns, read_exports
from pipeline.review.prisma_s import Statement
from pipeline.review.split_exports import Overlap, exports_in, find_gaps, find_overlaps
from pipeline.review.state import added_searches
from pipeline.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.review.workspace import Workspace

__all__ = ["AddedSearch", "Candidate", "SearchDetails", "add_search", "record_search"]

_MOST_HITS: Final = 1_000_000_000  # more than any database holds

SearchKind = Literal["database", "register", "website", "organisation", "citation"]


@dataclass(frozen=True, slots=True)
class SearchDetails:
    """What the searcher declares about a search (PRISMA-S); it wins over what is recognised."""

    searched_on: dt.date
    database: str | None = None
    platform: str | None = None
    kind: SearchKind = "database"
    strategy: str | None = None
    hits_reported: int | None = None
    statement: Statement = field(default_factory=Statement)


@dataclass(frozen=True, slots=True)
class AddedSearch:
    """What became of the files that were added."""

    search_id: str | None  # None where every file was known already
    files: tuple[ExportFile, ...]
    known_files: tuple[str, ...]  # names of files whose content the review has already
    n_entries: int
    n_rejected: int
    warnings: tuple[str, ...]
    overlaps: tuple[Overlap, ...] = ()  # what several files of this search hold


@dataclass(frozen=True, slots=True)
class Candidate:
    """An export that is about to be added: read, but not copied yet."""

    name: str
    data: bytes
    sha256: str
    parsed: ParsedExport


def add_search(
    workspace: Workspace,
    paths: Sequence[Path],
    details: SearchDetails,
    *,
    actor: str,
    now: dt.datetime,
    on_file: Callable[[str], None] = lambda _name: None,
) -> AddedSearch:
    """Copy exports into the review and record the search that gave them.

    A folder stands for the exports in it: the parts of one search. Every file is read before
    anything is copied: one that cannot be read refuses them all, and leaves the review as it was. A
    file whose content the review already has is not added again. ``on_file`` is told the name of
    each before it is read.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    _require_plausible(details, now)
    columns = declared_columns(workspace)
    known = {
        file.sha256: added for _, added in added_searches(workspace.ledger) for file in added.files
    }
    candidates: dict[str, Candidate] = {}
    known_files: list[str] = []
    warnings: list[str] = []
    for name, data in _exports(paths):
        sha256 = sha256_of(data)
        if sha256 in known or sha256 in candidates:
            known_files.append(name)
            warnings += _belongs_elsewhere(name, known.get(sha256), details)
            continue
        on_file(name)
        parsed = parse_export(data, name=name, columns=columns)
        candidates[sha256] = Candidate(name, data, sha256, parsed)
    added = record_search(
        workspace, list(candidates.values()), known_files, details, actor=actor, now=now
    )
    return replace(added, warnings=(*warnings, *added.warnings))


def _exports(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        for file in exports_in(path) if path.is_dir() else [path]:
            yield from read_exports(file)


def _belongs_elsewhere(
    name: str, known: SearchAdded | None, details: SearchDetails
) -> Iterator[str]:
    """Say whose file it is already, where it is now declared as another database's."""
    database = _standard(details.database)
    if known is None or database is None or known.database in (None, database):
        return
    yield (
        f"{name}: this very file was added as {known.database} (search {known.search_id}); if it "
        f"is of {database}, withdraw that search first: thresher withdraw … {known.search_id}"
    )


def _standard(database: str | None) -> str | None:
    return standard_database_name(database) if database else None


def _require_plausible(details: SearchDetails, now: dt.datetime) -> None:
    """Refuse what no search can have been: the ledger would keep it for good."""
    if details.hits_reported is not None and not 0 <= details.hits_reported <= _MOST_HITS:
        raise InputError("--hits", f"{details.hits_reported} cannot be", "give what was reported")
    if details.searched_on > now.date() + dt.timedelta(days=1):  # a day ahead, in the far east
        raise InputError("--searched-on", f"{details.searched_on} is to come", "give the true day")


def record_search(
    workspace: Workspace,
    candidates: list[Candidate],
    known_files: list[str],
    details: SearchDetails,
    *,
    actor: str,
    now: dt.datetime,
    is_assumed: bool = False,
) -> AddedSearch:
    """Copy what was read into the folder of its date, and record the search.

    Raises
    ------
    StoreError
        Somebody else added the same search at the same time.
    """
    if not candidates:
        return AddedSearch(None, (), tuple(known_files), 0, 0, ())
    database = _standard(details.database)
    search_id = _free_search_id(workspace, details.searched_on, database, candidates)
    files = tuple(_copied(workspace, one, details.searched_on) for one in candidates)
    event = SearchAdded(
        search_id=search_id,
        searched_on=details.searched_on,
        database=database,
        platform=details.platform,
        search_kind=details.kind,
        strategy=details.strategy,
        hits_reported=details.hits_reported,
        files=files,
        is_assumed=is_assumed,
        **asdict(details.statement),
    )
    (seq,) = workspace.ledger.append([event], actor=actor, now=now, uids=[f"search:{search_id}"])
    if all(one.event != event for one in workspace.ledger.read(SearchAdded) if one.seq == seq):
        raise StoreError(search_id, "was added by somebody else at the same time", "try again")
    pairs = zip(files, candidates, strict=True)
    same_name = (
        pair for pair in pairs if Path(pair[0].file).name == pair[1].name
    )  # as warnings say
    keep_readings(workspace, event, ((file, one.parsed) for file, one in same_name))
    n_parsed = sum(one.parsed.entries.height for one in candidates)
    n_rejected = sum(one.parsed.rejected.height for one in candidates)
    return AddedSearch(
        search_id=search_id,
        files=files,
        known_files=tuple(known_files),
        n_entries=n_parsed + n_rejected,
        n_rejected=n_rejected,
        warnings=tuple(_warnings(candidates, details, database)),
        overlaps=tuple(find_overlaps((one.name, one.parsed) for one in candidates)),
    )


def _keep(workspace: Workspace, search: SearchAdded, candidates: list[Candidate]) -> None:
    """Keep what was read, but of files that got a longer name: their warnings hold the old one."""
    pairs = zip(search.files, candidates, strict=True)
    kept = [(file, one.parsed) for file, one in pairs if Path(file.file).name == one.name]
    keep_readings(workspace, search, kept)


def _warnings(
    candidates: list[Candidate], details: SearchDetails, database: str | None
) -> list[str]:
    found = [
        text if text.startswith(one.name) else f"{one.name}: {text}"
        for one in candidates
        for text in one.parsed.warnings
    ]
    for one in candidates:
        recognised = one.parsed.database
        if database and recognised and recognised != database:
            found.append(f"{one.name}: looks like {recognised}, taken as {database} as declared")
    sizes = [
        (one.name, one.parsed.entries.height + one.parsed.rejected.height) for one in candidates
    ]
    found += find_gaps(sizes)
    n_loaded = sum(n_entries for _, n_entries in sizes)
    if details.hits_reported is not None and details.hits_reported != n_loaded:
        found.append(f"the database reported {details.hits_reported} hits, {n_loaded} were loaded")
    return found


def _free_search_id(
    workspace: Workspace, date: dt.date, database: str | None, candidates: list[Candidate]
) -> str:
    name = database or candidates[0].parsed.database or "search"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    taken = {
        recorded.event.search_id
        for recorded in workspace.ledger.read(SearchAdded)
        if isinstance(recorded.event, SearchAdded)
    }
    first = f"{date.isoformat()}-{slug}"
    numbered = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (first, *numbered) if name not in taken)


def _copied(workspace: Workspace, candidate: Candidate, date: dt.date) -> ExportFile:
    """Copy an export under its own name, or under a longer one where that name is taken."""
    folder = workspace.folder.search_date(date)
    path = folder / Path(candidate.name).name
    if path.exists() and sha256_of(path.read_bytes()) != candidate.sha256:
        path = path.with_name(f"{path.stem}-{candidate.sha256[:8]}{path.suffix}")
    if not path.exists():
        write_bytes(path, candidate.data)
    relative = path.relative_to(workspace.folder.path).as_posix()
    return ExportFile(file=relative, sha256=candidate.sha256)
