"""Blanks: what no ledger knows and a person must write, so marked that nobody overlooks one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.report.sections import ReportSection

__all__ = ["count_blanks", "embolden_blanks", "leave_blank", "mark_blanks"]

_BLANK: Final = r"\[To be written(?:: [^\]]*)?\.\]"
_ESCAPED: Final = re.compile(r"\\\[To be written(?:: [^\]]*)?\.\\\]")


def leave_blank(what: str = "") -> str:
    """Return a blank for what is to be written.

    >>> leave_blank("how many people screened"), leave_blank()
    ('[To be written: how many people screened.]', '[To be written.]')
    """
    return f"[To be written: {what}.]" if what else "[To be written.]"


def mark_blanks(text: object) -> Markup:
    """Return a text as HTML, escaped, with its blanks highlighted.

    >>> print(mark_blanks("<b> [To be written.]"))
    &lt;b&gt; <mark>[To be written.]</mark>
    """
    return Markup(re.sub(_BLANK, r"<mark>\g<0></mark>", str(escape(text))))  # noqa: S704 – escaped


def embolden_blanks(text: str) -> str:
    r"""Return a text that is Markdown already with its blanks in bold.

    >>> print(embolden_blanks("\\[To be written.\\]"))
    **\[To be written.\]**
    """
    return _ESCAPED.sub(r"**\g<0>**", text)


def count_blanks(sections: Iterable[ReportSection]) -> int:
    """Count the blanks of the texts and tables of a report.

    >>> from pipeline.report.sections import ReportSection
    >>> count_blanks([ReportSection(anchor="a", heading="A", text=leave_blank() * 2)])
    2
    """
    return sum(len(re.findall(_BLANK, text)) for section in sections for text in _texts_of(section))


def _texts_of(section: ReportSection) -> Iterable[str]:
    yield section.text
    if section.table is not None:
        for column in section.table.select(pl.col(pl.String)).iter_columns():
            yield from column.drop_nulls()
