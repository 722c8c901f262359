"""The report as Markdown, for those who write on: the same parts as the HTML page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.report.blanks import embolden_blanks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from pipeline.report.document import ReportDocument
    from pipeline.report.sections import Passage, ReportSection

__all__ = ["escape_markdown", "render_markdown"]

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")
_FENCE: Final = re.compile(r"`{3,}")


def render_markdown(document: ReportDocument, *, flow: str = "prisma.svg") -> str:
    r"""Return the report as Markdown.

    Parameters
    ----------
    document
        As `compose_report` returns it.
    flow
        Where the diagram lies, as a link from this file.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.report.document import ReportDocument
    >>> from pipeline.schemas import FlowRow
    >>> counts = count_flow(FlowRow.create_empty())
    >>> document = ReportDocument(
    ...     title="On <care>", question="", counts=counts, sections=(), lists=(), software=()
    ... )
    >>> print(render_markdown(document).partition("#")[2].strip().splitlines()[0])
    On \<care\>
    """
    lines = [f"# {escape_markdown(document.title)}", ""]
    if document.question:
        lines += [escape_markdown(document.question), ""]
    if document.counts.is_interim:
        lines += ["**Interim.** Not everything has been decided yet.", ""]
    if document.n_blanks:
        lines += [f"{document.n_blanks} blanks are left for people to write, in bold.", ""]
    lines += [f"![PRISMA 2020 flow diagram]({flow})", ""]
    for section in document.sections:
        lines += _write_section(section, level=2)
    lines += ["## Rows behind each number", ""]
    for section in document.lists:
        lines += _write_section(section, level=3)
    software = "; ".join(document.software) or "not stated"
    return "\n".join([*lines, "## Software", "", escape_markdown(software), ""])


def escape_markdown(text: str) -> str:
    r"""Return a text on one line in which nothing is taken for Markdown or HTML.

    >>> escape_markdown("2 * 3 <b>")
    '2 \\* 3 \\<b\\>'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _write_section(section: ReportSection, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {escape_markdown(section.heading)}"
    yield ""
    for paragraph in section.paragraphs:
        yield embolden_blanks(escape_markdown(paragraph))
        yield ""
    for passage in section.passages:
        yield from _write_passage(passage, level=level + 1)
    if section.table is not None and section.table.height:
        yield from _write_table(section.table)
        yield ""
    if section.n_left_out:
        command = f" `{section.command}` lists them all." if section.command else ""
        where = f" [All of them]({section.complete_list})." if section.complete_list else command
        yield f"{section.n_left_out:,} more rows are left out here.{where}"
        yield ""


def _write_passage(passage: Passage, *, level: int) -> Iterator[str]:
    longest = max((len(run) for run in _FENCE.findall(passage.text)), default=2)
    fence = "`" * (longest + 1)
    yield f"{'#' * level} {escape_markdown(passage.title)}"
    yield ""
    yield f"{fence}text"
    yield passage.text
    yield fence
    yield ""


def _write_table(table: pl.DataFrame) -> Iterator[str]:
    yield _row(table.columns)
    numeric = (kind.is_numeric() for kind in table.dtypes)
    yield _row("--:" if is_number else "---" for is_number in numeric)
    for row in table.iter_rows():
        yield _row("" if cell is None else _write_cell(str(cell)) for cell in row)


def _write_cell(text: str) -> str:
    """Return a cell; only HTML can break its lines."""
    return "<br>".join(embolden_blanks(escape_markdown(line)) for line in text.splitlines())


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
