"""The command line keeps DESIGN's contracts, and bad input ends in one sentence and exit code 2."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
from itertools import chain

import pytest
from running import prepare

from flows.cli import COMMANDS
from pipeline.review import Review, SearchDetails
from pipeline.review.exporting import EXPORT_FORMATS

RIS = (
    "TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nY1  - 2020\nN2  - {title} in short\n"
    "DO  - 10.5555/x.{n}\nU2  - L20000{n}\nDB  - Embase\nER  - \n\n"
)
TITLES = ("Evening text messages for adults", "Whale songs in nurseries", "The price of curtains")


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "embase.ris"
    path.write_text("".join(RIS.format(title=t, n=n) for n, t in enumerate(TITLES)), "utf-8")
    return path


@pytest.fixture
def review(thresher, export, tmp_path):
    path = tmp_path / "review"
    assert thresher("init", path).code == 0
    added = thresher("add", path, export, "--searched-on", "2026-11-21", "--database", "Embase")
    assert added.code == 0, added.err
    return path


def test_every_command_has_an_example_and_takes_json(thresher):
    for command in chain.from_iterable(COMMANDS.values()):
        shown = thresher(command.__name__.replace("_", "-"), "--help")
        assert shown.code == 0
        assert "Example: thresher" in shown.out, command.__name__
        assert "--json" in shown.out, command.__name__


def test_inspect_prints_one_object_a_file(thresher, export):
    result = thresher("inspect", export, "--json")
    assert result.code == 0
    (found,) = result.json
    assert found == {
        "file": str(export),
        "format": "ris",
        "platform": "Embase.com",
        "database": "Embase",
        "encoding": "utf-8",
        "n_records": 3,
        "n_with_title": 3,
        "n_with_abstract": 3,
        "n_with_doi": 3,
        "n_rejected": 0,
        "warnings": [],
    }


def test_an_unreadable_file_does_not_hide_the_others(thresher, export, tmp_path):
    (tmp_path / "empty.ris").touch()
    result = thresher("inspect", tmp_path / "empty.ris", export, "--json")
    assert result.code == 2
    first, second = result.json
    assert "empty.ris" in first["error"]
    assert second["n_records"] == 3


def write_csv(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_review_without_code_from_decisions_to_a_published_version(thresher, review, tmp_path):
    with Review.open(review) as opened:
        opened.run()
        kept, dropped, lost = opened.citations()["citation_id"].to_list()
    table = write_csv(
        tmp_path / "anna.csv",
        ("citation_id", "stage", "decision", "reasons"),
        (kept, "title-abstract", "include", ""),
        (dropped, "title-abstract", "exclude", ""),
        (lost, "", "include", ""),
        (lost, "retrieval", "not_retrieved", ""),
        (kept, "retrieval", "retrieved", ""),
        (kept, "full-text", "include", ""),
    )
    decided = thresher("decide", review, "--from", table, "--as", "reviewer-1", "--json")
    assert (decided.code, decided.json) == (0, {"n_taken": 6, "n_known": 0})
    published = thresher("publish", review, "1", "--as", "reviewer-1", "--json")
    assert published.code == 0, published.err
    flow = thresher("prisma", review, "--json").json
    assert flow == published.json
    assert (flow["records_screened"], flow["dbr_sought_reports"], flow["new_studies"]) == (3, 2, 1)
    assert not flow["interim"]
    assert all(one["holds"] for one in flow["identities"])
    assert thresher("prisma", review, "--explain", "new_studies", "--json").json[0]["title"]


def test_dedupe_clusters_any_table_of_records(thresher, tmp_path):
    table = tmp_path / "in.csv"
    table.write_text(
        "record_id,title,authors,year,doi\n"
        'b,Evening text messages for adults with insomnia,"Ek, Anna",2020,10.5555/x.1\n'
        'a,Evening text messages for adults with insomnia.,"Ek, A",2020,10.5555/x.1\n'
        'c,The price of curtains,"Lund, Dag",2019,\n',
        "utf-8",
    )
    out = tmp_path / "out.csv"
    result = thresher("dedupe", "--file", table, "--out", out, "--json")
    assert (result.code, result.json["n_clusters"]) == (0, 2)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["record_id"] for row in rows] == ["b", "a", "c"]
    assert rows[0]["cluster_id"] == rows[1]["cluster_id"] != rows[2]["cluster_id"]


def test_simulate_writes_every_record_of_every_order(thresher, tmp_path):
    data = tmp_path / "naps.csv"
    rows = [f"r{n},nap study {n},naps in nursery {n % 7},{int(n % 9 == 0)}" for n in range(40)]
    data.write_text("record_id,title,abstract,label\n" + "\n".join(rows) + "\n", "utf-8")
    out = tmp_path / "order.csv"
    result = thresher("simulate", data, "--priors", 1, "--seeds", 2, "--out", out, "--json")
    assert result.code == 0, result.err
    assert [one["seed"] for one in result.json] == [0, 1]
    with out.open(encoding="utf-8", newline="") as file:
        order = list(csv.DictReader(file))
    assert list(order[0]) == ["dataset", "seed", "position", "record_id", "label", "is_prior"]
    for seed in ("0", "1"):
        run = [row for row in order if row["seed"] == seed]
        assert [row["position"] for row in run] == [str(n) for n in range(1, 41)]
        assert sorted(row["record_id"] for row in run) == sorted(f"r{n}" for n in range(40))
        assert [row["is_prior"] for row in run] == ["1", "1"] + ["0"] * 38


def test_tag_prints_suggestions_with_their_place(thresher, tmp_path):
    table = tmp_path / "in.csv"
    table.write_text(
        "record_id,title,abstract\n"
        "r1,Apps in clinics,Barriers were lack of training and poor internet connection.\n",
        "utf-8",
    )
    result = thresher("tag", "--file", table, "--codebook", "berardi-2024", "--json")
    assert result.code == 0
    (record,) = result.json
    assert record["record_id"] == "r1"
    assert record["tags"]
    for tag in record["tags"]:
        assert record["text"][tag["start"] : tag["end"]] == tag["sentence"]
        assert record["text"][tag["phrase_start"] : tag["phrase_end"]] == tag["phrase"]
        assert tag["polarity"] == "barrier"


BAD_INPUT = {
    "no review": (["status", "{tmp}/nothing"], "is not a review"),
    "a folder as an export": (["inspect", "{tmp}"], "is a folder"),
    "an unknown box": (["prisma", "{review}", "--explain", "duplicate"], "'duplicates'"),
    "an unknown record": (["dedupe", "{review}", "--explain", "x"], "record 'x'"),
    "no such file": (["decide", "{review}", "--from", "{tmp}/no.csv", "--as", "a"], "not exist"),
    "a date that is none": (["prisma", "{review}", "--as-of", "May"], "write it as"),
    "dedupe of nothing": (["dedupe"], "needs a review or --file"),
    "an unknown model": (["simulate", "{export}", "--model", "elas-u5"], "'elas-u4'"),
    "an unknown codebook": (["tag", "--file", "{table}", "--codebook", "cfr"], "codebook"),
    "a table without columns": (["tag", "--file", "{untitled}"], "has no column"),
    "publishing too early": (["publish", "{review}", "1", "--as", "anna"], "interim"),
    "pairs without a terminal": (["dedupe", "{review}", "--review-pairs", "--as", "a"], "terminal"),
    "a version that is none": (["prisma", "{review}", "--version", "7"], "published version"),
    "a waiver by nobody": (["rejected", "{review}", "--waive", "all"], "needs --as"),
    "a waiver without a reason": (
        ["rejected", "{review}", "--waive", "all", "--as", "anna"],
        "needs --reason",
    ),
    "a repair without a text": (
        ["rejected", "{review}", "--repair", "x", "--as", "anna"],
        "--text",
    ),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A review up to its queue; bad input changes nothing in it, so that all cases share it."""
    folder = tmp_path_factory.mktemp("prepared")
    export = folder / "embase.ris"
    export.write_text("".join(RIS.format(title=t, n=n) for n, t in enumerate(TITLES)), "utf-8")
    with Review.init(folder / "review") as review:
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        prepare(review)
        return review.path


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_sentence_and_exit_code_2(thresher, prepared, export, tmp_path, case):
    arguments, message = BAD_INPUT[case]
    table = tmp_path / "table.csv"
    table.write_text("record_id,title,abstract\nr,t,a\n", "utf-8")
    untitled = write_csv(tmp_path / "untitled.csv", ("record_id", "abstract"), ("r", "a"))
    events = (prepared / "ledger.sqlite").read_bytes()
    places = {"tmp": tmp_path, "review": prepared, "export": export, "table": table}
    places["untitled"] = untitled
    result = thresher(*(one.format(**places) for one in arguments))
    assert result.code == 2, result.out
    assert message in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err
    assert (prepared / "ledger.sqlite").read_bytes() == events


