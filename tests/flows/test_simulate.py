"""Replays of labelled sets: the same on any number of workers, resumed, drawn as pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from flows.curves import draw_curves
from flows.results import collect_results
from flows.simulate import SimulationPlan, find_question, plan_jobs, run_job, simulate_files
from pipeline.errors import InputError, UnknownNameError

PLAN = SimulationPlan(1, 2, "elas-u4", "growing", "")
TOPICS = ("nap", "nursery", "whale", "song", "curtain", "price")


@pytest.fixture
def naps(tmp_path):
    """A small labelled set."""
    return _write(tmp_path / "naps.csv", 40)


def _write(path, n):
    rows = [
        f"r{k},{TOPICS[k % 6]} study {k},{TOPICS[k % 5]}s in {TOPICS[k % 4]},{int(k % 9 == 0)}"
        for k in range(n)
    ]
    path.write_text("record_id,title,abstract,label\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def _orders(runs):
    return [run.order["record_id"].to_list() for one in runs for run in one]


def test_a_finished_run_is_kept_and_taken_from_there(naps, tmp_path):
    cache = tmp_path / "cache"
    first = simulate_files([naps], PLAN, cache=cache)
    kept = sorted((cache / "runs").glob("*.parquet"))
    assert len(kept) == 2
    for path in kept:  # a mark that no computation would leave
        frame = pl.read_parquet(path)
        frame.with_columns(record_id=pl.lit("from the cache")).write_parquet(path)
    again = simulate_files([naps], PLAN, cache=cache)
    assert set(_orders(again)[0]) == {"from the cache"}
    assert [run.metrics for run in again[0]] == [run.metrics for run in first[0]]


def test_a_replay_that_was_cut_off_goes_on_where_it_stood(naps, tmp_path):
    cache = tmp_path / "cache"
    simulate_files([naps], replace(PLAN, n_seeds=1), cache=cache)
    (kept,) = (cache / "runs").glob("*.parquet")
    before = kept.stat().st_mtime_ns
    told = []
    whole = simulate_files([naps], PLAN, cache=cache, on_progress=told.append)
    assert kept.stat().st_mtime_ns == before
    assert told == [1, 1]
    assert _orders(whole) == _orders(simulate_files([naps], PLAN))


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, model="blend"),
        replace(PLAN, question="whales"),
        replace(PLAN, schedule="every-label"),
        replace(PLAN, n_priors=2),
    ],
    ids=["model", "question", "schedule", "priors"],
)
def test_another_replay_is_another_run(naps, tmp_path, other):
    for plan in (PLAN, other):
        run_job(plan_jobs([naps], plan, cache=tmp_path)[0])
    assert len(list((tmp_path / "runs").glob("*.parquet"))) == 4


def test_a_changed_file_is_replayed_anew(naps, tmp_path):
    simulate_files([naps], PLAN, cache=tmp_path)
    _write(naps, 41)
    runs = simulate_files([naps], PLAN, cache=tmp_path)
    assert runs[0][0].order.height == 41


def test_a_damaged_run_is_computed_anew(naps, tmp_path):
    first = simulate_files([naps], PLAN, cache=tmp_path)
    for path in (tmp_path / "runs").glob("*.parquet"):
        path.write_bytes(path.read_bytes()[:50])
    assert _orders(simulate_files([naps], PLAN, cache=tmp_path)) == _orders(first)


def test_two_processes_find_what_one_finds(naps, tmp_path):
    other = _write(tmp_path / "songs.csv", 30)
    plan = replace(PLAN, n_seeds=3)
    one = simulate_files([naps, other], plan)
    two = simulate_files([naps, other], plan, n_workers=2)
    assert _orders(one) == _orders(two)
    assert [len(runs) for runs in two] == [3, 3]


@pytest.mark.parametrize(("n_files", "n_workers", "expected"), [(1, 2, 2), (1, 8, 5), (3, 2, 3)])
def test_seeds_are_parted_only_where_files_are_few(n_files, n_workers, expected):
    files = [Path(f"{n}.csv") for n in range(n_files)]
    jobs = plan_jobs(files, replace(PLAN, n_seeds=5), n_workers=n_workers)
    assert len(jobs) == expected
    for file in files:
        seeds = [seed for job in jobs if job.path == file for seed in job.seeds]
        assert seeds == list(range(5))


def test_the_question_comes_from_the_manifest_beside_the_file(naps):
    assert find_question(naps) == ""
    naps.with_name("manifest.csv").write_text("name,question\nnaps,Do naps help?\n", "utf-8")
    assert find_question(naps) == "Do naps help?"


def test_curves_are_drawn_with_words_for_those_who_cannot_see_them(naps):
    runs = simulate_files([naps], PLAN)
    results = collect_results([naps], "elas-u4", runs)
    svg = draw_curves(results, path=Path("a.svg"))
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.get("role") == "img"
    texts = " ".join(root.itertext())
    assert "naps with elas-u4: 95 % of the relevant found after" in texts
    assert "WSS@95" in texts
    assert svg == draw_curves(results, path=Path("b.svg"))
    assert draw_curves(results, path=Path("a.png")).startswith(b"\x89PNG")
    with pytest.raises(InputError, match=r"end it in \.svg, \.png, \.pdf"):
        draw_curves(results, path=Path("a.gif"))


def test_the_command_compares_models_and_draws(thresher, naps, tmp_path):
    picture = tmp_path / "curves.svg"
    asked = ("simulate", naps, "--priors", 1, "--model", "elas-u4", "--model", "blend")
    result = thresher(*asked, "--curves", picture, "--json")
    assert result.code == 0, result.err
    assert [one["model"] for one in result.json] == ["elas-u4", "blend"]
    assert picture.read_text("utf-8").startswith("<?xml")
    refused = thresher(*asked, "--out", tmp_path / "order.csv")
    assert refused.code == 2
    assert "name one --model" in refused.err


@pytest.mark.exhaustive
@pytest.mark.parametrize("runner", ["thread", "process", "dask"])
def test_a_flow_finds_what_a_plain_call_finds(thresher_process, naps, runner):
    told = [
        thresher_process("simulate", naps, "--seeds", 2, "--runner", one, "--fresh", "--json")
        for one in ("pool", runner)
    ]
    assert [one.code for one in told] == [0, 0], told[1].err
    assert told[0].json == told[1].json


@pytest.mark.exhaustive
def test_an_unknown_runner_is_refused():
    from flows.runners import make_runner

    with pytest.raises(UnknownNameError, match="did you mean 'thread'"):
        make_runner("threat")
