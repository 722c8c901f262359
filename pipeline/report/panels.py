"""What each panel of the flow diagram says, in the words of the official templates.

A panel is a box as drawn: it may hold several boxes of the counts, as lines. Where it stands is
given as a place in a grid; how large it is follows from its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.report.boxes import AWAITING_STAGES, BOXES, DECLARED_OPEN

if TYPE_CHECKING:
    from pipeline.report.counts import FlowCounts

__all__ = ["Column", "Panel", "PanelLine", "compose_panels", "write_footnotes"]

Column = Literal["previous", "main", "side", "other", "other_side"]
_NBSP: Final = "\N{NO-BREAK SPACE}"
_AWAITING: Final = {
    "repair": "Unreadable entries",
    "screening": "Records awaiting screening",
    "retrieval": "Reports awaiting retrieval",
    "classification": "Reports awaiting classification",
    "awaiting classification": "Reports that cannot be classified yet",
    "ongoing": "Reports of ongoing studies",
}


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One line of a panel, before it is broken to fit.

    Parameters
    ----------
    text
        The words, with the number.
    key
        The box whose rows are behind it; empty for words alone.
    indent
        How deep it stands under the line above.
    """

    text: str
    key: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """One box as drawn, at its place in the grid.

    Parameters
    ----------
    name
        Unique in the diagram; also the place that row lists link back to.
    column, row
        The place in the grid; row 0 is identification.
    lines
        What it says.
    kind
        ``"box"``, or ``"awaiting"`` for what is drawn as provisional.
    """

    name: str
    column: Column
    row: int
    lines: tuple[PanelLine, ...]
    kind: Literal["box", "awaiting"] = "box"

    @property
    def title(self) -> str:
        """All that it says, as one sentence for those who listen to it.

        >>> Panel("screened", "main", 1, (PanelLine("Records screened (n = 9)"),)).title
        'Records screened (n = 9)'
        """
        return ", ".join(line.text for line in self.lines).replace(":,", ":").replace(_NBSP, " ")


def compose_panels(counts: FlowCounts) -> tuple[Panel, ...]:
    """Return the panels of the template that the counts fill, in reading order."""
    panels = [
        _identified(counts),
        _removed(counts),
        _panel(counts, "screened", "main", 1, "records_screened"),
        _excluded_records(counts),
        *_reports(counts, "dbr", "main", "side"),
    ]
    if counts.has_other_methods:
        panels += [_identified_otherwise(counts), *_reports(counts, "other", "other", "other_side")]
    if counts.is_update:
        panels.insert(0, _previous(counts))
    panels.append(_included(counts))
    if counts.is_update:
        panels.append(_total(counts))
    if counts.n("awaiting"):
        panels.append(_awaiting(counts))
    return tuple(panels)


def write_footnotes(counts: FlowCounts) -> tuple[str, ...]:
    """Return what the diagram says beneath: each difference that the standard allows.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> write_footnotes(count_flow(FlowRow.create_empty()))
    ()
    """
    allowed = [
        f"{identity.note[0].upper()}{identity.note[1:]}."
        for identity in counts.identities
        if identity.holds and identity.note
    ]
    return (*allowed, *_unread_note(counts))


def _unread_note(counts: FlowCounts) -> tuple[str, ...]:
    """Say what "excluded by automation tools" means inside the records screened."""
    n = counts.n("records_excluded", "automation")
    if not n:
        return ()
    return (
        (
            f"{n:,} records excluded by automation tools were not read: screening stopped under a "
            "certificate, and they are counted here and not before screening."
        ),
    )


def write_number(n: int) -> str:
    """Return a number as PRISMA writes it.

    >>> write_number(12525).replace("\N{NO-BREAK SPACE}", " ")
    '(n = 12,525)'
    """
    return f"(n{_NBSP}={_NBSP}{n:,})"


def _line(counts: FlowCounts, key: str, label: str = "", indent: int = 0) -> PanelLine:
    return PanelLine(f"{label or BOXES[key].label} {write_number(counts.n(key))}", key, indent)


def _members(counts: FlowCounts, key: str, indent: int = 1) -> tuple[PanelLine, ...]:
    return tuple(
        PanelLine(f"{member.name} {write_number(member.n)}", key, indent)
        for member in counts.box(key).members
    )


