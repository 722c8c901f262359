"""Open somebody's archive: nothing outside its own folder, nothing larger than it says.

An archive may come from anywhere. Names with path tricks, links, duplicates and bombs are refused
before anything is written; what is written is counted and hashed on the way. A file that is not
the one of the manifest is a finding, not an error: whoever replays wants to know which one.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.review.archive.manifest import FORMAT, MANIFEST, Manifest
from pipeline.review.verification import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.review.archive.manifest import ArchivedFile

__all__ = ["open_archive", "read_manifest", "unpack"]

_CHUNK: Final = 1 << 20  # bytes
_LARGEST_MANIFEST: Final = 64 << 20  # bytes: some 300,000 files
_ALWAYS_ALLOWED: Final = 256 << 20  # bytes unpacked, however small the zip is
_RATIO: Final = 200  # unpacked to packed: texts and ledgers reach 10 to 20, a bomb 1,000
_ASK: Final = "ask for the archive again, made with `thresher archive`"


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose names and sizes can be trusted not to do harm.

    Raises
    ------
    InputError
        It is not there, no zip, or one that was made to do harm.
    """
    if not path.is_file():
        raise InputError(str(path), "is not a file", "name an archive")
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                _refuse_harmful(path, entry)
            _refuse_duplicates(path, archive)
            _refuse_bomb(path, archive)
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"is no zip that can be read ({error})", _ASK) from error


def _refuse_harmful(path: Path, entry: zipfile.ZipInfo) -> None:
    name, kind = PurePosixPath(entry.filename), stat.S_IFMT(entry.external_attr >> 16)
    is_outside = name.is_absolute() or ".." in name.parts or str(name) != entry.filename
    is_tricky = any(sign in entry.filename for sign in "\\:\0") or not entry.filename.isprintable()
    if is_outside or is_tricky:
        raise InputError(str(path), f"holds the unsafe name {entry.filename!r}", _ASK)
    if kind not in (0, stat.S_IFREG):
        raise InputError(str(path), f"{entry.filename} is a link or a device, no file", _ASK)
    if entry.flag_bits & 0x1:
        raise InputError(str(path), f"{entry.filename} is encrypted", _ASK)


def _refuse_duplicates(path: Path, archive: zipfile.ZipFile) -> None:
    seen: set[str] = set()
    for name in archive.namelist():
        if name.casefold() in seen:
            raise InputError(str(path), f"holds {name} twice", _ASK)
        seen.add(name.casefold())


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    n_bytes = sum(entry.file_size for entry in archive.infolist())
    if n_bytes > max(_ALWAYS_ALLOWED, _RATIO * path.stat().st_size):
        raise InputError(str(path), f"would unpack to {n_bytes:,} bytes, like a zip bomb", _ASK)


def read_manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest of an archive.

    Raises
    ------
    InputError
        There is none, or it cannot be understood, or a newer Thresher wrote it.
    """
    if MANIFEST not in archive.namelist():
        raise InputError(str(path), f"holds no {MANIFEST}", _ASK)
    if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise InputError(str(path), f"{MANIFEST} is too large", _ASK)
    try:
        with archive.open(MANIFEST) as file:
            manifest = Manifest.model_validate_json(file.read(_LARGEST_MANIFEST))
    except (ValidationError, zlib.error) as error:
        raise InputError(str(path), f"{MANIFEST} cannot be understood ({error})", _ASK) from error
    if manifest.archive > FORMAT:
        raise InputError(str(path), "was made by a newer Thresher", "upgrade Thresher")
    return manifest


def unpack(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> list[Finding]:
    """Write the files of the manifest into a folder; say which are not what it says they are."""
    listed = {file.file: file for file in manifest.files}
    there = {name for name in archive.namelist() if name != MANIFEST}
    findings = [Finding(name, "is missing") for name in sorted(listed.keys() - there)]
    findings += [Finding(name, "is not in the manifest") for name in sorted(there - listed.keys())]
    for name in sorted(listed.keys() & there):
        findings += _write(archive, listed[name], folder)
    return findings


def _write(archive: zipfile.ZipFile, file: ArchivedFile, folder: Path) -> list[Finding]:
    target = folder / file.file
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(file.file) as source, target.open("wb") as written:
            while size <= file.size and (chunk := source.read(_CHUNK)):
                digest.update(chunk)
                size += len(chunk)
                written.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        return [Finding(file.file, f"is damaged ({error})")]
    if (digest.hexdigest(), size) != (file.sha256, file.size):
        return [Finding(file.file, "was changed after the archive was made")]
    return []
