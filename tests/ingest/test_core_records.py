"""Entries and records: who is who, what is counted, what a person mends."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError, UnreadableExportError
from pipeline.ingest import (
    find_changes,
    identify_entries,
    merge_records,
    parse_export,
    repair_entry,
)
from pipeline.ingest.contract import RawEntry, Reading
from pipeline.ingest.parsing import _check_count
from pipeline.ingest.recognise import majority, standard_database_name, standard_platform_name
from pipeline.schemas import Record

OWL = "TY  - JOUR\nTI  - {title}\nAU  - Vogel, A\nPY  - 2019\n{more}ER  - \n\n"


def _ris(*entries: tuple[str, str]) -> bytes:
    return "".join(OWL.format(title=title, more=more) for title, more in entries).encode()


def _ingest(data: bytes, *, sha: str = "00", **declared):
    parsed = parse_export(data, name="owls.ris")
    return identify_entries(parsed, search_id="s1", file="owls.ris", file_sha256=sha, **declared)


def test_a_record_is_its_database_and_number():
    ingested = _ingest(_ris(("Owls", "AN  - WOS:000123456700001\n")))
    record = ingested.records.row(0, named=True)
    assert record["record_id"] == "web-of-science:wos:000123456700001"
    assert record["database"] == "Web of Science"
    assert record["accession"] == "WOS:000123456700001"


def test_the_same_record_next_month_is_the_same_record():
    first = _ingest(_ris(("Owls of the north", "DO  - 10.1000/owl\n")), sha="aa")
    later = _ingest(_ris(("Other", ""), ("OWLS of the north.", "DO  - 10.1000/OWL\n")), sha="bb")
    assert first.records["record_id"][0] in later.records["record_id"]
    assert not set(first.entries["entry_id"]) & set(later.entries["entry_id"])


def test_entry_ids_depend_on_file_and_position_alone():
    ids = _ingest(_ris(("A", ""), ("B", "")), sha="aa").entries["entry_id"].to_list()
    assert ids == _ingest(_ris(("C", ""), ("D", "")), sha="aa").entries["entry_id"].to_list()
    assert len(set(ids)) == 2
    assert all(len(entry_id) == 16 for entry_id in ids)


def test_export_overlap_gives_two_entries_and_one_record():
    ingested = _ingest(_ris(*[("Owls", "AN  - WOS:000123456700001\n")] * 2))
    assert ingested.entries.height == 2
    assert ingested.texts.height == 2
    assert ingested.records.height == 1


def test_entries_without_title_and_doi_stay_apart():
    ingested = _ingest(b"TY  - JOUR\nN1  - one\nER  - \nTY  - JOUR\nN1  - two\nER  - \n")
    assert ingested.records.height == 2


def test_a_number_without_a_known_database_identifies_nothing():
    one = _ingest(_ris(("Owls", "AN  - 17\n"))).records["record_id"][0]
    other = _ingest(_ris(("Larks", "AN  - 17\n"))).records["record_id"][0]
    assert one != other


def test_what_the_searcher_declared_wins():
    data = _ris(("Owls", "AN  - WOS:000123456700001\n"))
    record = _ingest(data, database="embase", platform="Ovid").records.row(0, named=True)
    assert (record["database"], record["platform"]) == ("Embase", "Ovid")
    assert _ingest(data, database="Our catalogue").records["record_id"][0].startswith("our-cat")


def test_a_rejected_entry_is_still_an_entry_with_place_and_text():
    ingested = _ingest(_ris(("Owls", "")) + b"TY  - JOUR\nTI  - Torn")
    assert ingested.entries.height == 1
    rejected = ingested.rejected.row(0, named=True)
    assert (rejected["position"], rejected["line"]) == (2, 7)
    assert rejected["raw"] == "TY  - JOUR\nTI  - Torn"
    assert "ends before" in rejected["reason"]


def test_a_mended_entry_takes_the_place_of_the_rejected_one():
    ingested = _ingest(_ris(("Owls", "")) + b"TY  - JOUR\nTI  - Torn")
    mended = repair_entry(ingested.rejected, "TY  - JOUR\nTI  - Torn and mended\nER  - \n")
    for column in ("entry_id", "search_id", "file", "position", "line"):
        assert mended.entries[column].equals(ingested.rejected[column])
    assert mended.records["title"].to_list() == ["Torn and mended"]
    assert mended.entries["record_id"].equals(mended.records["record_id"])


@pytest.mark.parametrize(
    "text", ["TY  - JOUR\nTI  - Still torn", _ris(("A", ""), ("B", "")).decode()]
)
def test_mending_takes_exactly_one_whole_entry(text):
    ingested = _ingest(_ris(("Owls", "")) + b"TY  - JOUR\nTI  - Torn")
    with pytest.raises(InputError, match="exactly one entry"):
        repair_entry(ingested.rejected, text)


def test_of_a_repeated_record_the_latest_wins():
    old = _ingest(_ris(("Owls", "AN  - WOS:000123456700001\n"))).records
    new = _ingest(_ris(("Owls, corrected", "AN  - WOS:000123456700001\n"))).records
    assert merge_records([old, new])["title"].to_list() == ["Owls, corrected"]
    assert merge_records([]).height == 0


ABSTRACT = "Owls were heard at night in twelve libraries, and counted by two readers."


@pytest.mark.parametrize(
    ("later", "stays"),
    [
        ("", ABSTRACT),  # an export without abstracts takes nothing away
        (ABSTRACT[:40], ABSTRACT),  # nor one that cuts them
        (ABSTRACT.replace("twelve", "two"), ABSTRACT.replace("twelve", "two")),  # corrected
        (f"{ABSTRACT} They slept by day.", f"{ABSTRACT} They slept by day."),
    ],
)
def test_what_a_later_export_leaves_out_stays_and_what_it_corrects_counts(later, stays):
    number, full = "AN  - WOS:000123456700001\n", "KW  - owls\nVL  - 4\nDO  - 10.5555/owl\n"
    old = _ingest(_ris(("Owls", f"{number}{full}AB  - {ABSTRACT}\n"))).records
    again = f"{number}AB  - {later}\n" if later else number
    new = _ingest(_ris(("Owls", again))).records
    [merged] = merge_records([old, new]).rows(named=True)
    assert merged["abstract"] == stays
    assert (merged["keywords"], merged["volume"], merged["doi"]) == (["owls"], "4", "10.5555/owl")


def test_a_field_left_out_once_is_no_change_and_none_when_it_comes_back():
    number = "AN  - WOS:000123456700001\n"
    texts = [f"AB  - {ABSTRACT}\n", "", f"AB  - {ABSTRACT}\n", "AB  - Owls.\n"]
    exports = [
        (f"{place}.ris", _ingest(_ris(("Owls", number + text))).records)
        for place, text in enumerate(texts, start=1)
    ]
    assert find_changes(exports[:3]).is_empty()
    assert find_changes(exports).select("before", "after").rows() == [(ABSTRACT, "Owls.")]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12), st.integers(0, 12))
def test_merging_keeps_every_record_once_in_order(numbers, cut):
    entries = [(f"Owl {n}", f"AN  - WOS:00012345670000{n}\n") for n in numbers]
    frames = [_ingest(_ris(*part)).records for part in (entries[:cut], entries[cut:]) if part]
    merged = merge_records(frames)
    Record.validate(merged)
    assert merged["record_id"].to_list() == sorted(
        {f"web-of-science:wos:00012345670000{n}" for n in numbers}
    )


def test_a_lost_entry_stops_the_import():
    reading = Reading((RawEntry(1, "", ()),), n_expected=2)
    with pytest.raises(UnreadableExportError, match="2 entries were counted, but 1"):
        _check_count(reading, "owls.ris")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MEDLINE(R) ALL", "Medline"),
        ("Ovid MEDLINE(R) <1946 to November 20, 2026>", "Medline"),
        ("pubmed", "Medline"),
        ("Embase Classic+Embase <1947 to 2026>", "Embase"),
        ("APA PsycInfo <2019>", "PsycInfo"),
        ("PsycINFO", "PsycInfo"),
        ("psyh", "PsycInfo"),
        ("web of science", "Web of Science"),
        ("WoS", "Web of Science"),
        ("google scholar", "Google Scholar"),
        ("EBM Reviews - Cochrane Central Register of Controlled Trials", "CENTRAL"),
        ("CINAHL Plus with Full Text", "CINAHL"),
        ("ERIC <1992 to June 2024>", "ERIC"),
        ("the village archive", None),
        ("", None),
    ],
)
def test_databases_are_known_by_many_names(written, name):
    assert standard_database_name(written) == name


def test_platforms_are_known_by_many_names():
    assert standard_platform_name("Ovid Technologies") == "Ovid"
    assert standard_platform_name("ebscohost") == "EBSCOhost"
    assert standard_platform_name("somewhere") is None


def test_a_mixed_file_has_no_database_but_its_entries_do():
    data = _ris(
        ("A", "AN  - WOS:000123456700001\n"),
        ("B", "UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000001&a=b\n"),
    )
    export = parse_export(data, name="x")
    assert export.database is None
    assert export.entries["database"].to_list() == ["Web of Science", "Scopus"]
    assert majority([]) is None


def test_every_column_of_the_schema_is_filled_as_promised():
    entries = parse_export(_ris(("Owls", "")), name="x").entries
    assert entries.schema["authors"] == pl.List(pl.String)
    assert entries["keywords"].to_list() == [[]]
    assert entries["authors"].to_list() == [["Vogel, A"]]
