"""Tables as text: headers, quotes, preambles, damage; what is lost, and what is said about it."""

from __future__ import annotations

import csv
import io
import time

import pytest

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content, RawEntry, RawRejection, Reading
from pipeline.ingest.formats.delimited import CSV, TSV
from pipeline.ingest.formats.wos_tab import WOS_TAB

HEADER = "Authors,Title,Year,Source title,Volume,DOI,Link,Abstract,EID\n"


def content(text: str) -> Content:
    return Content("export.csv", text.encode(), text, "utf-8")


def record(number: int, title: str = "") -> str:
    cells = ["Okoro B.", title or f"Sleep and shift work {number}", "2020", "Ann Sleep", "7"]
    cells += [f"10.1000/s{number}", "https://example.org", f"Night, {number}", f"2-s2.0-{number}"]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue()


def values(reading: Reading, part: str) -> list[str | None]:
    return [
        next((value for name, value in entry.parts if name == part), None)
        for entry in reading.entries
        if isinstance(entry, RawEntry)
    ]


def rejected(reading: Reading) -> list[RawRejection]:
    return [entry for entry in reading.entries if isinstance(entry, RawRejection)]


def accounted(reading: Reading) -> bool:
    return len(reading.entries) == reading.n_expected


def test_a_scopus_export_is_read_cell_by_cell_with_its_lines():
    reading = CSV.read(content(HEADER + record(1) + record(2)))
    assert (reading.platform, reading.database, reading.n_expected) == ("Scopus", "Scopus", 2)
    first, second = reading.entries
    assert isinstance(first, RawEntry)
    assert ("accession", "2-s2.0-1") in first.parts
    assert ("abstract", "Night, 1") in first.parts
    assert (first.line, second.line) == (2, 3)
    assert second.raw == record(2).rstrip("\n")


def test_line_feeds_and_quotes_within_cells_stay_within_their_cell():
    title = 'A "quoted" title\n\nover three lines, with commas'
    reading = CSV.read(content(HEADER + record(1, title) + record(2)))
    assert values(reading, "title") == [title, "Sleep and shift work 2"]
    assert [entry.line for entry in reading.entries] == [2, 5]
    assert accounted(reading)


def test_a_preamble_above_the_header_is_passed_over():
    preamble = '"SEARCH QUERY","""sleep"" AND night:ti, ab"\n"----------------"\n\n'
    reading = CSV.read(content(preamble + HEADER + record(1)))
    assert values(reading, "title") == ["Sleep and shift work 1"]
    assert reading.entries[0].line == 5
    assert accounted(reading)


