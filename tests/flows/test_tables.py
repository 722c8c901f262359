"""Tables given on the command line: as spreadsheets write them, and nothing else is touched."""

from __future__ import annotations

import csv

from flows.tables import read_csv


def test_a_short_table_does_not_forbid_long_cells_elsewhere(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("record_id,title\n1,Naps\n", encoding="utf-8")
    assert read_csv(path).height == 1
    assert next(csv.reader(["x" * 1000])) == ["x" * 1000]


def test_a_spreadsheet_s_semicolons_part_columns_and_quoted_ones_do_not(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text('citation_id;decision;reasons\nl1;exclude;"design;population"\n', "utf-8")
    assert read_csv(path).row(0) == ("l1", "exclude", "design;population")
