"""Draw the PRISMA 2020 flow diagram as SVG.

An own layout rather than a graph engine: the official diagram is a fixed grid, which an engine
would have to be forced into. Each panel has a title of its own and can be reached by the tab key
or, where the row lists stand on the same page, each number leads to its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report.layout import FONT_SIZE, lay_out
from pipeline.report.templating import environment

if TYPE_CHECKING:
    from pipeline.report.counts import FlowCounts
    from pipeline.report.layout import Layout

__all__ = ["STYLES", "BlockStyle", "describe_flow", "draw_flow"]


@dataclass(frozen=True, slots=True)
class BlockStyle:
    """How a kind of block looks; every ink on its fill has a contrast of at least 7 to 1."""

    fill: str
    stroke: str
    ink: str = "#1a2328"
    dash: str = ""
    radius: int = 2
    bold: bool = False


STYLES: Final = {
    "box": BlockStyle("#ffffff", "#37474f"),
    "awaiting": BlockStyle("#fff8e1", "#a15c00", dash="5 3"),
    "heading": BlockStyle("#ffe49c", "#c9a227", radius=6, bold=True),
    "phase": BlockStyle("#cfe2f3", "#7fa3c7", radius=6, bold=True),
    "banner": BlockStyle("#fff3cd", "#a15c00", radius=4, bold=True),
    "warning": BlockStyle("#fde0dc", "#b3261e", radius=4, bold=True),
    "title": BlockStyle("none", "none", bold=True),
}


def draw_flow(counts: FlowCounts, *, title: str = "", is_linked: bool = False) -> str:
    """Return the flow diagram as one SVG document.

    Parameters
    ----------
    counts
        As `count_flow` returns them; their template decides which columns are drawn.
    title
        Written above the diagram, usually the review's title.
    is_linked
        Link each number to ``#rows-KEY``, where its rows stand on the same page.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> draw_flow(count_flow(FlowRow.create_empty())).startswith("<svg")
    True
    """
    layout = lay_out(counts, title=title)
    return (
        environment()
        .get_template("flow.svg.j2")
        .render(
            layout=layout,
            description=describe_flow(layout),
            styles=STYLES,
            font_size=FONT_SIZE,
            is_linked=is_linked,
        )
    )


def describe_flow(layout: Layout) -> str:
    """Say in words what the diagram shows, panel by panel in reading order.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> describe_flow(lay_out(count_flow(FlowRow.create_empty())))[:39]
    'Identification of studies via databases'
    """
    spoken = [block.title for block in layout.blocks if block.kind not in ("phase", "title")]
    return ". ".join(spoken) + "."
