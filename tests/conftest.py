"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_folder() -> Path:
    """Return the folder of real data to test against; it may be absent."""
    return Path(os.environ.get("THRESHER_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data, or a skip that says where it was looked for."""
    folder = shared_folder()
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder} (set THRESHER_SHARED)")
    return folder
