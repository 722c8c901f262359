"""The CSV that the PRISMA2020 R package draws from, written and read.

Its columns and identifiers are the package's (Haddaway et al. 2022, doi 10.1002/cl2.1230). It finds
a box by searching for its key within the first column, so that no key of ours that contains one of
its own may be written; and it parts lists at semicolons and commas, so that names hold neither.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError
from pipeline.report.boxes import BOXES
from pipeline.report.counts import BoxCount, NamedCount

if TYPE_CHECKING:
    from pipeline.report.counts import FlowCounts

__all__ = ["plain_name", "read_prisma_csv", "write_prisma_csv"]

_COLUMNS: Final = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
_MISSING: Final = "NA"
# key (empty for a heading), node, box
_ROWS: Final = (
    ("", "node4", "prevstud"),
    ("previous_studies", "node5", "box1"),
    ("previous_reports", "", "box1"),
    ("", "node6", "newstud"),
    ("database_results", "node7", "box2"),
    ("database_specific_results", "", "box2"),
    ("register_results", "", "box2"),
    ("register_specific_results", "", "box2"),
    ("", "node16", "othstud"),
    ("website_results", "node17", "box11"),
    ("organisation_results", "", "box11"),
    ("citations_results", "", "box11"),
    ("duplicates", "node8", "box3"),
    ("excluded_automatic", "", "box3"),
    ("excluded_other", "", "box3"),
    ("records_screened", "node9", "box4"),
    ("records_excluded", "node10", "box5"),
    ("dbr_sought_reports", "node11", "box6"),
    ("dbr_notretrieved_reports", "node12", "box7"),
    ("other_sought_reports", "node18", "box12"),
    ("other_notretrieved_reports", "node19", "box13"),
    ("dbr_assessed", "node13", "box8"),
    ("dbr_excluded", "node14", "box9"),
    ("other_assessed", "node20", "box14"),
    ("other_excluded", "node21", "box15"),
    ("new_studies", "node15", "box10"),
    ("new_reports", "", "box10"),
    ("total_studies", "node22", "box16"),
    ("total_reports", "", "box16"),
    ("identification", "node1", "identification"),
    ("screening", "node2", "screening"),
    ("included", "node3", "included"),
)
_LISTS: Final = {
    "database_specific_results": "database_results",
    "register_specific_results": "register_results",
    "dbr_excluded": "dbr_excluded",
    "other_excluded": "other_excluded",
}
_WORDS: Final = {
    "identification": "Identification",
    "screening": "Screening",
    "included": "Included",
    "prevstud": "Previous studies",
    "newstud": "Identification of {new}studies via databases and registers",
    "othstud": "Identification of {new}studies via other methods",
}


def write_prisma_csv(counts: FlowCounts) -> str:
    """Return the counts as the R package's CSV.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> file = write_prisma_csv(count_flow(FlowRow.create_empty()))
    >>> file.splitlines()[0]
    'data,node,box,description,boxtext,tooltips,url,n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for key, node, box in _ROWS:
        words = _words(counts, key, box)
        url = f"#rows-{key}" if key in BOXES else _MISSING
        writer.writerow(
            (key or _MISSING, node or _MISSING, box, words, words, words, url, _value(counts, key))
        )
    return text.getvalue()


def read_prisma_csv(text: str, *, name: str = "PRISMA.csv") -> tuple[BoxCount, ...]:
    """Read the numbers back from the R package's CSV, box by box.

    Raises
    ------
    InputError
        A column is missing, or a number is none.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> counts = count_flow(FlowRow.create_empty())
    >>> read_prisma_csv(write_prisma_csv(counts))[0]
    BoxCount(key='previous_studies', n=0, members=())
    """
    reader = csv.DictReader(io.StringIO(text))
    if not {"data", "n"} <= set(reader.fieldnames or ()):
        raise InputError(name, "has no columns 'data' and 'n'", "give the R package's CSV")
    cells = {row["data"]: row["n"] or "" for row in reader}
    members = {
        box: _read_members(cells[key], name=name) for key, box in _LISTS.items() if key in cells
    }
    boxes = []
    for key in BOXES:
        if key in cells and key not in _LISTS:
            n = _read_number(cells[key], where=f"{name}, {key}")
            boxes.append(BoxCount(key, n, members.get(key, ())))
        elif key in cells:
            boxes.append(BoxCount(key, sum(each.n for each in members[key]), members[key]))
    return tuple(boxes)


def _words(counts: FlowCounts, key: str, box: str) -> str:
    known = _WORDS.get(key or box)
    if known is not None:
        return known.format(new="new " if counts.is_update else "")
    return BOXES[_LISTS.get(key, key)].label


def _value(counts: FlowCounts, key: str) -> str:
    if key in _LISTS:
        members = counts.box(_LISTS[key]).members
        return "; ".join(f"{plain_name(member.name)}, {member.n}" for member in members)
    return str(counts.n(key)) if key in BOXES else "0"


def plain_name(name: str) -> str:
    """Return a name as the file can hold it: without commas, semicolons and line breaks.

    >>> plain_name("Not a trial, or none")
    'Not a trial – or none'
    """
    return " ".join(name.replace(",", " –").replace(";", " –").split())


def _read_members(cell: str, *, name: str) -> tuple[NamedCount, ...]:
    members = []
    for part in cell.split(";"):
        label, _, n = part.rpartition(",")
        if label.strip():
            members.append(NamedCount(label.strip(), _read_number(n, where=f"{name}, {label}")))
    return tuple(members)


def _read_number(cell: str, *, where: str) -> int:
    digits = cell.strip().replace(",", "")
    if not digits.isdecimal():
        raise InputError(where, f"{cell.strip()!r} is no number", "write a whole number")
    return int(digits)
