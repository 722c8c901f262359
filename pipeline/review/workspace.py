"""A review, opened: its settings, its ledger, its accepted frames and its cache."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, resources
from typing import TYPE_CHECKING, Final

from pipeline.config import ReviewConfig, read_config
from pipeline.errors import InputError
from pipeline.events import canonical_json, sha256_of
from pipeline.review.folder import ReviewFolder
from pipeline.store import FrameCache, FrameStore, Ledger, create_ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

__all__ = [
    "SOFTWARE",
    "STORE_VARIABLE",
    "Workspace",
    "cache_key",
    "installed_distributions",
    "library_fingerprint",
    "lock_fingerprint",
    "open_workspace",
]

SOFTWARE: Final = f"thresher {metadata.version('thresher')}"
STORE_VARIABLE: Final = "THRESHER_STORE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """What every operation on a review works with."""

    folder: ReviewFolder
    config: ReviewConfig
    ledger: Ledger
    frames: FrameStore
    cache: FrameCache


def open_workspace(path: Path, *, is_new: bool = False) -> Workspace:
    """Open the review in a folder.

    Parameters
    ----------
    path
        The review's folder.
    is_new
        Make the ledger, for a folder that has just been made.

    Raises
    ------
    InputError
        There is no review there, or its settings or its ledger cannot be used.
    """
    folder = ReviewFolder(path)
    if not folder.config.is_file():
        raise InputError(
            str(path), "is not a review (no review.toml)", "make one with `thresher init`"
        )
    config = read_config(_read_text(folder.config), where=str(folder.config))
    url = os.environ.get(STORE_VARIABLE) or config.store.url or folder.ledger_url
    opened = create_ledger if is_new else open_ledger
    ledger = opened(url, software=SOFTWARE, busy_timeout_seconds=config.store.busy_timeout_seconds)
    return Workspace(folder, config, ledger, FrameStore(folder.frames), FrameCache(folder.work))


def cache_key(*parts: object) -> str:
    """Return a key over everything that a result depends on, this library's code included."""
    return sha256_of(canonical_json([library_fingerprint(), *parts]))[:32]


@lru_cache(maxsize=1)
def library_fingerprint() -> str:
    """Return a hash of the library's own code and data: a changed line makes results anew."""
    digest = hashlib.sha256()
    for file in _files(resources.files("pipeline")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def lock_fingerprint() -> str:
    """Return a hash of the installed distributions and their versions."""
    return sha256_of("\n".join(installed_distributions()))


@lru_cache(maxsize=1)
def installed_distributions() -> tuple[str, ...]:
    """Return the installed distributions with their versions, sorted."""
    return tuple(sorted({f"{one.name}=={one.version}" for one in metadata.distributions()}))


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry)
        elif not entry.name.endswith(".pyc"):
            yield entry


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not UTF-8", "save it as UTF-8") from error
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror})", "check its permissions"
        ) from error
