"""Exports on disk: the bytes, and what the review says about tables that no dialect knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipeline.errors import InputError, UnknownNameError
from pipeline.ingest import ParsedExport, parse_export, unpack_export
from pipeline.ingest.contract import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.ingest.contract import Field
    from pipeline.review.workspace import Workspace

__all__ = ["declared_columns", "parse_file", "read_bytes", "read_exports"]


def read_exports(path: Path) -> list[tuple[str, bytes]]:
    """Return the exports in a file by name: one, or those in a gzip or zip archive.

    Raises
    ------
    InputError
        It is missing, a folder, may not be read, or is an archive that cannot be trusted.
    """
    return list(unpack_export(path.name, read_bytes(path)))


def parse_file(
    path: Path, *, columns: Mapping[str, Field] | None = None
) -> list[tuple[str, ParsedExport]]:
    """Read the exports in a file without a review: one, or each one of an archive, by name.

    Raises
    ------
    UnreadableExportError
        The file is missing, a folder, empty, or of no format that is known.
    """
    return [
        (name, parse_export(data, name=name, columns=columns)) for name, data in read_exports(path)
    ]


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    InputError
        It is missing, a folder, or may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(str(path), "does not exist", "check the name") from None
    except IsADirectoryError:
        raise InputError(str(path), "is a folder", "name the exports in it") from None
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror})", "check its permissions"
        ) from error


def declared_columns(workspace: Workspace) -> Mapping[str, Field] | None:
    """Return the review's column mapping for tables that no dialect knows."""
    columns = workspace.config.columns
    for field in columns.values():
        if field not in FIELDS:
            raise UnknownNameError("field in [columns] of review.toml", field, FIELDS)
    return cast("Mapping[str, Field]", columns) or None
