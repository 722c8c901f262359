"""The notebooks run one after the other on the example, define nothing, hold no outputs."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))


def code_cells(path):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_outputs_and_defines_nothing(path):
    for cell in code_cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert not any(
            line.lstrip().startswith(("def ", "class ")) for line in cell.source.split("\n")
        )


@pytest.mark.slow
def test_the_notebooks_run_in_the_order_of_a_review(tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="needs the extra ui")
    pytest.importorskip("ipykernel", reason="needs the extra ui")
    monkeypatch.setenv("THRESHER_REVIEW", str(tmp_path / "review"))
    monkeypatch.setitem(os.environ, "IPYTHONDIR", str(tmp_path / "ipython"))
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3")
        client.execute(cwd=str(tmp_path))
