"""Searches come in whole or not at all, and the same file never twice."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pytest
from running import prepare

from pipeline.errors import InputError, StoreError, UnknownNameError, UnreadableExportError
from pipeline.events import EntriesIngested
from pipeline.ingest import parse_export
from pipeline.review import Review, SearchDetails
from pipeline.schemas import RejectedEntry

DETAILS = SearchDetails(dt.date(2026, 11, 21), database="Embase", hits_reported=3)


def write(folder, name, data):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def contents(review):
    """Everything in the review's folder but the database's own side files."""
    return {
        path: path.read_bytes()
        for path in review.path.rglob("*")
        if path.is_file() and not path.name.startswith("ledger.sqlite")
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.ris", b""),
        ("thesis.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"),
        ("letter.txt", b"Dear Anna,\nthe search went well.\n"),
    ],
)
def test_one_file_that_cannot_be_read_refuses_them_all(make_review, books, tmp_path, name, data):
    review = make_review()
    good = write(tmp_path, "good.ris", books(1)[0].ris())
    before, head = contents(review), review.workspace.ledger.head()
    with pytest.raises(UnreadableExportError, match=name):
        review.add([good, write(tmp_path, name, data)], DETAILS)
    assert contents(review) == before
    assert review.workspace.ledger.head() == head


@pytest.mark.parametrize("name", ["nothing-here.ris", "empty"])
def test_a_missing_file_and_an_empty_folder_are_refused(make_review, tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"does not exist|is a folder without exports"):
        make_review().add([tmp_path / name], DETAILS)


def test_the_same_content_is_not_added_twice_under_any_name(make_review, books, tmp_path):
    review = make_review()
    text = "".join(one.ris() for one in books(3))
    first = review.add([write(tmp_path, "a.ris", text)], DETAILS)
    assert (first.search_id, first.n_entries, first.warnings) == ("2026-11-21-embase", 3, ())
    again = review.add([write(tmp_path, "b.ris", text)], DETAILS)
    assert (again.search_id, again.known_files) == (None, ("b.ris",))
    prepare(review)
    assert review.counts().n("database_results") == 3


def test_hits_that_were_not_loaded_and_another_database_are_warned_about(
    make_review, books, tmp_path
):
    review = make_review()
    path = write(tmp_path, "a.nbib", books(1)[0].nbib())
    warnings = " ".join(review.add([path], DETAILS).warnings)
    assert "looks like Medline, taken as Embase" in warnings
    assert "reported 3 hits, 1 were loaded" in warnings


@pytest.mark.parametrize(
    ("day", "hits"), [("2026-11-21", 10**20), ("2026-11-21", -1), ("2027-11-21", 3)]
)
def test_what_no_search_can_have_been_is_refused(make_review, books, tmp_path, day, hits):
    review = make_review()
    details = SearchDetails(dt.date.fromisoformat(day), hits_reported=hits)
    with pytest.raises(InputError, match=r"--hits|--searched-on"):
        review.add([write(tmp_path, "a.ris", books(1)[0].ris())], details)
    assert review.status().n_searches == 0


def test_two_exports_of_one_name_are_both_kept(make_review, books, tmp_path):
    review = make_review()
    one, two = books(2)
    for folder, book in (("a", one), ("b", two)):
        (tmp_path / folder).mkdir()
        review.add([write(tmp_path / folder, "export.ris", book.ris())], DETAILS)
    assert len(list(review.workspace.folder.searches.rglob("export*.ris"))) == 2
    prepare(review)
    assert review.counts().n("database_results") == 2


def test_an_export_that_is_cut_off_gives_a_rejected_row_and_a_warning(make_review, books, tmp_path):
    review = make_review()
    one, two = books(2)
    text = one.ris() + two.ris()[:60]
    added = review.add([write(tmp_path, "cut.ris", text)], DETAILS)
    assert (added.n_entries, added.n_rejected) == (2, 1)
    prepare(review)
    (row,) = review.snapshot().unresolved.iter_rows(named=True)
    assert row["file"].endswith("cut.ris")
    assert two.title[:10] in row["raw"]
    assert review.counts().n("awaiting", "repair") == 1


def test_a_mended_entry_takes_the_place_of_the_rejected_one(make_review, books, tmp_path):
    review = make_review()
    one, two = books(2)
    review.add([write(tmp_path, "cut.ris", one.ris() + two.ris()[:60])], DETAILS)
    prepare(review)
    (entry_id,) = review.snapshot().unresolved["entry_id"]
    with pytest.raises(InputError, match="exactly one entry"):
        review.repair(entry_id, one.ris() + two.ris(), actor="anna")
    with pytest.raises(UnknownNameError, match="rejected entry"):
        review.repair("0123", two.ris(), actor="anna")

    review.repair(entry_id, two.ris(), actor="anna")
    prepare(review)
    assert review.snapshot().unresolved.is_empty()
    assert two.title in review.snapshot().records["title"].to_list()
    assert [review.counts().n(key) for key in ("database_results", "records_screened")] == [2, 2]
    assert review.verify() == []


def test_the_exports_in_an_archive_are_added_as_they_are(make_review, books, tmp_path):
    review = make_review()
    one, two = books(2)
    with zipfile.ZipFile(tmp_path / "embase.zip", "w") as archive:
        archive.writestr("1.ris", one.ris())
        archive.writestr("2.ris", two.ris())
    added = review.add([tmp_path / "embase.zip"], DETAILS)
    assert [Path(file.file).name for file in added.files] == ["1.ris", "2.ris"]
    prepare(review)
    assert review.counts().n("database_results") == 2


def test_waiving_what_was_not_rejected_is_refused(screened):
    with pytest.raises(UnknownNameError, match="rejected entry"):
        screened.waive(["0123"], reason="cut off", actor="anna")


def test_an_export_that_was_changed_in_the_folder_is_noticed(screened):
    (export,) = screened.workspace.folder.searches.rglob("embase*")
    export.write_bytes(export.read_bytes() + b"\n")
    assert [one.what for one in screened.verify()] == ["was changed after it was added"]
    for path in screened.workspace.folder.work.rglob("*.parquet"):
        path.unlink()
    with pytest.raises(StoreError, match="was changed after it was added"):
        screened.counts()


def test_a_frame_that_was_deleted_is_noticed(screened):
    next(screened.workspace.folder.frames.glob("*.parquet")).unlink()
    [found] = screened.verify()
    assert found.what.startswith("is missing; event ")


def test_a_folder_that_holds_something_is_not_made_into_a_review(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match="not an empty folder"):
        Review.init(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_folder_without_a_review_is_said_to_be(tmp_path):
    with pytest.raises(InputError, match="is not a review"):
        Review.open(tmp_path)


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_adding_has_read_is_what_the_run_would_read(make_review, books, tmp_path, is_kept):
    text = "".join(one.ris() for one in books(3)) + "TY  - JOUR\nTI  - Half a bo"
    export = parse_export(text.encode(), name="cut.ris")
    review = make_review()
    review.add([write(tmp_path, "cut.ris", text)], DETAILS)
    kept = sorted(path.parent.name for path in (review.path / "work").rglob("*.parquet"))
    assert kept == ["entries", "ingested", "records", "rejected", "texts"]
    if not is_kept:
        shutil.rmtree(review.path / "work")
    review.ingest()
    (event,) = (one.event for one in review.workspace.ledger.read(EntriesIngested))
    assert (event.n_parsed, event.n_rejected, event.warnings) == (3, 1, export.warnings)
    assert (event.format, event.database, event.encoding) == ("ris", "Embase", export.encoding)
    rejected = review.workspace.frames.get(event.rejected_frame, RejectedEntry)
    assert rejected["raw"].to_list() == export.rejected["raw"].to_list()
    assert review.snapshot().entries.height == 3