def test_a_stray_quote_in_the_preamble_hides_no_header():
    reading = CSV.read(content('About the data: 5" disks, "all of them\n' + HEADER + record(1)))
    assert len(reading.entries) == reading.n_expected == 1


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_semicolons_part_cells_where_a_spreadsheet_put_them(delimiter):
    rows = [["Title", "Abstract", "DOI"], ["Sleep", "Night; day, night", "10.1000/a"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    reading = CSV.read(content(out.getvalue()))
    assert values(reading, "abstract") == ["Night; day, night"]


def test_cells_that_a_spreadsheet_keeps_as_text_lose_their_shell():
    text = 'Article Title,Journal Title,ISSN,PLink\nSleep,Ann Sleep,="19326203",https://e.org\n'
    assert values(CSV.read(content(text)), "issn") == ["19326203"]


def test_formulas_are_text_and_stay_as_written():
    text = HEADER + '"=HYPERLINK(""http://evil"")","@SUM(1)","+1","-2","","","","",""\n'
    reading = CSV.read(content(text))
    assert values(reading, "title") == ["@SUM(1)"]
    assert values(reading, "authors") == ['=HYPERLINK("http://evil")']


def test_ragged_rows_are_read_as_far_as_they_go():
    text = "Title,Abstract,DOI\nShort\nSleep,Night\nWake,Day,10.1000/a,too,much\n"
    reading = CSV.read(content(text))
    assert values(reading, "title") == ["Sleep", "Wake"]
    assert [entry.reason for entry in rejected(reading)] == ["has one cell where the header has 3"]
    assert accounted(reading)


def test_blank_rows_and_headers_of_joined_exports_are_no_entries():
    text = HEADER + record(1) + "\n,,,,,,,,\n" + '"","","","","","","","",""\n' + HEADER + record(2)
    reading = CSV.read(content(text))
    assert values(reading, "accession") == ["2-s2.0-1", "2-s2.0-2"]
    assert reading.n_expected == 2


def test_a_row_without_any_known_part_is_rejected_with_its_text():
    reading = CSV.read(content("Title,DOI,Colour\n,,red\n"))
    (row,) = rejected(reading)
    assert (row.line, row.raw) == (2, ",,red")
    assert reading.n_expected == 1
    assert reading.warnings == ("line 2: none of the known columns holds anything",)


@pytest.mark.parametrize(
    "broken",
    [
        '"Okoro B.","An unclosed title,"2020","Ann Sleep","7","10.1/x","u","a","2-s2.0-9"\n',
        'Okoro B.,"Never closed,2020,Ann Sleep,7,10.1/x,u,a,2-s2.0-9\n',
    ],
)
def test_a_stray_quote_costs_its_own_entry_and_no_other(broken):
    reading = CSV.read(content(HEADER + record(1) + broken + record(2) + record(3)))
    kept = values(reading, "accession")
    assert [eid for eid in kept if eid in {"2-s2.0-1", "2-s2.0-2", "2-s2.0-3"}] == [
        "2-s2.0-1",
        "2-s2.0-2",
        "2-s2.0-3",
    ]
    assert accounted(reading)
    assert rejected(reading)


def test_quotes_that_were_not_doubled_are_read_where_the_cells_are_clear():
    broken = '"Okoro B.","A "quoted" word","2020","Ann "Sleep"","7","10.1/x","u","a","e"\n'
    reading = CSV.read(content(HEADER + broken + 'Lind,5" disks,2020\n' + record(2)))
    assert values(reading, "title")[1:] == ['5" disks', "Sleep and shift work 2"]
    assert not rejected(reading)
    assert accounted(reading)


def test_the_librarys_own_reader_would_have_swallowed_the_neighbours():
    broken = 'Okoro B.,"Never closed,2020,Ann Sleep,7,10.1/x,u,a,2-s2.0-9\n'
    plain = broken + "Lind A.,Wake,2021,Ann Sleep,8,10.1/y,u,b,2-s2.0-2\n"
    assert len(list(csv.reader(io.StringIO(HEADER + plain)))) == 2
    assert values(CSV.read(content(HEADER + plain)), "accession") == ["2-s2.0-2"]


def test_an_export_cut_within_quotes_rejects_the_cut_entry_only():
    whole = HEADER + record(1) + record(2, "A title\nover lines")
    reading = CSV.read(content(whole[: whole.index("over")]))
    assert values(reading, "accession") == ["2-s2.0-1"]
    assert len(rejected(reading)) == 1
    assert accounted(reading)


def test_an_export_cut_between_cells_rejects_the_cut_entry_only():
    whole = HEADER + record(1) + record(2)
    reading = CSV.read(content(whole[:-30].rpartition('",')[0] + '"'))
    (row,) = rejected(reading)
    assert row.reason == "the file ends in the middle of this row"
    assert values(reading, "accession") == ["2-s2.0-1"]


def test_a_cell_longer_than_the_librarys_limit_is_read():
    reading = CSV.read(content(HEADER + record(1, "x" * 200_000)))
    assert len(values(reading, "title")[0] or "") == 200_000


def test_an_unknown_table_is_refused_with_a_way_out():
    table = content("Nazwa,Rok\nSchlaf,2020\n")
    assert CSV.recognises(table)
    with pytest.raises(UnreadableExportError, match=r"\[columns\]"):
        CSV.read(table)


def test_an_unknown_table_is_read_by_a_mapping_of_its_columns():
    table = content("Bericht\n\nTitel;Jahr;Zusammenfassung\nSchlaf;2020;Nachts\n")
    reading = CSV.read(table, columns={"Titel": "title", "zusammenfassung": "abstract"})
    assert values(reading, "title") == ["Schlaf"]
    assert values(reading, "abstract") == ["Nachts"]
    assert accounted(reading)


def test_a_mapping_of_columns_that_are_not_there_names_those_that_are():
    with pytest.raises(UnreadableExportError, match=r"Titel.*Jahr"):
        CSV.read(content("Titel,Jahr\nSchlaf,2020\n"), columns={"Title": "title"})


@pytest.mark.parametrize(
    "text",
    [
        "Dear colleague, please find our list.\nIt has many, many, references.\n",
        "TY  - JOUR\nTI  - Sleep, night\nER  - \n",
        "one line, with a comma",
        "",
    ],
)
def test_prose_and_tagged_text_are_no_tables(text):
    assert not CSV.recognises(content(text))
    assert not TSV.recognises(content(text))


def test_a_table_with_only_a_title_column_is_not_taken_for_references():
    assert not CSV.recognises(content("Title,Colour\nSleep\nWake,blue,3\n"))


def test_tab_separated_tables_are_read():
    reading = TSV.read(content('Title\tDOI\tAbstract\nSleep\t10.1/a\t"Night\n\tday"\n'))
    assert values(reading, "abstract") == ["Night\n\tday"]
    assert accounted(reading)


def test_quotes_in_a_tab_file_that_never_quotes_are_characters():
    text = 'Title\tDOI\tAbstract\n"Sleep is a waste\t10.1/a\tNight\nWake" up\t10.1/b\tDay\n'
    reading = TSV.read(content(text))
    assert values(reading, "title") == ['"Sleep is a waste', 'Wake" up']
    assert accounted(reading)


WOS_HEADER = "PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tID\tAB\tPY\tVL\tBP\tEP\tDI\tUT\n"
WOS_ROW = (
    'J\tOkoro, B\tOkoro, Bola; Lind, Åsa\t"Sleep" and 5" disks\tANN SLEEP\tEnglish\tArticle'
    '\tnight; day\tWORK\tNight "work.\t2020\t7\t1\t9\t10.1000/a\tWOS:000000000000001\t\n'
)


def test_web_of_science_tab_keeps_quotes_and_survives_the_extra_cell():
    reading = WOS_TAB.read(content(WOS_HEADER + WOS_ROW + WOS_ROW))
    assert (reading.platform, reading.n_expected) == ("Web of Science", 2)
    assert values(reading, "title") == ['"Sleep" and 5" disks'] * 2
    entry = reading.entries[0]
    assert isinstance(entry, RawEntry)
    assert [name for part, name in entry.parts if part == "author"] == ["Okoro, Bola", "Lind, Åsa"]
    assert WOS_TAB.recognises(content(WOS_HEADER))


def test_web_of_science_tab_files_may_be_joined_and_cut():
    text = WOS_HEADER + WOS_ROW + "\n" + WOS_HEADER + WOS_ROW[:60]
    reading = WOS_TAB.read(content(text))
    assert [type(entry) for entry in reading.entries] == [RawEntry, RawRejection]
    assert reading.n_expected == 2


def test_the_vertical_layout_of_embase_is_read():
    text = (
        '"TITLE","Sleep"\n"AUTHOR NAMES","Okoro B.","Lind A."\n"ABSTRACT","Night,\nday"\n'
        '"MEDLINE PMID","123"\n"PUI","L1"\n"DOI","10.1000/a"\n\n'
        '"TITLE","Wake"\n"PUI","L2"\n'
    )
    reading = CSV.read(content(text))
    assert (reading.platform, reading.n_expected) == ("Embase.com", 2)
    assert values(reading, "accession") == ["L1", "L2"]
    assert values(reading, "abstract") == ["Night,\nday", None]
    assert CSV.recognises(content(text))


@pytest.mark.parametrize(
    "hostile",
    [
        'a"b,"c\nx,y,z,1,2,3,4,5,6\n' * 2_000,
        '"x\n' * 50_000,
        '"\n' + '","\n' * 50_000,
        '"",' * 100_000,
        "a," + "x" * 5_000_000 + ",1\n",
    ],
    ids=["broken and sound rows in turn", "open", "parity", "empty cells", "a huge line"],
)
def test_hostile_tables_take_bounded_time(hostile):
    began = time.perf_counter()
    reading = CSV.read(content(HEADER + hostile))
    assert accounted(reading)
    assert time.perf_counter() - began < 20  # seconds; quadratic reading takes minutes
