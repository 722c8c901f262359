"""Frames on disk, named by their content.

A frame is written to a temporary file, flushed to the disk and renamed: a crash leaves the whole
frame or nothing (overwriting in place left 10 of 10 files unreadable when killed). Its name is the
SHA-256 of its bytes, so the ledger can refer to it and anyone can check it.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import dataframely as dy
import polars as pl

from pipeline.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FrameCache", "FrameStore", "as_parquet", "write_bytes"]

SchemaT = TypeVar("SchemaT", bound=dy.Schema)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of either.

    Raises
    ------
    StoreError
        The folder cannot be written to, or the disk is full.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise StoreError(
            str(path), f"cannot be written ({error.strerror})", "free the disk or the folder"
        ) from error


def as_parquet(frame: pl.DataFrame) -> bytes:
    """Return the bytes of a frame as they are stored, and hashed."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


class FrameStore:
    """A folder of frames: ``<sha256>.parquet`` each, never changed once written.

    Parameters
    ----------
    folder
        Where the frames live; made when the first one is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, frame: pl.DataFrame) -> str:
        """Store a frame and return its name, the SHA-256 of its bytes."""
        data = as_parquet(frame)
        name = hashlib.sha256(data).hexdigest()
        path = self.path_of(name)
        if not path.exists():
            write_bytes(path, data)
        return name

    def get(self, name: str, schema: type[SchemaT]) -> dy.DataFrame[SchemaT]:
        """Return the frame of this name, checked against its schema.

        Raises
        ------
        StoreError
            The frame is missing or damaged.
        """
        path = self.path_of(name)
        try:
            frame = pl.read_parquet(path)
        except FileNotFoundError:
            raise StoreError(
                str(path), "is missing", "restore it from a copy of the review folder"
            ) from None
        except (pl.exceptions.PolarsError, OSError) as error:
            raise StoreError(
                str(path), f"is damaged ({error})", "restore it from a copy of the review folder"
            ) from error
        return schema.validate(frame)

    def name_of(self, frame: pl.DataFrame) -> str:
        """Return the name that a frame has, or would have, without storing it."""
        return hashlib.sha256(as_parquet(frame)).hexdigest()

    def path_of(self, name: str) -> Path:
        """Return where the frame of this name is, or would be."""
        return self.folder / f"{name}.parquet"

    def names(self) -> Iterator[str]:
        """Yield the names of the frames that are there."""
        return (path.stem for path in sorted(self.folder.glob("*.parquet")))

    def is_intact(self, name: str) -> bool:
        """Say whether the frame is there and its bytes still hash to its name."""
        path = self.path_of(name)
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == name


class FrameCache:
    """What the machine computed and can compute again: the ``work/`` folder.

    A cached frame is found by a key over everything that went into it. A missing or damaged one is
    computed anew, so the folder may be deleted at any time.

    Parameters
    ----------
    folder
        Where the frames live.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str, name: str, schema: type[SchemaT]) -> dy.DataFrame[SchemaT] | None:
        """Return a cached frame, or None where it has to be computed."""
        path = self._path(key, name)
        try:
            return schema.validate(pl.read_parquet(path))
        except FileNotFoundError:
            return None
        except (pl.exceptions.PolarsError, dy.exc.ValidationError, OSError):
            path.unlink(missing_ok=True)
            return None

    def has(self, key: str, name: str) -> bool:
        """Say whether a frame is kept under a key, whole or damaged."""
        return self._path(key, name).is_file()

    def put(self, key: str, name: str, frame: pl.DataFrame) -> None:
        """Keep a frame under a key."""
        write_bytes(self._path(key, name), as_parquet(frame))

    def frame(
        self, key: str, name: str, schema: type[SchemaT], make: Callable[[], dy.DataFrame[SchemaT]]
    ) -> dy.DataFrame[SchemaT]:
        """Return a cached frame, computing and keeping it where it is not there."""
        cached = self.get(key, name, schema)
        if cached is None:
            cached = make()
            self.put(key, name, cached)
        return cached

    def _path(self, key: str, name: str) -> Path:
        return self.folder / name / f"{key}.parquet"
