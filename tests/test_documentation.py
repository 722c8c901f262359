"""What the documentation says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generate import ROOT, draw_stages, fill


def test_the_generated_parts_of_the_readme_are_up_to_date():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert fill(readme) == readme, "run `make docs`"
    assert (ROOT / "docs" / "stages.svg").read_text(encoding="utf-8") == draw_stages()


def test_every_link_of_the_documents_leads_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "DECISIONS.md", "data/README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if "://" not in target:
                assert Path(ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"
