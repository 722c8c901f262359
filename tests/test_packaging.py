"""The built wheel works under plain pip, in an environment that has nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.exhaustive  # two minutes: everything is installed anew


def run(*command, **environment):
    return subprocess.run(
        [str(part) for part in command],
        check=True,
        capture_output=True,
        text=True,
        cwd=environment.pop("cwd", ROOT),
        env={**os.environ, **environment},
        timeout=900,
    )


def test_the_wheel_installs_into_an_empty_environment_and_runs_the_demo(tmp_path):
    uv = shutil.which("uv") or ROOT / ".uv" / "bin" / "uv"
    if not Path(uv).exists():
        pytest.skip("uv, which builds the wheel, is neither on the path nor in .uv")
    run(uv, "build", "--wheel", "--out-dir", tmp_path)
    (wheel,) = tmp_path.glob("thresher-*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", wheel)
    demo = run(
        python.with_name("thresher"),
        "demo",
        tmp_path / "review",
        "--records",
        300,
        "--json",
        cwd=tmp_path,
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    found = json.loads(demo.stdout)
    assert found["counts"]["new_studies"] >= 3
    assert (tmp_path / "review" / "reports" / "report.html").is_file()
