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
    from collections.abc import Iterator

__all__ = ["FrameStore", "write_bytes"]

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
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", statistics=False)
        data = buffer.getvalue()
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
