"""Where each panel, arrow and word of the flow diagram goes.

Columns have fixed widths; a row is as high as its highest panel, so that any number of databases
and reasons fits. The result knows nothing of SVG: it is drawn as SVG, PNG or PDF alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pipeline.report.panels import Column, Panel, compose_panels, write_footnotes
from pipeline.report.text import NO_BREAK, break_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.report.counts import FlowCounts

__all__ = ["Arrow", "Block", "Layout", "PlacedText", "lay_out"]

# All lengths in px of the SVG's user space.
FONT_SIZE: Final = 13.0
LINE_HEIGHT: Final = 18.0
PADDING: Final = 11.0
INDENT: Final = 14.0
HANG: Final = 10.0  # how far the second line of a text stands in
MARGIN: Final = 20.0
ROW_GAP: Final = 34.0
COLUMN_GAP: Final = 40.0
PHASE_WIDTH: Final = 30.0
HEADING_HEIGHT: Final = 34.0
_WIDTHS: Final[dict[Column, float]] = {
    "previous": 210.0,
    "main": 290.0,
    "side": 300.0,
    "other": 290.0,
    "other_side": 260.0,
}
_LONE_ROWS: Final = (
    0,
    4,
)  # the only row of its phase in a new review: as high as its label is long
_LONE_ROW_HEIGHT: Final = 100.0
_PHASES: Final = (("Identification", 0, 0), ("Screening", 1, 3), ("Included", 4, 5))


@dataclass(frozen=True, slots=True)
class PlacedText:
    """One line of text; ``y`` is its baseline."""

    text: str
    x: float
    y: float
    key: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle with its text: a panel, a heading, a phase label, a banner.

    ``kind`` is box, awaiting, heading, phase, banner or warning; a phase label is written upwards.
    """

    name: str
    kind: str
    title: str
    x: float
    y: float
    width: float
    height: float
    texts: tuple[PlacedText, ...]

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line through points, with a head at the last one."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Where a row of the grid runs."""

    top: float
    height: float

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole diagram, ready to be drawn."""

    width: float
    height: float
    title: str
    blocks: tuple[Block, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[PlacedText, ...]


def lay_out(counts: FlowCounts, *, title: str = "") -> Layout:
    """Place the panels of the template that the counts fill.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> layout = lay_out(count_flow(FlowRow.create_empty()))
    >>> [block.name for block in layout.blocks if block.kind == "box"][:3]
    ['identified', 'removed', 'screened']
    """
    panels = compose_panels(counts)
    left = _place_columns(panels)
    width = max(x + _WIDTHS[column] for column, x in left.items()) + MARGIN
    banners = _place_banners(counts, width=width, title=title)
    headings = _place_headings(counts, left, top=_below(banners, start=MARGIN, gap=ROW_GAP / 3))
    bands = _place_rows(panels, top=_below(headings, start=MARGIN, gap=ROW_GAP / 2))
    placed = {
        panel.name: _place_panel(panel, left[panel.column], bands[panel.row]) for panel in panels
    }
    bottom = max(band.bottom for band in bands.values())
    notes = _place_notes(counts, top=bottom + ROW_GAP, width=width)
    return Layout(
        width=width,
        height=(notes[-1].y if notes else bottom) + MARGIN,
        title=title,
        blocks=(*banners, *headings, *_place_phases(bands), *placed.values()),
        arrows=_draw_arrows(placed),
        notes=notes,
    )


def _place_columns(panels: Iterable[Panel]) -> dict[Column, float]:
    used = {panel.column for panel in panels}
    x = MARGIN + PHASE_WIDTH + COLUMN_GAP / 2
    left: dict[Column, float] = {}
    for column, width in _WIDTHS.items():
        if column in used:
            left[column] = x
            x += width + COLUMN_GAP
    return left


def _text_block(
    name: str,
    kind: str,
    lines: Iterable[tuple[str, str, int]],
    *,
    x: float,
    y: float,
    width: float,
    title: str,
    is_bold: bool = False,
) -> Block:
    """Return a block as high as its text, broken to its width; lines are (text, key, indent)."""
    texts: list[PlacedText] = []
    baseline = y + PADDING + FONT_SIZE - 2
    for text, key, indent in lines:
        left = x + PADDING + indent * INDENT
        room = x + width - PADDING - HANG - left
        parts = break_lines(_printable(text), width=room, size=FONT_SIZE, is_bold=is_bold)
        for place, part in enumerate(parts):
            texts.append(PlacedText(part, left + (HANG if place else 0.0), baseline, key))
            baseline += LINE_HEIGHT
    height = 2 * PADDING + len(texts) * LINE_HEIGHT - (LINE_HEIGHT - FONT_SIZE)
    return Block(name, kind, _printable(title), x, y, width, height, tuple(texts))


def _place_banners(counts: FlowCounts, *, width: float, title: str) -> list[Block]:
    lines = []
    if title:
        lines.append(("title", "title", title))
    if counts.is_interim:
        day = f" as of {counts.as_of.isoformat()}" if counts.as_of else ""
        lines.append(("interim", "banner", f"Interim{day}: not everything has been decided yet"))
    broken = [identity for identity in counts.identities if not identity.holds]
    lines += [
        (f"broken-{i}", "warning", f"Numbers disagree: {each.name}: {each.note}")
        for i, each in enumerate(broken)
    ]
    blocks: list[Block] = []
    for name, kind, text in lines:
        block = _text_block(
            name,
            kind,
            [(text, "", 0)],
            x=MARGIN,
            y=_below(blocks, start=MARGIN, gap=6.0),
            width=width - 2 * MARGIN,
            title=text,
            is_bold=True,
        )
        blocks.append(block)
    return blocks


def _place_headings(counts: FlowCounts, left: Mapping[Column, float], *, top: float) -> list[Block]:
    new = "new " if counts.is_update else ""
    spans: list[tuple[str, str, Column, Column]] = [
        ("databases", f"Identification of {new}studies via databases and registers", "main", "side")
    ]
    if counts.is_update:
        spans.insert(0, ("previously", "Previous studies", "previous", "previous"))
    if counts.has_other_methods:
        text = f"Identification of {new}studies via other methods"
        spans.append(("others", text, "other", "other_side"))
    blocks = [
        _text_block(
            f"heading-{name}",
            "heading",
            [(text, "", 0)],
            x=left[first],
            y=top,
            width=left[last] + _WIDTHS[last] - left[first],
            title=text,
            is_bold=True,
        )
        for name, text, first, last in spans
    ]
    return _level(blocks)


def _place_rows(panels: Iterable[Panel], *, top: float) -> dict[int, Band]:
    """Return where each row of the grid runs: as high as its highest panel."""
    heights: dict[int, float] = dict.fromkeys(_LONE_ROWS, _LONE_ROW_HEIGHT)
    for panel in panels:
        heights[panel.row] = max(heights.get(panel.row, 0.0), _panel_block(panel).height)
    bands: dict[int, Band] = {}
    for row in sorted(heights):
        bands[row] = Band(top, heights[row])
        top += heights[row] + ROW_GAP
    return bands


def _place_panel(panel: Panel, x: float, band: Band) -> Block:
    """Place a panel in the middle of its row."""
    block = _panel_block(panel, x)
    y = band.top + (band.height - block.height) / 2
    texts = tuple(replace(text, y=text.y + y) for text in block.texts)
    return replace(block, y=y, texts=texts)


def _panel_block(panel: Panel, x: float = 0.0) -> Block:
    lines = [(line.text, line.key, line.indent) for line in panel.lines]
    width = _WIDTHS[panel.column]
    return _text_block(panel.name, panel.kind, lines, x=x, y=0.0, width=width, title=panel.title)


def _place_phases(bands: Mapping[int, Band]) -> list[Block]:
    """Place the labels at the side, each along the rows of its phase."""
    blocks = []
    for name, first, last in _PHASES:
        inside = [bands[row] for row in range(first, last + 1) if row in bands]
        top, height = inside[0].top, inside[-1].bottom - inside[0].top
        text = PlacedText(name, MARGIN + PHASE_WIDTH / 2, top + height / 2)
        block = Block(f"phase-{name}", "phase", name, MARGIN, top, PHASE_WIDTH, height, (text,))
        blocks.append(block)
    return blocks


def _place_notes(counts: FlowCounts, *, top: float, width: float) -> tuple[PlacedText, ...]:
    notes = []
    for note in write_footnotes(counts):
        for part in break_lines(_printable(note), width=width - 2 * MARGIN, size=FONT_SIZE - 2):
            notes.append(PlacedText(part, MARGIN, top))
            top += LINE_HEIGHT - 3
    return tuple(notes)


def _draw_arrows(placed: Mapping[str, Block]) -> tuple[Arrow, ...]:
    chains = (
        ("identified", "screened", "dbr-sought", "dbr-assessed", "included", "total"),
        ("identified-otherwise", "other-sought", "other-assessed"),
    )
    down = [
        _down(placed[above], placed[below])
        for chain in chains
        for above, below in pairwise(chain)
        if above in placed and below in placed
    ]
    across = [
        _across(placed[left], placed[right])
        for left, right in (
            ("identified", "removed"),
            ("screened", "excluded-records"),
            *((f"{arm}-sought", f"{arm}-not-retrieved") for arm in ("dbr", "other")),
            *((f"{arm}-assessed", f"{arm}-excluded") for arm in ("dbr", "other")),
        )
        if left in placed
    ]
    around = []
    if "other-assessed" in placed:
        around.append(_around(placed["other-assessed"], placed["included"]))
    if "previous" in placed:
        around.append(_around(placed["previous"], placed["total"]))
    return (*down, *across, *around)


def _down(above: Block, below: Block) -> Arrow:
    return Arrow(((above.middle[0], above.y + above.height), (below.middle[0], below.y)))


def _across(left: Block, right: Block) -> Arrow:
    y = left.middle[1]
    return Arrow(((left.x + left.width, y), (right.x, y)))


def _around(start: Block, end: Block) -> Arrow:
    """Go down from the start, then sideways to the end."""
    x, y = start.middle[0], end.middle[1]
    edge = end.x if x < end.x else end.x + end.width
    return Arrow(((x, start.y + start.height), (x, y), (edge, y)))


def _below(blocks: Iterable[Block], *, start: float, gap: float = 0.0) -> float:
    """Return where the next block may begin: under all of these, or at the start."""
    return max((block.y + block.height + gap for block in blocks), default=start)


def _level(blocks: list[Block]) -> list[Block]:
    """Give blocks of one row the height of the highest."""
    height = max(block.height for block in blocks)
    return [replace(block, height=height) for block in blocks]


def _printable(text: str) -> str:
    """Replace what XML may not hold; line breaks become spaces."""
    return "".join(c if c.isprintable() or c == NO_BREAK else " " for c in text)
