"""Make an archive: one moment of a review in one zip, while people go on screening.

The ledger is copied first, in one transaction; everything else follows from the copy. Inputs and
frames never change once the ledger refers to them, so nobody has to wait. The zip is written beside
its final place and renamed: a crash leaves no half archive under the name that was asked for.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import polars as pl

from pipeline.config import read_config
from pipeline.errors import InputError, StoreError
from pipeline.events import EntryRepaired, TagJudged, TagReconciled, sha256_of
from pipeline.review.archive.manifest import MANIFEST, ArchivedFile, Manifest, WithheldFile
from pipeline.review.exporting import export_snapshot, write_ledger_lines
from pipeline.review.readings import list_readings
from pipeline.review.references import referred_files, referred_frames
from pipeline.review.reporting import render_reports
from pipeline.review.snapshot import Snapshot
from pipeline.review.workspace import (
    SOFTWARE,
    installed_distributions,
    library_fingerprint,
    lock_fingerprint,
)
from pipeline.store import LeftOut, as_parquet, copy_ledger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from pipeline.review.workspace import Workspace

__all__ = ["COMPUTED", "EXPORTS", "Archive", "archive_review"]

COMPUTED: Final = "computed"  # what was read from the inputs
EXPORTS: Final = {
    "citations.ris": "ris",
    "citations.csv": "csv",
    "PRISMA.csv": "prisma-csv",
}
_DAY: Final = (1980, 1, 1, 0, 0, 0)  # of every file in the zip: its bytes do not depend on the hour
_CHUNK: Final = 1 << 20  # bytes
_TEXT_COLUMNS: Final = ("abstract", "raw", "text", "sentence", "phrase")
# Reports without a word of an abstract; others may quote them, now or in a later version.
_FREE_OF_TEXT: Final = ("prisma.", "PRISMA.csv", "report.", "rows/")
_LONGEST_QUOTATION: Final = 120  # characters: as long as a line of a table in a publication
_LEFT_OUT: Final = {
    EntryRepaired.kind: LeftOut("text"),
    TagJudged.kind: LeftOut("quote", _LONGEST_QUOTATION),
    TagReconciled.kind: LeftOut("quote", _LONGEST_QUOTATION),
}
_KEEPS: Final = (
    "titles, authors, keywords and the other fields of each citation; what people wrote themselves "
    f"(notes, findings, search strategies); quotations under codes up to {_LONGEST_QUOTATION} "
    "characters, longer ones cut (the events in withheld_events)"
)
_WHY_REPORT: Final = "may quote abstracts"
_WHY_INPUT: Final = "may hold abstracts, which the databases' terms do not let us share"
_WHY_FRAME: Final = "holds texts of databases; they are blank here, all else is as it was"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was made."""

    file: Path
    size: int
    sha256: str
    manifest: Manifest


