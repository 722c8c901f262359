"""Which software made the report, as it is to be cited: names with versions."""

from __future__ import annotations

import platform
import re
from importlib import metadata
from typing import Final

from pipeline.review.workspace import SOFTWARE, installed_distributions, lock_fingerprint

__all__ = ["name_software"]

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def name_software() -> tuple[str, ...]:
    """Return Thresher, Python and what Thresher is built on, with versions, and the lock's hash."""
    required = {
        found.group().lower()
        for one in metadata.requires("thresher") or ()
        if "extra ==" not in one and (found := _NAME.match(one))
    }
    versions = (one.partition("==") for one in installed_distributions())
    built_on = tuple(f"{name} {at}" for name, _, at in versions if name.lower() in required)
    lock = f"all {len(installed_distributions())} distributions: SHA-256 {lock_fingerprint()[:16]}…"
    return (SOFTWARE, f"Python {platform.python_version()}", *built_on, lock)
