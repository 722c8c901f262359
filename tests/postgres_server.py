"""A PostgreSQL server of the tests' own, on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

__all__ = ["find_programs", "running_server"]

_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


def find_programs():
    """Return the folder of PostgreSQL's server programs, or None where it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*([Path(on_path).parent] if on_path else []), *debian]
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


@contextmanager
def running_server(programs, *, is_durable=False):
    """Start a server, and yield the URL of its first database.

    What it acknowledges is on the disk only where ``is_durable``; tests need no more than speed.
    """
    with tempfile.TemporaryDirectory(prefix="thresher-pg-", dir="/tmp") as name:
        folder, port = Path(name), _free_port()
        if _is_root():
            shutil.chown(folder, _UNPRIVILEGED)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "thresher", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=60"
        options += "" if is_durable else " -F"
        log = folder / "log"
        _run(programs / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "-t", "60", "start")
        try:
            yield f"postgresql+psycopg://thresher@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(*command):
    prefix = ["runuser", "-u", _UNPRIVILEGED, "--"] if _is_root() else []
    subprocess.run(
        [*prefix, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=120
    )


def _is_root():
    return os.geteuid() == 0


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