def test_a_misspelt_setting_is_one_sentence(thresher, review):
    config = review / "review.toml"
    config.write_text(config.read_text("utf-8").replace("n_excludes", "n_exclude"), "utf-8")
    result = thresher("status", review)
    assert result.code == 2
    assert "did you mean 'n_excludes'?" in result.err


def test_a_ledger_that_is_held_is_one_sentence(thresher, review, tmp_path):
    config = review / "review.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("_seconds = 30", "_seconds = 0.2"), "utf-8")
    export = tmp_path / "more.ris"
    export.write_text(RIS.format(title="Hammocks in wards", n=9), "utf-8")
    holder = sqlite3.connect(review / "ledger.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        result = thresher("add", review, export, "--searched-on", "2026-11-21")
    finally:
        holder.close()
    assert result.code == 2
    assert "is held by another process" in result.err
    assert thresher("add", review, export, "--searched-on", "2026-11-21").code == 0


def test_every_export_format_is_named_in_the_help_and_written(thresher, review, tmp_path):
    with Review.open(review) as opened:
        prepare(opened)
    shown = "".join(thresher("export", "--help").out.split())
    for name in EXPORT_FORMATS:
        assert name in shown
        out = tmp_path / f"out.{name}"
        result = thresher("export", review, "--format", name, "--out", out, "--json")
        assert result.code == 0, result.err
        assert out.stat().st_size == result.json["bytes"] > 0
    result = thresher("export", review, "--format", "rsi", "--out", tmp_path / "x")
    assert (result.code, (tmp_path / "x").exists()) == (2, False)
    assert "did you mean 'ris'?" in result.err


def test_verify_exits_1_on_a_finding(thresher, review):
    assert thresher("verify", review).code == 0
    next((review / "searches").rglob("*.ris")).unlink()
    result = thresher("verify", review, "--json")
    assert result.code == 1
    assert result.json[0]["what"] == "is missing"
