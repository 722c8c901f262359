"""The command line, as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import main
from flows.prefect_settings import prepare_prefect
from flows.serving import serving_address


@dataclass
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def thresher(monkeypatch, capsys, tmp_path_factory):
    """Run a command in this process: fast, for commands that need no Prefect."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["thresher", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return run


@pytest.fixture(scope="module")
def prefect_server(tmp_path_factory):
    """The environment of a Prefect server that runs: a flow of one's own need not start one."""
    folder = tmp_path_factory.mktemp("prefect")
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder)}
    environment.pop("PREFECT_HOME", None)
    prepare_prefect(folder, environment=environment)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PREFECT_HOME", environment["PREFECT_HOME"])
        with serving_address() as address:
            yield {**environment, "PREFECT_API_URL": address}


@pytest.fixture(scope="session")
def thresher_process(tmp_path_factory):
    """Run a command in a process of its own, with a Prefect home that nothing else uses."""
    cache = tmp_path_factory.mktemp("cache")
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    environment.pop("PREFECT_HOME", None)

    def run(*arguments, **variables):
        script = Path(sys.executable).with_name("thresher")
        ended = subprocess.run(
            [script, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment | variables,
            check=False,
            timeout=1800,
        )
        return Result(ended.returncode, ended.stdout, ended.stderr)

    return run
