"""Every class of hard pair, and every complaint, with a note and the verdict it must get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.dedupe import deduplicate

PAIRS = json.loads(
    (Path(__file__).parent.parent / "golden" / "pairs.json").read_text(encoding="utf-8")
)


CLASSES = {  # what is hard, and what people complain about
    "two supplements",
    "abstract and paper",
    "erratum",
    "reply",
    "comment",
    "one page",
    "translated title",
    "bracketed title",
    "reprint",
    "Part I and II",
    "editorial",
    "generic title",
    "Cochrane versions",
    "year",
    "damaged pages",
    "damaged cells",
    "DOI of another record",
    "DOI conflict",
    "empty is not agreement",
    "same file twice",
    "preprint",
    "protocol",
    "thesis",
    "retracted",
}


def test_every_class_has_a_pair_with_a_note():
    assert {pair["class"] for pair in PAIRS} >= CLASSES
    assert all(pair["note"] for pair in PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['class']}: {pair['note']}")
def test_a_golden_pair_gets_its_verdict(pair, records):
    found = deduplicate(
        records({"record_id": "a", **pair["left"]}, {"record_id": "b", **pair["right"]})
    )
    verdict = found.pairs["verdict"].to_list()
    assert (verdict or ["distinct"])[0] == pair["verdict"]
    is_merged = found.clusters["citation_id"].n_unique() == 1
    assert is_merged == (pair["verdict"] == "same")


def test_relations_that_are_no_duplicates_stay_visible_as_evidence(records):
    for pair in PAIRS:
        if pair["class"] in {"abstract and paper", "preprint", "Cochrane versions", "reprint"}:
            found = deduplicate(
                records({"record_id": "a", **pair["left"]}, {"record_id": "b", **pair["right"]})
            )
            assert found.pairs["vetoes"].list.len().to_list() > [0], pair["note"]
