"""What Prefect must be told before it is imported: stay local, stay quiet, wait long enough.

Prefect's own state (its database of runs, cached results) lives outside the review's folder, which
is archived; each review has a home of its own, because several processes that start on one fresh
home at once race in its migration.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["prepare_prefect"]

_ALWAYS: Final = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
_UNLESS_SET: Final = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_SERVER_DATABASE_TIMEOUT": "120",  # seconds; its own database is locked under load
    "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "120",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is said once, by the command line
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "DASK_LOGGING__DISTRIBUTED": "error",  # a local cluster says hello for each worker
}


def prepare_prefect(
    review: Path, *, environment: MutableMapping[str, str] = os.environ
) -> MutableMapping[str, str]:
    """Set Prefect's environment for one review; call it before Prefect is imported.

    Parameters
    ----------
    review
        The review's folder.
    environment
        What to change; the process's own by default.

    >>> import tempfile
    >>> cache = tempfile.mkdtemp()
    >>> settings = prepare_prefect(Path("my-review"), environment={"XDG_CACHE_HOME": cache})
    >>> settings["DO_NOT_TRACK"], settings["PREFECT_HOME"].startswith(f"{cache}/thresher/prefect/")
    ('1', True)
    """
    environment.update(_ALWAYS)
    for name, value in _UNLESS_SET.items():
        environment.setdefault(name, value)
    cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256(str(review.resolve()).encode()).hexdigest()[:16]
    home = environment.setdefault("PREFECT_HOME", str(cache / "thresher" / "prefect" / name))
    Path(home).mkdir(parents=True, exist_ok=True)  # Prefect's server makes no parent folders
    return environment
