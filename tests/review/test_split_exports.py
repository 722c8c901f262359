"""A search in many files, what is said of a search, and files that were dropped in."""

from __future__ import annotations

import datetime as dt
import json
import os

import pytest

from pipeline.errors import InputError
from pipeline.report.tables import tabulate_searches
from pipeline.review import SearchDetails
from pipeline.review.prisma_s import Statement, read_search_file
from pipeline.review.sections.prisma_s import build_prisma_s, write_search_file
from pipeline.review.split_exports import find_gaps

DETAILS = SearchDetails(dt.date(2026, 11, 21), database="Embase")


def write(path, *publications):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(one.ris() for one in publications))
    return path


def test_a_folder_is_one_search_and_overlaps_are_listed(make_review, books, tmp_path):
    one, two, three = books(3)
    write(tmp_path / "hits" / "embase 3-10.ris", two, three)
    write(tmp_path / "hits" / "embase 1-2.ris", one, two)
    (tmp_path / "hits" / ".DS_Store").write_text("clutter")
    review = make_review()
    added = review.add([tmp_path / "hits"], DETAILS)
    assert [file.file for file in added.files] == [
        "searches/2026-11-21/embase 1-2.ris",
        "searches/2026-11-21/embase 3-10.ris",
    ]
    (overlap,) = added.overlaps
    assert (overlap.file, overlap.earlier) == ("embase 3-10.ris", "embase 1-2.ris")
    assert (overlap.n_entries, overlap.example) == (1, "L2000002")
    review.ingest()
    assert review.snapshot().records.height == 3


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a 1-500.ris", 500), ("a 501-1000.ris", 12)], []),
        ([("a_1_500.ris", 500), ("a_1001_1200.ris", 12)], ["no file holds 501 to 1000"]),
        ([("a 1-5.ris", 4), ("a 6-9.ris", 4)], ["a 1-5.ris: its name says 5 entries, it holds 4"]),
        ([("2026-11.ris", 7), ("2026-12.ris", 9)], []),
        ([("scopus.csv", 7), ("a 1-5.ris", 9)], []),
    ],
)
def test_numbers_in_names_are_held_against_the_files(files, said):
    assert find_gaps(files) == said


def test_what_a_searcher_states_is_kept_and_shown(make_review, books, tmp_path):
    review = make_review()
    statement = Statement(
        limits=("English (no translator)",), searcher="A. Ek", peer_review="PRESS, by B. Ruiz"
    )
    path = write(tmp_path / "a.ris", *books(1))
    review.add([path], SearchDetails(dt.date(2026, 11, 21), statement=statement))
    (stated,) = review.snapshot().evidence.searches["stated"].to_list()
    assert stated == [
        "Limit: English (no translator)",
        "Searcher: A. Ek",
        "Peer review: PRESS, by B. Ruiz",
    ]
    review.ingest()
    snapshot = review.snapshot()
    (shown,) = tabulate_searches(snapshot.evidence)["Limits, filters, review"].to_list()
    assert shown == "\n".join(stated)
    items = dict(build_prisma_s(snapshot).table.iter_rows())
    assert items["1 Database name and platform"] == "Embase"  # nobody said so; the records do
    assert items["2 Databases searched together on one platform"] == "None."
    assert items["9 Limits and restrictions"] == "2026-11-21-embase: English (no translator)"
    assert items["14 Peer review of the search"] == "2026-11-21-embase: PRESS, by B. Ruiz"
    assert items["12 Updates"] == "[To be written.]"
    (file,) = write_search_file(snapshot)
    (search,) = json.loads(file.data)
    assert search["limits"] == ["English (no translator)"]
    assert (search["entries_loaded"], search["entries_rejected"]) == (1, 0)


@pytest.mark.parametrize(
    "text", ["limits = 3", "serched_on = 2026-11-21", "hits = -1", "= x", "[[limits]]\nlimit = 'a'"]
)
def test_a_description_that_is_wrong_is_refused(text):
    with pytest.raises(InputError, match=r"search\.toml"):
        read_search_file(text, where="search.toml")


def test_a_known_file_under_another_database_says_what_to_do(make_review, books, tmp_path):
    review = make_review()
    path = write(tmp_path / "a.ris", *books(1))
    review.add([path], DETAILS)
    again = review.add([path], SearchDetails(dt.date(2026, 11, 21), database="Scopus"))
    assert again.search_id is None
    assert "was added as Embase (search 2026-11-21-embase)" in again.warnings[0]
    assert "withdraw" in again.warnings[0]


def test_a_file_dropped_into_the_folder_of_a_day_becomes_a_search(make_review, books):
    review = make_review()
    day = review.workspace.folder.searches / "2026-11-20"
    write(day / "part 2.ris", books(3)[2])
    write(day / "part 1.ris", *books(2))
    (day / "notes.txt").write_text("Remember to ask the library.\n")
    registered, left_alone = review.register_dropped()
    assert registered.search_id == "2026-11-20-embase"
    assert (
        "nobody declared this; taken as a search of Embase on 2026-11-20"
        in (registered.warnings[0])
    )
    assert left_alone.search_id is None
    assert "notes.txt was left alone" in left_alone.warnings[0]
    assert [one.n_parsed for one in review.ingest()] == [2, 1]
    search = review.snapshot().evidence.searches.row(0, named=True)
    assert (search["kind"], search["searched_on"]) == ("database", dt.date(2026, 11, 20))
    assert search["stated"] == ["Not declared: found in the folder of its date"]
    assert [one.search_id for one in review.register_dropped()] == [None]


def test_a_withdrawn_search_is_not_registered_again(make_review, books, tmp_path):
    review = make_review()
    added = review.add([write(tmp_path / "a.ris", *books(1))], DETAILS)
    review.withdraw(added.search_id, reason="wrong strategy", actor="anna")
    copied = review.path / added.files[0].file
    (copied.parent / "copy.ris").write_bytes(copied.read_bytes())
    os.utime(copied)
    assert review.register_dropped() == []


def test_status_lists_the_searches(make_review, books, tmp_path):
    review = make_review()
    details = SearchDetails(dt.date(2026, 11, 21), database="Embase", hits_reported=3)
    added = review.add([write(tmp_path / "a.ris", *books(2))], details)
    assert added.warnings == ("the database reported 3 hits, 2 were loaded",)
    review.ingest()
    (search,) = review.status().searches
    assert (search.search_id, search.hits_reported, search.n_loaded) == (added.search_id, 3, 2)
