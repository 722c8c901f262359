"""The flow does what plain calls do, quietly, and repeats without a trace but the run."""

from __future__ import annotations

import json

import pytest

from pipeline.review import Review

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(thresher_process, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "review"
    return folder, thresher_process("demo", folder, "--records", 200, "--seed", 7, "--json")


def test_the_demo_runs_to_the_end_and_says_what_it_found(demo):
    folder, result = demo
    assert result.code == 0, result.err
    found = result.json
    assert found["review"] == str(folder)
    assert found["counts"]["new_studies"] >= 3
    assert found["recall"] > 0.9
    assert found["dedupe"]["precision"] > 0.9
    assert found["dedupe"]["recall"] > 0.9
    assert all(one["holds"] for one in found["counts"]["identities"])
    assert (folder / "reports" / "prisma.svg").is_file()
    assert (folder / "reports" / "report.html").is_file()
    assert result.err == ""  # quiet: no log of a server, no warning


@pytest.mark.exhaustive  # the façade says so every day (tests/review/test_real_exports.py)
def test_running_the_flow_again_adds_only_the_run(demo, thresher_process):
    folder, _ = demo
    with Review.open(folder) as review:
        before, counts = review.workspace.ledger.head().seq, review.counts()
    result = thresher_process("run", folder, "--json")
    assert result.code == 0, result.err
    assert result.err == ""
    with Review.open(folder) as review:
        added = review.workspace.ledger.read()[before:]
        assert [one.event.kind for one in added] == ["run"]
        assert json.loads(result.out)["counts"] == counts.to_json() == review.counts().to_json()


def test_the_flow_and_plain_calls_give_the_same_result(demo):
    folder, _ = demo
    with Review.open(folder) as review:
        before = review.counts()
        assert review.run() == before
        assert review.verify() == []
