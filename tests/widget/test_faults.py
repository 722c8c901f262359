"""A kernel that is killed at a random moment loses nothing that it acknowledged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from forking import Forks

from pipeline.events import Decided
from pipeline.review import Review

ROUNDS = int(os.environ.get("THRESHER_FAULTS", "5"))
LONGEST = 1.0  # seconds of typing before the kill


@pytest.fixture(scope="module")
def kernels():
    with Forks("typing_kernel") as forks:
        yield forks


def test_every_acknowledged_decision_of_a_killed_kernel_is_there_once(kernels, review_folder):
    _type_and_kill(kernels, review_folder, "type")


@pytest.mark.exhaustive
def test_it_is_so_while_the_model_learns(kernels, review_folder):
    _type_and_kill(kernels, review_folder, "learn")


def _type_and_kill(kernels, folder, how):
    rng = random.Random(20261122)  # noqa: S311 - not for secrets
    acknowledged = []
    for _ in range(ROUNDS):
        acknowledged += _type_until_killed(kernels, folder, how, rng.uniform(0.02, LONGEST))
        with Review.open(folder) as review:
            uids = Counter(one.uid for one in review.workspace.ledger.read(Decided))
            assert list(review.workspace.ledger.broken_links()) == []
        assert set(acknowledged) <= uids.keys()
        assert max(uids.values(), default=1) == 1
    assert acknowledged


def _type_until_killed(kernels, folder, how, seconds):
    kernels.start(folder, how)
    said = kernels.said()
    assert next(said) == "ready"
    time.sleep(seconds)
    kernels.kill()
    return list(said)


@pytest.mark.exhaustive
def test_what_learns_goes_down_with_the_kernel(review_folder):
    code = (
        "import os, sys, time\n"
        "from pipeline.review.session.refitting import RefittingProcess\n"
        "if __name__ == '__main__':\n"
        "    print(RefittingProcess().submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    program = review_folder / "work" / "learning.py"
    program.write_text(code)
    kernel = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    learner = int(kernel.stdout.readline())
    kernel.kill()
    kernel.wait()
    kernel.stdout.close()
    for _ in range(100):
        if not _is_alive(learner):
            return
        time.sleep(0.1)
    os.kill(learner, signal.SIGKILL)
    pytest.fail("the learning process outlived its kernel")


def _is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
