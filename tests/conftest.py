"""What every test may ask for."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from postgres_server import find_programs, running_server

# The daily run tries the same examples each time; HYPOTHESIS_PROFILE=default looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

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


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a real PostgreSQL server, or a skip where none is installed."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: postgresql)")
    with running_server(programs) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server):
    """A new, empty database on a real PostgreSQL server."""
    name = f"review_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return postgres_server.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request, tmp_path):
    """The address of a new ledger, on each store in turn."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