def archive_review(
    workspace: Workspace, out: Path, *, now: dt.datetime, without_abstracts: bool = False
) -> Archive:
    """Put one moment of a review into a zip; others may go on working.

    Parameters
    ----------
    workspace
        The review.
    out
        The zip; it must not exist yet.
    now
        The time that the manifest gives.
    without_abstracts
        Leave out exports and full texts, and blank the abstracts everywhere else; the manifest
        says what was left out, with the hashes that it had.

    Raises
    ------
    InputError
        The file exists already, or its folder does not.
    StoreError
        An input or a frame is missing or was changed, or the zip cannot be written.
    """
    if out.exists():
        raise InputError(str(out), "exists already", "name a new file")
    if not out.parent.is_dir():
        raise InputError(str(out.parent), "is not a folder", "make it first")
    with _beside(out) as part, tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            packer = _Packer(archive, without_abstracts)
            manifest = _pack(workspace, packer, Path(scratch), now=now)
        part.replace(out)
    return Archive(out, out.stat().st_size, _hash_file(out), manifest)


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Give a place for the half-written file; it is gone afterwards, whatever happens."""
    part = out.with_name(f".{out.name}.part")
    try:
        yield part
    except OSError as error:
        raise StoreError(
            str(out), f"cannot be written ({error.strerror or error})", "free the disk or the place"
        ) from error
    finally:
        part.unlink(missing_ok=True)


@dataclass
class _Packer:
    """Writes files into the zip and remembers what it wrote and what it left out."""

    archive: zipfile.ZipFile
    without_abstracts: bool
    files: list[ArchivedFile] = field(default_factory=list)
    withheld: list[WithheldFile] = field(default_factory=list)

    def _open(self, name: str) -> IO[bytes]:
        return self.archive.open(_entry(name), "w", force_zip64=True)

    def add(self, name: str, data: bytes) -> None:
        """Write a file from memory."""
        self.archive.writestr(_entry(name), data)
        self.files.append(ArchivedFile(file=name, sha256=sha256_of(data), size=len(data)))

    def copy(self, name: str, path: Path, *, sha256: str | None = None) -> None:
        """Write a file from the disk, piece by piece; it must have the hash that it should have."""
        digest, size = hashlib.sha256(), 0
        if not path.is_file():
            raise StoreError(name, "is missing", "see `thresher verify`")
        with (
            path.open("rb") as source,
            self._open(name) as to,
        ):
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                to.write(chunk)
        if sha256 is not None and digest.hexdigest() != sha256:
            raise StoreError(name, "was changed after it was accepted", "see `thresher verify`")
        self.files.append(ArchivedFile(file=name, sha256=digest.hexdigest(), size=size))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _pack(workspace: Workspace, packer: _Packer, scratch: Path, *, now: dt.datetime) -> Manifest:
    without = _LEFT_OUT if packer.without_abstracts else {}
    ledger, left_out = copy_ledger(workspace.ledger, scratch / "ledger.sqlite", without=without)
    try:
        text = workspace.folder.config.read_bytes()
        config = read_config(text.decode(), where=str(workspace.folder.config))
        head = ledger.head()
        pinned = workspace.ledger.pinned(last=head.seq)
        snapshot = Snapshot(dataclasses.replace(workspace, config=config, ledger=pinned))
        packer.add("review.toml", text)
        _pack_codebook(snapshot.workspace, packer)
        _pack_inputs(snapshot.workspace, packer)
        _pack_frames(snapshot.workspace, packer)
        _pack_readings(snapshot.workspace, packer)
        _pack_results(snapshot, packer)
        packer.add("exports/ledger.jsonl", write_ledger_lines(ledger))
    finally:
        ledger.close()
    packer.copy("ledger.sqlite", scratch / "ledger.sqlite")
    manifest = Manifest(
        made_at=now.isoformat(),
        software=SOFTWARE,
        library=library_fingerprint(),
        lock=lock_fingerprint(),
        distributions=installed_distributions(),
        title=config.review.title,
        n_events=head.seq,
        head=head.hash,
        counts=snapshot.counts.to_json(),
        without_abstracts=packer.without_abstracts,
        files=tuple(sorted(packer.files, key=lambda one: one.file)),
        withheld=tuple(sorted(packer.withheld, key=lambda one: one.file)),
        withheld_events=tuple(sorted(left_out)),
        keeps=_KEEPS if packer.without_abstracts else "",
    )
    packer.archive.writestr(_entry(MANIFEST), manifest.model_dump_json(indent=1))
    return manifest


def _pack_codebook(workspace: Workspace, packer: _Packer) -> None:
    path = workspace.folder.path / workspace.config.tagging.codebook
    if path.is_file() and path.resolve().is_relative_to(workspace.folder.path.resolve()):
        packer.copy(workspace.config.tagging.codebook, path)


def _pack_inputs(workspace: Workspace, packer: _Packer) -> None:
    for file in referred_files(workspace.ledger):
        if packer.without_abstracts:
            packer.withheld.append(WithheldFile(file=file.file, sha256=file.sha256, why=_WHY_INPUT))
        else:
            packer.copy(file.file, workspace.folder.path / file.file, sha256=file.sha256)


def _pack_frames(workspace: Workspace, packer: _Packer) -> None:
    for _, name in referred_frames(workspace.ledger):
        place, path = f"frames/{name}.parquet", workspace.frames.path_of(name)
        if packer.without_abstracts and set(_TEXT_COLUMNS) & set(_columns(path, place)):
            packer.add(place, as_parquet(_blank(pl.read_parquet(path))))
            packer.withheld.append(WithheldFile(file=place, sha256=name, why=_WHY_FRAME))
        else:
            packer.copy(place, path, sha256=name)


def _pack_readings(workspace: Workspace, packer: _Packer) -> None:
    for reading in list_readings(workspace):
        frames: dict[str, pl.DataFrame] = {"entries": reading.entries, "records": reading.records}
        for name, frame in frames.items():
            shared = _blank(frame) if packer.without_abstracts else frame
            packer.add(f"{COMPUTED}/{reading.name}-{name}.parquet", as_parquet(shared))


def _pack_results(snapshot: Snapshot, packer: _Packer) -> None:
    for name, data in render_reports(snapshot).items():
        place = f"reports/{name}"
        if packer.without_abstracts and not name.startswith(_FREE_OF_TEXT):
            left_out = WithheldFile(file=place, sha256=sha256_of(data), why=_WHY_REPORT)
            packer.withheld.append(left_out)
        else:
            packer.add(place, data)
    for name, file_format in EXPORTS.items():
        data = export_snapshot(snapshot, file_format, without_abstracts=packer.without_abstracts)
        packer.add(f"exports/{name}", data)


def _columns(path: Path, place: str) -> list[str]:
    if not path.is_file():
        raise StoreError(place, "is missing", "see `thresher verify`")
    return list(pl.read_parquet_schema(path))


def _blank(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the texts out of a frame: null where the column may be, else empty."""
    blanks: dict[str, pl.Expr] = {
        name: pl.lit("" if name != "abstract" else None, dtype=pl.String)
        for name in _TEXT_COLUMNS
        if name in frame.columns
    }
    if "notes" in frame.columns:  # where exports hide abstracts
        blanks["notes"] = pl.lit([], dtype=pl.List(pl.String))
    return frame.with_columns(**blanks)


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
