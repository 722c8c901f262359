"""Processes that are made to be killed, forked from one that has everything imported.

Starting an interpreter and importing the library takes longer than what a test wants to kill in the
middle. Run as a script, this file imports a program (a module beside it, with a function `main`)
and forks it for each line on its input, the line being its arguments.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
import traceback
from pathlib import Path

__all__ = ["Forks", "tell"]

_ENDED = "ended"  # said for a fork that says no more


def tell(line):
    """Say a line to whoever started the process; in one piece, also where it is killed."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Forks:
    """Starts a program, one process at a time, and kills it; to be closed at the end."""

    def __init__(self, program, *, environment=os.environ):
        command = [sys.executable, __file__, program]
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.stdin.close()
        self._server.wait(60)
        self._server.stdout.close()

    def start(self, *arguments):
        """Start the program; `said` must have come to its end for the one before."""
        self._server.stdin.write("\t".join(map(str, arguments)) + "\n")
        self._server.stdin.flush()
        self._process = int(self._server.stdout.readline())

    def kill(self):
        """Kill it, wherever it is; it may have ended already."""
        os.kill(self._process, signal.SIGKILL)

    def said(self):
        """Yield what it says until it has ended, by itself or killed, but not by an error."""
        for line in self._server.stdout:
            said, _, status = line.strip().partition(" ")
            if said == _ENDED:
                assert int(status) in {0, signal.SIGKILL}
                return
            yield line.strip()


def _serve(program):
    main = importlib.import_module(program).main
    _require_no_threads(program)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            _run(main, line.rstrip("\n").split("\t"))
        # It is left where it ended, so that its number is given to nobody who might be killed then.
        ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        tell(f"{_ENDED} {ended.si_status}")


def _require_no_threads(program):
    """A fork in which polars believes to have threads would wait for them without end."""
    tasks = Path("/proc/self/task")
    names = [(task / "comm").read_text().strip() for task in tasks.glob("*")]
    if started := [name for name in names if re.fullmatch(r"polars-\d+", name)]:
        raise RuntimeError(f"importing {program} started {started}: find the module that computes")


def _run(main, arguments):
    code = 1
    tell(os.getpid())
    try:
        main(*arguments)
        code = 0
    except Exception:  # noqa: BLE001 - the test sees the code, its reader the trace
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
