"""A review's flow, as Prefect runs it on a server: the program that tests of faults kill."""

from __future__ import annotations

from pathlib import Path

import matplotlib.backends.backend_svg
import matplotlib.figure  # noqa: F401 - a report imports it when it draws
from forking import tell

from flows.review import run_review

__all__ = ["main"]


def main(path, runner="thread", scheduler=None):
    """Run the flow once."""
    tell("ready")
    tell(run_review(Path(path), runner=runner, scheduler=scheduler))
