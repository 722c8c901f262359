"""Web of Science's tab-delimited file: two-letter tags as column names, and no quoting at all.

Its rows hold one cell more than its header, and quotes in titles are just characters: read as a
quoted table it comes out shifted or cut short, without an error (notes: in two of three readers).
The tags mean what they mean in the plain-text file of the same platform.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import RawRejection, Reading
from pipeline.ingest.dialects.isi import ISI_DIALECTS
from pipeline.ingest.dialects.table_shape import SEMICOLONS, TableDialect, marks
from pipeline.ingest.rejections import rejection_warnings
from pipeline.ingest.rows import cut_lines, parse_lines
from pipeline.ingest.tables import apply_dialect, entry_of, is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Content, Field, RawEntry
    from pipeline.ingest.rows import Row
    from pipeline.ingest.tables import Header

__all__ = ["WOS_TAB", "WosTab"]

_TAB: Final = "\t"
_HEADER: Final = re.compile(r"\A\s*PT(?:\t[A-Z][A-Z0-9]){3,}\t?$", re.MULTILINE)
_DIALECT: Final = TableDialect(
    name="web-of-science-tags",
    platform="Web of Science",
    marks=marks("pt | au | ti | so"),
    columns={tag.casefold(): part for tag, part in ISI_DIALECTS[0].tags.items()}
    | {"af": "authors"},
    separators=SEMICOLONS,
    preferences=(("af", "au"),),
)


@dataclass(frozen=True, slots=True)
class WosTab:
    """One record a line, whatever the cells hold."""

    name: Literal["wos-tab"] = "wos-tab"
    description: str = "Tab-delimited file of Web of Science"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        r"""Say whether the first line is the platform's row of tags.

        >>> from pipeline.ingest.contract import Content
        >>> WOS_TAB.recognises(Content("a", b"", "PT\tAU\tTI\n", "utf-8"))
        False
        """
        return _HEADER.match(content.text) is not None

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        r"""Cut the lines into entries; ``columns`` does not apply to a known header.

        >>> from pipeline.ingest.contract import Content
        >>> text = "PT\tAU\tTI\tSO\nJ\tLindqvist, A; Okoro, B\tSleep\tAnn Sleep\t\n"
        >>> [part for part in WOS_TAB.read(Content("a", b"", text, "utf-8")).entries[0].parts]
        [('entry_type', 'J'), ('author', 'Lindqvist, A'), ('author', 'Okoro, B'),
         ('title', 'Sleep'), ('journal', 'Ann Sleep')]
        """
        del columns
        rows = list(cut_lines(content.text, delimiter=_TAB))
        header = apply_dialect([row.cells for row in rows[:1]], _DIALECT)
        if header is None:
            raise UnreadableExportError(content.name, "has no row of tags", "export it again")
        names = list(header.cells)
        entries = [_entry(header, row) for row in rows if _is_entry(row.cells, names)]
        if entries and not content.text.endswith("\n") and len(rows[-1].cells) < header.width:
            entries[-1] = _cut_off(rows[-1])
        counted = parse_lines(content.text, delimiter=_TAB)
        return Reading(
            entries=tuple(entries),
            n_expected=sum(1 for cells in counted if _is_entry(cells, names)),
            platform=_DIALECT.platform,
            warnings=rejection_warnings(entries),
        )


def _is_entry(cells: list[str], names: list[str]) -> bool:
    return not is_blank(cells) and cells != names  # joined files repeat the header


def _entry(header: Header, row: Row) -> RawEntry | RawRejection:
    return entry_of(header, row.cells, line=row.line, raw=row.raw)


def _cut_off(row: Row) -> RawRejection:
    return RawRejection(
        line=row.line, raw=row.raw, reason="the file ends in the middle of this row"
    )


WOS_TAB: Final = WosTab()
