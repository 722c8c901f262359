"""A review is run by one process at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import closing

import pytest

from pipeline.errors import StoreError
from pipeline.store import create_ledger, open_ledger
from pipeline.store.locking import running_alone


@pytest.fixture
def ledger(ledger_url):
    with closing(create_ledger(ledger_url, software="t")) as opened:
        yield opened


def hold(url, is_held, may_end):
    with closing(open_ledger(url, software="t")) as opened, running_alone(opened):
        is_held.set()
        may_end.wait(60)


def test_a_second_run_is_refused_or_waits_until_the_first_ends(ledger, ledger_url):
    context = multiprocessing.get_context("spawn")
    is_held, may_end = context.Event(), context.Event()
    first = context.Process(target=hold, args=(ledger_url, is_held, may_end))
    first.start()
    assert is_held.wait(60)
    with pytest.raises(StoreError, match="another run"), running_alone(ledger):
        pass
    may_end.set()
    with running_alone(ledger, wait_seconds=60):
        pass
    first.join(60)


def test_a_run_that_was_killed_leaves_nothing_locked(ledger, ledger_url):
    context = multiprocessing.get_context("spawn")
    is_held, may_end = context.Event(), context.Event()
    first = context.Process(target=hold, args=(ledger_url, is_held, may_end))
    first.start()
    assert is_held.wait(60)
    os.kill(first.pid, signal.SIGKILL)
    first.join(60)
    with running_alone(ledger, wait_seconds=30):
        pass
