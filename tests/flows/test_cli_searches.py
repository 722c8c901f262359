"""Adding a folder, pasting a page and finding a reference, as typed."""

from __future__ import annotations

import pytest

RIS = (
    "TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nY1  - 2020\nU2  - L20000{n}\n"
    "DB  - Embase\nER  - \n\n"
)
PAGE = """Whale songs and the length of naps in nurseries
Anna Ek, Bo Ruiz and Chi Okafor
Year: 2021
DOI: 10.5555/jis.2021.45
Abstract
We played songs to 212 children on 40 days and wrote down when each of them slept.
"""


@pytest.fixture
def folder(tmp_path):
    hits = tmp_path / "hits"
    hits.mkdir()
    titles = ("Naps at noon", "Songs of whales", "Curtains and lamps")
    texts = [RIS.format(title=title, n=n) for n, title in enumerate(titles)]
    (hits / "hits 1-2.ris").write_text(texts[0] + texts[1], "utf-8")
    (hits / "hits 3-4.ris").write_text(texts[1] + texts[2], "utf-8")
    return hits


@pytest.fixture
def review(thresher, tmp_path):
    path = tmp_path / "review"
    assert thresher("init", path).code == 0
    return path


def test_a_folder_with_its_description_is_one_search(thresher, review, folder):
    (folder / "search.toml").write_text(
        'searched_on = 2026-11-21\ndatabase = "Embase"\nhits = 5\nsearcher = "A. Ek"\n'
        '[[limits]]\nlimit = "English"\nreason = "no translator"\n'
    )
    added = thresher("add", review, folder)
    assert added.code == 0, added.err
    assert "hits 3-4.ris: 1 entries are in hits 1-2.ris too, such as L200001" in added.out
    assert "the database reported 5 hits, 4 were loaded" in added.err
    shown = thresher("status", review)
    assert "2026-11-21-embase" in shown.out


def test_what_was_added_is_one_json_object(thresher, review, folder):
    added = thresher("add", review, folder, "--searched-on", "2026-11-21", "--json")
    assert (added.code, added.json["n_entries"]) == (0, 4), added.err
    assert {len(file["sha256"]) for file in added.json["files"]} == {64}
    again = thresher("add", review, folder, "--searched-on", "2026-11-21", "--json")
    assert (again.json["search_id"], len(again.json["known_files"])) == (None, 2)


def test_a_search_without_a_day_and_a_wrong_description_are_refused(thresher, review, folder):
    assert "--searched-on: is missing" in thresher("add", review, folder).err
    (folder / "search.toml").write_text("serched_on = 2026-11-21\n")
    refused = thresher("add", review, folder)
    assert (refused.code, "serched_on" in refused.err) == (2, True)


def test_a_page_is_pasted_and_found_again(thresher, review, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(PAGE, "utf-8")
    shown = thresher("paste", review, page, "--found-on", "2026-11-21", "--json")
    assert shown.json["search_id"] is None
    assert shown.json["found"][0]["authors"] == ["Ek, Anna", "Ruiz, Bo", "Okafor, Chi"]
    pasted = thresher("paste", review, page, "--found-on", "2026-11-21", "--year", "2022", "--yes")
    assert pasted.code == 0, pasted.err
    assert "Added as search 2026-11-21-search" in pasted.out
    again = thresher("paste", review, page, "--found-on", "2026-11-21", "--year", "2022", "--yes")
    assert (again.code, "the review has this text already" in again.err) == (2, True)


def test_a_page_without_a_title_is_refused(thresher, review, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("Sign in\n", "utf-8")
    refused = thresher("paste", review, page)
    assert (refused.code, "--title" in refused.err) == (2, True)


def test_nothing_is_found_in_an_empty_review(thresher, review):
    assert "No reference of the review matches 'naps'" in thresher("find", review, "naps").out
