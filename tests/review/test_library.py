"""Any reference, found by what people know of it, and everything that happened to it."""

from __future__ import annotations

import pytest


@pytest.fixture
def library(screened, exclude, include):
    first, second = screened.citations()["citation_id"][:2]
    screened.decide([exclude(first, "design"), include(second)], reviewer="anna")
    return screened


def _first(review):
    return review.citations().row(0, named=True)


def test_a_reference_is_found_by_id_number_doi_and_title(library):
    citation = _first(library)
    record = library.snapshot().records.filter(record_id=citation["record_id"]).row(0, named=True)
    words = " ".join(citation["title"].upper().split()[-3:])
    for wanted in (
        citation["citation_id"],
        record["accession"].lower(),
        f"https://doi.org/{citation['doi'].upper()}",
        words,
    ):
        found, n_found = library.find(f" {wanted} ")
        assert [one.citation_id for one in found] == [citation["citation_id"]]
        assert n_found == 1


def test_what_is_not_there_is_not_found(library):
    for wanted in ("10.9999/nothing", "words that no title holds", ""):
        assert library.find(wanted)[0] == [] or wanted == ""


def test_its_history_is_told(library):
    told = [library.find(one)[0][0] for one in library.citations()["citation_id"]]
    entries = library.snapshot().entries
    assert sum(len(one.entries) for one in told) == entries.height
    decided = {said.event for one in told for said in one.decisions}
    assert decided == set(library.snapshot().decisions["event"])
    assert {said.reasons for one in told for said in one.decisions} == {("design",), ()}
    counted = {place.id for one in told for place in one.places if place.unit == "citation"}
    flow = library.snapshot().flow
    assert counted == set(flow.filter(flow["unit"].cast(str) == "citation")["id"])
