"""Exports that come packed: gzip, and zip archives with several files, unpacked within bounds.

An archive is foreign input. It may be a bomb, its names may climb out of the folder, it may hold
further archives; all of that is refused, with the reason, before anything is written anywhere.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from pipeline.errors import UnreadableExportError

__all__ = ["unpack_export"]

_LARGEST: Final = 2 * 1024**3  # bytes in all once unpacked: a million records take about half
_RATIO: Final = 200  # times the packed size; exports pack 3 to 12 times, bombs a thousand times
_FREE: Final = 32 * 1024**2  # bytes below which a high ratio is harmless (empty columns pack well)
_MOST_FILES: Final = 1000
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_ARCHIVES: Final = (".zip", ".gz", ".tgz", ".tar", ".rar", ".7z", ".bz2", ".xz")
_ENCRYPTED: Final = 0x1  # bit of a zip entry's flags
_REMEDY: Final = "unpack it yourself and add the files that you trust"


def unpack_export(name: str, data: bytes) -> list[tuple[str, bytes]]:
    r"""Return the exports in a file: itself, or what a gzip or zip archive holds.

    Spreadsheets are zip archives too, but are left as they are.

    Raises
    ------
    UnreadableExportError
        If an archive is damaged, encrypted, empty, too large once unpacked, nested, or has names
        that lead out of its folder.

    Examples
    --------
    >>> unpack_export("a.ris", b"TY  - JOUR\nER  - \n")
    [('a.ris', b'TY  - JOUR\nER  - \n')]
    >>> unpack_export("a.ris.gz", gzip.compress(b"TY  - JOUR\n"))
    [('a.ris', b'TY  - JOUR\n')]
    """
    if data.startswith(_GZIP):
        inner = name.removesuffix(".gz")
        unpacked = _gunzip(name, data)
        _refuse_nested(name, inner, unpacked)
        return [(inner, unpacked)]
    if not data.startswith((_ZIP, _EMPTY_ZIP)):
        return [(name, data)]
    return _unzip(name, data)


def _gunzip(name: str, data: bytes) -> bytes:
    limit = _limit(len(data))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableExportError(name, f"is a damaged gzip file ({error})", _REMEDY) from error
    if len(unpacked) > limit:
        raise UnreadableExportError(name, "unpacks to far more than an export holds", _REMEDY)
    return unpacked


def _unzip(name: str, data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "[Content_Types].xml" in archive.namelist():
                return [(name, data)]  # a spreadsheet
            members = [member for member in archive.infolist() if _is_export(member)]
            _check_members(name, members, len(data))
            return [(member.filename, _read(name, archive, member)) for member in members]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise UnreadableExportError(name, f"is a damaged zip file ({error})", _REMEDY) from error


def _is_export(member: zipfile.ZipInfo) -> bool:
    """Leave out folders and what macOS and Windows add by themselves."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    is_clutter = "__MACOSX" in parts or (bool(parts) and parts[-1] in {".DS_Store", "Thumbs.db"})
    return not (member.is_dir() or is_clutter)


def _check_members(name: str, members: list[zipfile.ZipInfo], packed: int) -> None:
    if not members:
        raise UnreadableExportError(name, "is an empty archive", "download the export again")
    if len(members) > _MOST_FILES:
        raise UnreadableExportError(name, f"holds {len(members)} files", _REMEDY)
    if sum(member.file_size for member in members) > _limit(packed):
        raise UnreadableExportError(name, "unpacks to far more than an export holds", _REMEDY)
    for member in members:
        _check_member(name, member)


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    inner = member.filename
    path = PurePosixPath(inner.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in inner:
        raise UnreadableExportError(name, f"holds {inner!r}, which leads out of it", _REMEDY)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableExportError(name, f"holds a link, {inner!r}", _REMEDY)
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableExportError(name, f"holds {inner!r}, which is encrypted", _REMEDY)


def _read(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack one member, trusting its stated size no further than a byte."""
    with archive.open(member) as stream:
        unpacked = stream.read(member.file_size + 1)
    if len(unpacked) > member.file_size:
        raise UnreadableExportError(name, f"lies about the size of {member.filename!r}", _REMEDY)
    _refuse_nested(name, member.filename, unpacked)
    return unpacked


def _refuse_nested(name: str, inner: str, unpacked: bytes) -> None:
    is_packed = unpacked.startswith((_GZIP, _EMPTY_ZIP)) or (
        unpacked.startswith(_ZIP) and b"[Content_Types].xml" not in unpacked[:4096]
    )
    if is_packed or inner.lower().endswith(_ARCHIVES):
        raise UnreadableExportError(name, f"holds another archive, {inner!r}", _REMEDY)


def _limit(packed: int) -> int:
    return min(_LARGEST, max(_FREE, packed * _RATIO))
