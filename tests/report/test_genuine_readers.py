"""Our exports read by the programs themselves, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import rispy

from pipeline.report import EXPORTERS, ScreenedCitation

PEERS = Path(__file__).resolve().parents[2] / ".peers"
LABELS = {"Relevant": "include", "Irrelevant": "exclude", "Not read": "awaiting"}
CITATIONS = [
    ScreenedCitation(
        citation_id=f"embase:{n}", title=title, abstract=f"{title} in short", screening=outcome
    )
    for n, (title, outcome) in enumerate(LABELS.items())
]
READ = """
import json, sys
from asreview import load_dataset
frame = load_dataset(sys.argv[1], dataset_id="x").input.get_df()
labels = zip(frame["title"], frame["included"])
print(json.dumps({title: None if label != label else label for title, label in labels}))
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
