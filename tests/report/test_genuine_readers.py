"""Our exports read by the programs themselves, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pipeline.report import EXPORTERS, ScreenedCitation

PEERS = Path(__file__).resolve().parents[2] / ".peers"
LABELS = {"Relevant": "include", "Irrelevant": "exclude", "Not read": "awaiting"}
CITATIONS = [
    ScreenedCitation(
        citation_id=f"embase:{n}", title=title, abstract=f"{title} in short", screening=outcome
    )
    for n, (title, outcome) in enumerate(LABELS.items())
]
FULL = ScreenedCitation(
    citation_id="medline:1",
    title="On care",
    original_title="Om omsorg",
    abstract="In short.",
    journal="Journal of Care",
    journal_abbreviation="J Care",
    volume="12",
    issue="3",
    pages="188-197",
    doi="10.1000/1",
    pmid="1",
    issn=("1234-5678",),
    keywords=("care",),
    language="en",
    url="https://example.org/a",
    notes=("kept",),
    reason="setting",
)
READ = """
import json, sys
from asreview.data.loader import load_records
records = load_records(sys.argv[1], dataset_id="x")
labels = ((one.title, one.included) for one in records)
print(json.dumps(dict(labels)))
"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["ris", "eppi", "asreview"])
def test_asreview_reads_the_labels(tmp_path, name):
    python = PEERS / "asreview" / "bin" / "python"
    if not python.is_file():
        pytest.skip("ASReview is not there: make .peers/asreview")
    exporter = EXPORTERS[name]
    file = tmp_path / f"screened{exporter.suffix}"
    file.write_bytes(exporter.write(CITATIONS))
    done = subprocess.run([python, "-c", READ, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    labels = json.loads(done.stdout)
    assert labels["Relevant"] == 1
    assert labels["Irrelevant"] == 0
    assert labels["Not read"] is None


def test_rispy_reads_what_we_said_twice():
    entries = rispy.loads(EXPORTERS["ris"].write(CITATIONS).decode())
    assert [one["title"] for one in entries] == list(LABELS)
    for one, outcome in zip(entries, LABELS.values(), strict=True):
        assert f"screen:{outcome}" in one["keywords"]


@pytest.fixture(scope="module")
def csl_schema():
    """The official schema of CSL input data, as a linter's binary carries it."""
    carrier = PEERS / "csl-schema" / "package" / "eipw_lint_js_bg.wasm"
    if not carrier.is_file():
        pytest.skip("the CSL schema is not there: make .peers/csl-schema")
    content = carrier.read_bytes()
    start = content.rfind(b"{", 0, content.find(b"JSON schema for CSL input data"))
    text = content[start : start + 40_000].decode(errors="replace")
    schema, _ = json.JSONDecoder().raw_decode(text)
    return Draft7Validator(schema)


words = st.text(max_size=12)
TYPES = ("article", "book", "chapter", "conference", "dataset", "news", "patent", "preprint")


@pytest.mark.exhaustive
def test_csl_json_is_valid_by_the_official_schema(csl_schema):
    @settings(max_examples=300, deadline=None)
    @given(
        title=words,
        authors=st.lists(words, max_size=3),
        date=st.sampled_from([None, "2020", "2020-03", "2020-03-09"]) | words,
        year=st.none() | st.integers(0, 3000),
        kind=st.none() | st.sampled_from([*TYPES, "report", "thesis", "web", "unknown"]),
        outcome=st.sampled_from(["include", "exclude", "conflict", "awaiting"]),
    )
    def check(*, title, authors, date, year, kind, outcome):
        made = replace(
            FULL,
            title=title,
            authors=tuple(authors),
            date=date,
            year=year,
            entry_type=kind,
            screening=outcome,
        )
        csl_schema.validate(json.loads(EXPORTERS["csl-json"].write([made, *CITATIONS])))

    assert {"type", "id"} <= set(csl_schema.schema["items"]["required"])
    check()