def _listed(counts: FlowCounts, key: str) -> tuple[PanelLine, ...]:
    return (_line(counts, key, indent=1), *_members(counts, key, indent=2))


def _panel(counts: FlowCounts, name: str, column: Column, row: int, key: str) -> Panel:
    return Panel(name, column, row, (_line(counts, key),))


def _identified(counts: FlowCounts) -> Panel:
    lines = (
        PanelLine("Records identified from:"),
        *_listed(counts, "database_results"),
        *_listed(counts, "register_results"),
    )
    return Panel("identified", "main", 0, lines)


def _removed(counts: FlowCounts) -> Panel:
    lines = (
        PanelLine("Records removed before screening:"),
        *_listed(counts, "duplicates"),
        *_listed(counts, "excluded_automatic"),
        *_listed(counts, "excluded_other"),
    )
    return Panel("removed", "side", 0, lines)


def _excluded_records(counts: FlowCounts) -> Panel:
    lines = [_line(counts, "records_excluded")]
    by_automation = counts.n("records_excluded", "automation")
    if by_automation:
        by_human = counts.n("records_excluded", "human")
        lines += [
            PanelLine(f"by a human {write_number(by_human)}", "records_excluded", 1),
            PanelLine(f"by automation tools {write_number(by_automation)}", "records_excluded", 1),
        ]
    return Panel("excluded-records", "side", 1, tuple(lines))


def _reports(counts: FlowCounts, arm: str, main: Column, side: Column) -> list[Panel]:
    return [
        _panel(counts, f"{arm}-sought", main, 2, f"{arm}_sought_reports"),
        _panel(counts, f"{arm}-not-retrieved", side, 2, f"{arm}_notretrieved_reports"),
        _panel(counts, f"{arm}-assessed", main, 3, f"{arm}_assessed"),
        Panel(f"{arm}-excluded", side, 3, _exclusions(counts, f"{arm}_excluded")),
    ]


def _exclusions(counts: FlowCounts, key: str) -> tuple[PanelLine, ...]:
    if not counts.n(key):
        return (_line(counts, key),)
    return (PanelLine(f"{BOXES[key].label}:"), *_members(counts, key))


def _identified_otherwise(counts: FlowCounts) -> Panel:
    keys = ("website_results", "organisation_results", "citations_results")
    lines = tuple(line for key in keys for line in _listed(counts, key))
    return Panel(
        "identified-otherwise", "other", 0, (PanelLine("Records identified from:"), *lines)
    )


def _previous(counts: FlowCounts) -> Panel:
    lines = (_line(counts, "previous_studies"), _line(counts, "previous_reports"))
    return Panel("previous", "previous", 0, lines)


def _included(counts: FlowCounts) -> Panel:
    if not counts.is_update:
        return Panel(
            "included", "main", 4, (_line(counts, "new_studies"), _line(counts, "new_reports"))
        )
    lines = [
        _line(counts, "new_studies", "New studies included in review"),
        _line(counts, "new_reports", "Reports of new included studies"),
    ]
    if counts.n("new_reports_of_previous_studies"):
        lines.append(_line(counts, "new_reports_of_previous_studies"))
    return Panel("included", "main", 4, tuple(lines))


def _total(counts: FlowCounts) -> Panel:
    withdrawn = [
        _line(counts, key) for key in ("withdrawn_studies", "withdrawn_reports") if counts.n(key)
    ]
    lines = (_line(counts, "total_studies"), _line(counts, "total_reports"), *withdrawn)
    return Panel("total", "main", 5, lines)


def _awaiting(counts: FlowCounts) -> Panel:
    stages = [stage for stage in (*AWAITING_STAGES, *DECLARED_OPEN) if counts.n("awaiting", stage)]
    lines = [
        PanelLine(f"{_AWAITING[stage]} {write_number(counts.n('awaiting', stage))}", "awaiting", 1)
        for stage in stages
    ]
    column: Column = "other_side" if counts.has_other_methods else "side"
    return Panel("awaiting", column, 4, (PanelLine("Still open:"), *lines), "awaiting")
