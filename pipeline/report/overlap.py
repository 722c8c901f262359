"""Which databases found the same citations: the information specialist's question, as a picture.

A table of pairs cannot show what three databases share, and circles stop being readable at four. An
UpSet plot (Lex et al. 2014, doi 10.1109/TVCG.2014.2346248) shows each set of databases as a column
of dots with the number of citations that exactly these databases found above it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import polars as pl

from pipeline.schemas.deduplication import DatabaseOverlap

if TYPE_CHECKING:
    import dataframely as dy
    from matplotlib.axes import Axes

    from pipeline.schemas import Citation

__all__ = ["count_overlaps", "draw_overlaps", "tabulate_overlaps"]

_MOST_COLUMNS: Final = 24  # sets of databases in the picture; the table has all of them
_INK: Final = "#0B3C5D"
_PALE: Final = "#D0D0D0"
_COLUMN_INCHES: Final = 0.42
_ROW_INCHES: Final = 0.34
_MARGIN_INCHES: Final = (4.6, 2.9)
_HEADROOM: Final = 1.12  # of the tallest bar, for the number above it


def count_overlaps(citations: dy.DataFrame[Citation]) -> dy.DataFrame[DatabaseOverlap]:
    """Count the citations that exactly these databases found, the largest count first.

    >>> citations = pl.DataFrame({"databases": [["Embase"], ["Embase", "Medline"], ["Embase"]]})
    >>> count_overlaps(citations).rows()
    [(['Embase'], 2), (['Embase', 'Medline'], 1)]
    """
    counted = citations.group_by("databases").len("n_citations")
    names = pl.col("databases").list.join("\x1f")
    return DatabaseOverlap.validate(
        counted.with_columns(pl.col("n_citations").cast(pl.UInt32)).sort(
            pl.col("n_citations"), names, descending=[True, False]
        )
    )


def tabulate_overlaps(overlaps: dy.DataFrame[DatabaseOverlap]) -> pl.DataFrame:
    """Return the overlaps with the headings that readers see."""
    return overlaps.select(
        pl.col("databases").list.join(" + ").alias("Found by exactly"),
        pl.col("n_citations").alias("Citations"),
        (100 * pl.col("n_citations") / pl.col("n_citations").sum()).round(1).alias("% of all"),
    )


def draw_overlaps(
    overlaps: dy.DataFrame[DatabaseOverlap],
    *,
    title: str = "Citations by the databases that found them, after deduplication",
) -> str:
    """Return the UpSet plot as an accessible SVG: the same data give the same bytes.

    >>> overlaps = pl.DataFrame({"databases": [["Embase"], ["Embase", "Medline"]],
    ...                          "n_citations": [7, 2]})
    >>> draw_overlaps(overlaps).count("role=")
    1
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    shown = overlaps.head(_MOST_COLUMNS)
    totals = _totals(overlaps)
    size = (
        _MARGIN_INCHES[0] + _COLUMN_INCHES * shown.height,
        _MARGIN_INCHES[1] + _ROW_INCHES * totals.height,
    )
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "thresher", "font.size": 9}  # text stays text
    ):
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplot_mosaic(
            [[".", "counts"], ["totals", "sets"]],
            width_ratios=[1.4, max(2.0, _COLUMN_INCHES * shown.height)],
            height_ratios=[2.2, max(0.6, _ROW_INCHES * totals.height)],
        )
        _draw_counts(panels["counts"], shown)
        _draw_sets(panels["sets"], shown, totals)
        _draw_totals(panels["totals"], totals)
        figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "Thresher"})
    return _described(buffer.getvalue(), title, _description(overlaps, totals))


def _totals(overlaps: pl.DataFrame) -> pl.DataFrame:
    """Count for each database its citations and those that it alone found; the largest first."""
    each = overlaps.with_columns(is_alone=pl.col("databases").list.len() == 1).explode("databases")
    n = pl.col("n_citations")
    return (
        each.group_by("databases")
        .agg(n_citations=n.sum(), n_alone=n.filter("is_alone").sum())
        .sort("n_citations", "databases", descending=[True, False])
    )


def _draw_counts(axes: Axes, shown: pl.DataFrame) -> None:
    counts = shown["n_citations"].to_list()
    axes.bar(range(len(counts)), counts, width=0.62, color=_INK)
    for at, n in enumerate(counts):
        axes.text(at, n, f"{n:,}", ha="center", va="bottom", fontsize=8)
    axes.set_ylim(0, max(counts, default=1) * _HEADROOM)
    axes.set_xlim(-0.6, len(counts) - 0.4)
    axes.set_xticks([])
    axes.set_ylabel("citations")
    _bare(axes, keep=("left",))


def _draw_sets(axes: Axes, shown: pl.DataFrame, totals: pl.DataFrame) -> None:
    names = totals["databases"].to_list()
    for at, databases in enumerate(shown["databases"].to_list()):
        rows = sorted(names.index(name) for name in databases)
        axes.scatter([at] * len(names), range(len(names)), s=36, color=_PALE, linewidths=0)
        axes.plot([at, at], [rows[0], rows[-1]], color=_INK, linewidth=1.6)
        axes.scatter([at] * len(rows), rows, s=42, color=_INK, linewidths=0, zorder=3)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(-0.6, shown.height - 0.4)
    axes.set_xticks([])
    axes.tick_params(length=0)
    _bare(axes)


def _draw_totals(axes: Axes, totals: pl.DataFrame) -> None:
    counts, alone = totals["n_citations"].to_list(), totals["n_alone"].to_list()
    axes.barh(range(len(counts)), counts, height=0.6, color=_PALE)
    axes.barh(range(len(counts)), alone, height=0.6, color=_INK)
    for at, (n, n_alone) in enumerate(zip(counts, alone, strict=True)):
        axes.text(n, at, f"{n:,} ({n_alone:,} alone) ", ha="right", va="center", fontsize=8)
    axes.set_xlim(max(counts, default=1) * 2.4, 0)
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    _bare(axes)


def _bare(axes: Axes, *, keep: tuple[str, ...] = ()) -> None:
    for side, line in axes.spines.items():
        line.set_visible(side in keep)


def _description(overlaps: pl.DataFrame, totals: pl.DataFrame) -> str:
    """Return the picture in words."""
    each = [
        f"{name}: {n} citations, {alone} found by it alone."
        for name, n, alone in totals.iter_rows()
    ]
    shared = [
        f"{', '.join(names)}: {n} found by exactly these."
        for names, n in overlaps.head(_MOST_COLUMNS).iter_rows()
        if len(names) > 1
    ]
    return " ".join([*each, *shared])


def _described(svg: str, title: str, description: str) -> str:
    """Add what a screen reader needs to the opening tag of the SVG."""
    start = svg.index("<svg ")
    end = svg.index(">", start)
    opening = svg[start:end] + ' role="img" aria-labelledby="overlap-title overlap-description">'
    words = (
        f'\n <title id="overlap-title">{escape(title)}</title>'
        f'\n <desc id="overlap-description">{escape(description)}</desc>'
    )
    return svg[:start] + opening + words + svg[end + 1 :]
