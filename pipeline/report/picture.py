"""Draw the flow diagram as PNG or PDF, for manuscripts and slides.

Drawn by matplotlib from the same layout as the SVG, with the font whose widths the layout was
measured in, so that nothing outside the project has to be installed and no text can overflow.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pipeline.report.diagram import STYLES
from pipeline.report.layout import FONT_SIZE, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from pipeline.report.counts import FlowCounts
    from pipeline.report.layout import Arrow, Block, Layout, PlacedText

__all__ = ["PictureFormat", "draw_picture"]

PictureFormat = Literal["png", "pdf"]
_log = logging.getLogger(__name__)

_PX_PER_INCH: Final = 96.0  # as in CSS
_POINTS_PER_PX: Final = 72.0 / _PX_PER_INCH
_DOTS_PER_INCH: Final = 288  # three dots for each px: sharp in print at a column's width
_INK: Final = "#37474f"
_MISSING: Final = re.compile(r"Glyph (?P<code>\d+) .*missing from")
# Tried in this order for characters that DejaVu Sans lacks; matplotlib brings none of them along.
_OTHER_SCRIPTS: Final = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "PingFang SC",
    "Hiragino Sans",
)
_QUIET: Final = "#455a64"
# Neither the day nor the program: the same counts give the same bytes.
_METADATA: Final[dict[PictureFormat, dict[str, None]]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}


def draw_picture(
    counts: FlowCounts, *, file_format: PictureFormat = "png", title: str = ""
) -> bytes:
    """Return the flow diagram as a PNG or PDF file.

    Parameters
    ----------
    counts
        As `count_flow` returns them.
    file_format
        ``"png"`` or ``"pdf"``.
    title
        Written above the diagram.

    >>> from pipeline.report.counts import count_flow
    >>> from pipeline.schemas import FlowRow
    >>> draw_picture(count_flow(FlowRow.create_empty()), file_format="pdf")[:5]
    b'%PDF-'
    """
    from matplotlib.figure import Figure

    layout = lay_out(counts, title=title)
    figure = Figure(figsize=(layout.width / _PX_PER_INCH, layout.height / _PX_PER_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, layout.width)
    axes.set_ylim(layout.height, 0)
    axes.set_axis_off()
    _draw(axes, layout)
    file = io.BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(
            file, format=file_format, dpi=_DOTS_PER_INCH, metadata=_METADATA[file_format]
        )
    _tell_missing([str(warning.message) for warning in caught])
    return file.getvalue()


def _tell_missing(messages: Sequence[str]) -> None:
    """Say which characters no installed font has; say anything else as it is."""
    missing = [_MISSING.match(message) for message in messages]
    for message, found in zip(messages, missing, strict=True):
        if found is None:
            _log.warning("%s", message)
    characters = "".join(sorted({chr(int(found["code"])) for found in missing if found}))
    if characters:
        _log.warning(
            "no installed font has %s: the picture shows frames in their place, the SVG does not; "
            "install a font such as Noto Sans CJK",
            characters,
        )


@cache
def _families() -> tuple[str, ...]:
    """Return the font that the layout was measured in, then what is installed for other scripts."""
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    return ("DejaVu Sans", *(name for name in _OTHER_SCRIPTS if name in installed))


def _draw(axes: Axes, layout: Layout) -> None:
    for arrow in layout.arrows:
        _draw_arrow(axes, arrow)
    for block in layout.blocks:
        _draw_block(axes, block)
    for note in layout.notes:
        _write(axes, note, size=FONT_SIZE - 2, color=_QUIET)


def _draw_arrow(axes: Axes, arrow: Arrow) -> None:
    from matplotlib.patches import FancyArrowPatch

    *start, before, end = arrow.points
    corners = [*start, before]
    axes.plot([x for x, _ in corners], [y for _, y in corners], color=_INK, linewidth=1.0)
    axes.add_patch(
        FancyArrowPatch(
            before,
            end,
            arrowstyle="-|>",
            mutation_scale=10,
            color=_INK,
            linewidth=1.0,
            shrinkA=0,
            shrinkB=0,
        )
    )


def _draw_block(axes: Axes, block: Block) -> None:
    from matplotlib.patches import FancyBboxPatch

    style = STYLES[block.kind]
    axes.add_patch(
        FancyBboxPatch(
            (block.x, block.y),
            block.width,
            block.height,
            boxstyle=f"round,pad=0,rounding_size={style.radius}",
            facecolor=style.fill,
            edgecolor=style.stroke,
            linewidth=0.9,
            linestyle=(0, (5, 3)) if style.dash else "solid",
        )
    )
    for text in block.texts:
        if block.kind == "phase":
            _write(axes, text, is_bold=True, rotation=90, align="center")
        elif block.kind == "heading":
            _write(axes, text, is_bold=True, align="center", x=block.middle[0])
        else:
            _write(axes, text, is_bold=style.bold)


def _write(
    axes: Axes,
    text: PlacedText,
    *,
    x: float | None = None,
    size: float = FONT_SIZE,
    color: str = STYLES["box"].ink,
    is_bold: bool = False,
    align: Literal["left", "center"] = "left",
    rotation: float = 0.0,
) -> None:
    axes.text(
        text.x if x is None else x,
        text.y,
        text.text,
        fontsize=size * _POINTS_PER_PX,
        family=list(_families()),
        weight="bold" if is_bold else "normal",
        color=color,
        ha=align,
        va="center" if rotation else "baseline",
        rotation=rotation,
        parse_math=False,
    )
