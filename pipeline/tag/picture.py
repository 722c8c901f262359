"""Draws the evidence map as an accessible SVG: domains down, levels across, a mark per polarity.

Polarity is told by shape, by place in the cell and by colour (Okabe and Ito's palette, which
readers with colour-blindness can tell apart), and every mark carries its number. The SVG has a
title and a description for screen readers, keeps its text as text, and is the same byte for byte
whenever the data are the same.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from pipeline.tag.evidence_map import POLARITIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    import dataframely as dy
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from pipeline.schemas import EvidenceCell
    from pipeline.tag.codebook import Codebook

__all__ = ["draw_evidence_map", "draw_evidence_map_png"]

TITLE: Final = "Evidence map: studies by domain, level and polarity"


class _Mark(NamedTuple):
    label: str
    shape: str  # matplotlib's name for it
    colour: str
    offset: float  # from the middle of the cell, in cells


_MARKS: Final = {  # Okabe & Ito 2008, jfly.uni-koeln.de/color; orange darker for white text
    "barrier": _Mark("Barrier", "s", "#B34F00", -0.3),
    "facilitator": _Mark("Facilitator", "o", "#0072B2", 0.0),
    "unspecified": _Mark("Direction not given", "D", "#6E6E6E", 0.3),
}
_TITLE_WIDTH, _DOMAIN_WIDTH, _LEVEL_WIDTH = 70, 32, 20  # letters in a line
_UNSAID: Final = "Level not given"
_SMALLEST, _LARGEST = 180.0, 900.0  # area of a mark in points², by the share of the largest count
_CELL_INCHES: Final = (1.75, 0.85)
_MARGIN_INCHES: Final = (3.4, 1.9)
_DOTS_PER_INCH: Final = 200


def draw_evidence_map(
    cells: dy.DataFrame[EvidenceCell],
    *,
    codebook: Codebook,
    title: str = TITLE,
    name: str = "map",
) -> str:
    """Return the evidence map as SVG.

    Parameters
    ----------
    cells
        The map as :func:`pipeline.tag.map_evidence` counts it.
    codebook
        Gives the names of the domains and levels.
    title
        Stands above the picture and is read out by screen readers.
    name
        Begins the ids in the picture: two maps on one page need two.

    Examples
    --------
    >>> import polars as pl
    >>> from pipeline.tag import CODEBOOKS, map_evidence
    >>> tags = pl.DataFrame({"record_id": ["r1"], "domain": ["SR"], "level": ["meso"],
    ...                      "polarity": ["barrier"]})
    >>> codebook = CODEBOOKS["berardi-2024"]
    >>> svg = draw_evidence_map(map_evidence(tags, codebook=codebook), codebook=codebook)
    >>> "Support and resources" in svg
    True
    """
    figure = _compose(cells, codebook, title)
    buffer = io.StringIO()
    with _style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "Thresher"})
    return _described(buffer.getvalue(), name, title, _description(cells, codebook))


def draw_evidence_map_png(
    cells: dy.DataFrame[EvidenceCell],
    *,
    codebook: Codebook,
    title: str = TITLE,
) -> bytes:
    """Return the evidence map as PNG, for slides and manuscripts that take no SVG.

    Parameters are those of :func:`draw_evidence_map`.

    >>> from pipeline.schemas import EvidenceCell
    >>> from pipeline.tag import CODEBOOKS
    >>> nothing = EvidenceCell.create_empty()
    >>> draw_evidence_map_png(nothing, codebook=CODEBOOKS["berardi-2024"])[1:4]
    b'PNG'
    """
    figure = _compose(cells, codebook, title)
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()


def _style() -> AbstractContextManager[None]:
    import matplotlib as mpl

    return mpl.rc_context(
        {
            "svg.fonttype": "none",  # text stays text: it can be searched, read aloud, translated
            "svg.hashsalt": "thresher",  # ids do not change between runs
            "font.family": "sans-serif",
            "font.size": 10,
        }
    )


def _compose(cells: dy.DataFrame[EvidenceCell], codebook: Codebook, title: str) -> Figure:
    from matplotlib.figure import Figure

    levels: list[str | None] = [level.id for level in codebook.levels]
    if cells.filter(cells["level"].is_null() & (cells["n_studies"] > 0)).height or not levels:
        levels.append(None)
    domains = [domain.id for domain in codebook.domains]
    size = (
        _MARGIN_INCHES[0] + _CELL_INCHES[0] * len(levels),
        _MARGIN_INCHES[1] + _CELL_INCHES[1] * len(domains),
    )
    with _style():
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots()
        _draw_grid(axes, codebook, levels)
        _draw_marks(axes, cells, domains, levels)
        axes.set_title(_wrapped(title, _TITLE_WIDTH), loc="left", fontweight="bold")
        _draw_legend(axes)
    return figure


def _draw_grid(axes: Axes, codebook: Codebook, levels: Sequence[str | None]) -> None:
    names = {level.id: level.label for level in codebook.levels}
    labels = [_wrapped(names[level] if level else _UNSAID, _LEVEL_WIDTH) for level in levels]
    axes.set_xticks(range(len(levels)), labels)
    axes.set_yticks(
        range(len(codebook.domains)), [_wrapped(d.label, _DOMAIN_WIDTH) for d in codebook.domains]
    )
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.set_ylim(len(codebook.domains) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for at in range(len(levels) + 1):
        axes.axvline(at - 0.5, color="#C8C8C8", linewidth=0.8, zorder=0)
    for at in range(len(codebook.domains) + 1):
        axes.axhline(at - 0.5, color="#C8C8C8", linewidth=0.8, zorder=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw_marks(
    axes: Axes,
    cells: dy.DataFrame[EvidenceCell],
    domains: Sequence[str],
    levels: Sequence[str | None],
) -> None:
    largest = max(cells["n_studies"].to_list(), default=0)
    wanted = cells.filter(cells["n_studies"] > 0).select("domain", "level", "polarity", "n_studies")
    for domain, level, polarity, n_studies in wanted.iter_rows():
        mark = _MARKS[polarity]
        x, y = levels.index(level) + mark.offset, domains.index(domain)
        area = _SMALLEST + (_LARGEST - _SMALLEST) * n_studies / largest
        axes.scatter([x], [y], s=area, marker=mark.shape, color=mark.colour, linewidths=0)
        axes.text(x, y, str(n_studies), color="white", ha="center", va="center", fontweight="bold")


def _draw_legend(axes: Axes) -> None:
    handles = [
        axes.scatter([], [], s=_SMALLEST, marker=mark.shape, color=mark.colour, label=mark.label)
        for mark in (_MARKS[polarity] for polarity in POLARITIES)
    ]
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, -0.02),
        ncols=len(handles),
        frameon=False,
        title="Number = studies that mention it; a count is not importance",
        alignment="left",
    )


def _wrapped(text: str, width: int) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _description(cells: dy.DataFrame[EvidenceCell], codebook: Codebook) -> str:
    """Return the map in words: one sentence for each domain that any study mentions."""
    sentences = []
    for domain in codebook.domains:
        mine = cells.filter((cells["domain"] == domain.id) & (cells["n_studies"] > 0))
        named = [
            f"{n} {_MARKS[polarity].label.lower()} ({level or 'level not given'})"
            for level, polarity, n in mine.select("level", "polarity", "n_studies").iter_rows()
        ]
        sentences.append(f"{domain.label}: {', '.join(named) or 'no studies'}.")
    return " ".join(sentences)


def _described(svg: str, name: str, title: str, description: str) -> str:
    """Add what a screen reader needs to the opening tag of an SVG."""
    start = svg.index("<svg ")
    end = svg.index(">", start)
    labelled = f' role="img" aria-labelledby="{name}-title {name}-description">'
    opening = svg[start:end] + labelled
    words = (
        f'\n <title id="{name}-title">{escape(title)}</title>'
        f'\n <desc id="{name}-description">{escape(description)}</desc>'
    )
    return svg[:start] + opening + words + svg[end + 1 :]
