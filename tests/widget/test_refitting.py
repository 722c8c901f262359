"""The process that learns beside the reading ends when its session does."""

from __future__ import annotations

import time
from concurrent.futures.process import BrokenProcessPool

import pytest

from pipeline.review.session.refitting import RefittingProcess


@pytest.mark.exhaustive
def test_what_is_being_learnt_is_given_up_when_the_session_closes():
    learning = RefittingProcess()
    started = learning.submit(time.time).result()
    left = learning.submit(time.sleep, 600)
    learning.shutdown(wait=False)
    with pytest.raises(BrokenProcessPool):
        left.result(timeout=60)
    assert time.time() - started < 60
