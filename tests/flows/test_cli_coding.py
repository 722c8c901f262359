"""Coding from the command line: a list to fill in comes back as confirmed tags."""

from __future__ import annotations

import csv
import json

import pytest
from coding_review import make_included_review
from typer.testing import CliRunner

from flows.cli import app
from pipeline.errors import InputError, UnknownNameError
from pipeline.tag import CODEBOOKS


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "review"
    make_included_review(folder).close()
    return folder


def run(*arguments):
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_a_list_is_filled_in_taken_in_and_exported(review, tmp_path):
    todo, out = tmp_path / "todo.csv", tmp_path / "tags.jsonl"
    assert "suggestions to judge" in run("code", review, "--as", "ada", "--out", todo)
    rows = list(csv.DictReader(todo.read_text("utf-8").splitlines()))
    rows[0]["verdict"] = "accepted"
    with todo.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = rows[0]["report_id"]
    said = run("code", review, "--as", "ada", "--from", todo, "--finish", report)
    assert "1 judgements taken in" in said
    assert "read to its end" in said
    run("coded", review, "--export", "jsonl", "--out", out)
    [line] = out.read_text("utf-8").splitlines()
    assert json.loads(line)["quote"] == rows[0]["sentence"]
    progress = json.loads(run("coded", review, "--json"))
    assert [one["finished_by"] for one in progress if one["report_id"] == report] == [["ada"]]


@pytest.mark.parametrize(
    "view", ["tags", "disagreements", "changes", "saturation", "matrix", "findings", "studies"]
)
def test_every_view_can_be_read(review, view):
    assert isinstance(json.loads(run("coded", review, "--show", view, "--json")), list)


def test_the_gate_says_what_it_is_decided_by(review):
    assert "not tried before 40" in run("coded", review, "--show", "learning")


def test_bad_input_is_refused_in_a_sentence(review, tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean 'matrix'"):
        run("coded", review, "--show", "matrx")
    with pytest.raises(InputError, match="needs --out"):
        run("coded", review, "--export", "csv")
    with pytest.raises(InputError, match="cannot be read"):
        run("code", review, "--as", "ada", "--revise", tmp_path / "none.json")


def test_a_code_is_added_and_a_finding_stated_from_files(review, tmp_path):
    change, findings = tmp_path / "c.json", tmp_path / "f.json"
    after = [{"id": "owls", "label": "Owls", "parent": "SR"}]
    change.write_text(json.dumps({"change": "add", "after": after, "memo": "heard"}))
    findings.write_text(json.dumps({"finding_id": "f1", "statement": "S", "codes": ["owls"]}))
    said = run("code", review, "--as", "ada", "--revise", change, "--findings", findings)
    shipped = CODEBOOKS["berardi-2024"].version
    assert f"codebook version {shipped}+1" in said
    assert "finding f1 recorded" in said
