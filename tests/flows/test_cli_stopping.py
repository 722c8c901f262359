"""Stopping from the command line: advice, proposal, check, certificate, the report; simulations."""

from __future__ import annotations

import csv

import pytest

from pipeline.report.panels import write_footnotes
from pipeline.review import Review

pytestmark = pytest.mark.exhaustive

N, N_RELEVANT = 70, 24
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "jetty")


def _ris(number):
    topic = "text messages for sleep" if number < N_RELEVANT else "curtains of lorries"
    title = f"{WORDS[number % 10]} {WORDS[number // 10]} {chr(97 + number % 26) * 9} {topic}"
    return (
        f"TY  - JOUR\nT1  - {title}\nN2  - {title} and more\nA1  - {WORDS[number % 10]}, A\n"
        f"Y1  - {1990 + number % 30}\nU2  - L{number:06d}\nDB  - Embase\nER  - \n\n"
    )


def _is_relevant(citation_id):
    return int(citation_id.rsplit("l", 1)[1]) < N_RELEVANT


@pytest.fixture
def review(thresher, tmp_path):
    export, path = tmp_path / "embase.ris", tmp_path / "review"
    export.write_text("".join(map(_ris, range(N))), "utf-8")
    assert thresher("init", path).code == 0
    text = (path / "review.toml").read_text("utf-8")
    settings = '[stopping]\nrecall = 0.7\nunread = "inside-screened"\n'
    (path / "review.toml").write_text(text.replace("[stopping]\n", settings), "utf-8")
    assert thresher("add", path, export, "--searched-on", "2026-11-21").code == 0
    return path


@pytest.fixture
def decide(thresher, tmp_path):
    """Decide on citations as is true."""

    def decided(review, ids):
        rows = [f"{one},{'include' if _is_relevant(one) else 'exclude'}" for one in ids]
        file = tmp_path / "decided.csv"
        file.write_text("citation_id,decision\n" + "\n".join(rows), "utf-8")
        result = thresher("decide", review, "--from", file, "--as", "anna")
        assert result.code == 0, result.err

    return decided


@pytest.fixture
def opened(review):
    with Review.open(review) as opened:
        opened.run()
        yield opened


def test_a_review_is_stopped_and_reported_from_the_command_line(thresher, opened, decide, tmp_path):
    review = opened.path
    before = thresher("stop", review)
    assert before.code == 0
    assert "Price of a claim" in before.out
    assert "Stop: read on" in before.out
    order = opened.snapshot().queue.sort("position")["citation_id"].to_list()
    first = [*filter(_is_relevant, order), *(one for one in order if not _is_relevant(one))]
    decide(review, first[:45])
    refused = thresher("stop", review, "--propose", "--as", "anna")
    assert refused.code == 2
    assert "would go on" in refused.err
    because = ("--because", "the team has read what it can", "--as", "anna")
    assert thresher("stop", review, "--propose", *because).code == 0
    sheet = tmp_path / "check.csv"
    drawn = thresher(
        *("stop", review, "--check", "--target", "0.6", "--looks", "0.9,0.1", "--seed", "3"),
        *("--out", sheet, "--as", "anna"),
    )
    assert drawn.code == 0, drawn.err
    assert "seed 3" in drawn.out
    early = thresher("stop", review, "--judge", "--as", "anna")
    assert early.code == 2
    assert "still to be read" in early.err
    with sheet.open(encoding="utf-8", newline="") as rows:
        decide(review, [row["citation_id"] for row in csv.DictReader(rows)])
    judged = thresher("stop", review, "--judge", "--as", "anna", "--json")
    assert judged.code == 0, judged.err
    event = judged.json["event"]
    assert (event["recall"], event["seed"], event["look"]) == (0.6, 3, 1)
    assert event["error_allowed"] == pytest.approx(0.045)
    status = thresher("status", review, "--json").json
    assert status["stopping"]["certificates"] == [event["claim"]]
    counts = thresher("prisma", review, "--json").json
    assert counts["records_excluded_automation"] == event["n_unread"] - event["n_drawn"] > 0
    opened.report()
    page = (review / "reports" / "report.md").read_text("utf-8")
    assert "exact hypergeometric test" in page
    (note,) = write_footnotes(opened.counts())
    assert "were not read: screening stopped under a certificate" in note
    voided = thresher(
        "stop",
        review,
        "--take-back",
        opened.snapshot().stopping.certificates[0].seq,
        "--because",
        "a slip",
        "--as",
        "anna",
    )
    assert voided.code == 0, voided.err
    assert "Certificate: void, it was taken back: a slip" in voided.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--propose", "--judge", "--as", "anna"), "one thing at a time"),
        (("--random-phase", "9999", "--as", "anna"), "9999 cannot be drawn"),
        (("--target", "0.9"), "add --check"),
        (("--propose",), "--as"),
        (("--check", "--looks", "a,b", "--as", "anna"), "write 0.8,0.2"),
        (("--check", "--looks", "0.9,0.9", "--as", "anna"), "sum to 1 at most"),
        (("--check", "--target", "2", "--as", "anna"), "between 0 and 1"),
        (("--judge", "--as", "anna"), "no check is open"),
        (("--rule", "kneee"), "did you mean 'knee'"),
        (("--second-look", "3", "--as", "anna"), "add --out"),
        (("--take-back", "1", "--because", "x", "--as", "anna"), "is no certificate"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(thresher, review, options, said):
    result = thresher("stop", review, *options)
    assert result.code == 2
    assert said in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_simulations_say_what_rules_would_have_come_to(thresher, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rows = [
        f"r{n},{WORDS[n % 10]} {'sleep' if n % 9 == 0 else 'lorry'} {n},about it,{int(n % 9 == 0)}"
        for n in range(90)
    ]
    file = tmp_path / "sleep.csv"
    file.write_text("record_id,title,abstract,label\n" + "\n".join(rows), "utf-8")
    asked = ("simulate", file, "--schedule", "coarse", "--stopping", "--target", "0.8", "--json")
    result = thresher(*asked)
    assert result.code == 0, result.err
    (run,) = result.json["runs"]
    assert run["dataset"] == "sleep"
    tables = result.json["stopping"]
    assert list(tables) == ["as ranked", "10% of the relevant records unrankable"]
    for table in tables.values():
        certified = [row for row in table if row["rule"].startswith("certificate")]
        assert len(certified) == 4
        assert all(row["reached"] == 1.0 and row["n_runs"] == 1 for row in certified)
