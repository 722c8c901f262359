"""Draw recall curves of simulated screenings, and their metrics as a table, as accessible pictures.

One panel a data set, one line a model (mean over its runs) with the range of the runs around it,
and the line of reading at random. Models are told apart by colour (Okabe and Ito's palette), by
dashes and by name. SVG keeps its text as text and carries a description for screen readers; the
same runs give the same bytes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from pipeline.errors import InputError
from pipeline.screen import recall_curve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from flows.results import DatasetResult

__all__ = ["draw_curves"]

_COLOURS: Final = ("#0072B2", "#B34F00", "#00735C", "#8F3B76", "#6E6E6E")  # Okabe & Ito, darker
_DASHES: Final = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_PANEL_INCHES: Final = (4.2, 3.2)
_ROW_INCHES: Final = 0.28  # of the table
_MOST_ACROSS: Final = 3  # panels
_N_POINTS: Final = 201  # of a curve, from nothing read to everything
_FORMATS: Final = ("svg", "png", "pdf")
_COLUMNS: Final = ("Data set", "Model", "Runs", "Loss", "WSS@95", "RRF@10", "Read to 95 %")


def draw_curves(results: Sequence[DatasetResult], *, path: Path) -> bytes:
    """Return a picture of the recall curves and the table of metrics.

    Parameters
    ----------
    results
        One a data set and model, as `flows.results.collect_results` gives them.
    path
        Where it will be written; its ending says whether it is SVG, PNG or PDF.

    Raises
    ------
    InputError
        The ending is another one.

    >>> from pathlib import Path
    >>> draw_curves([], path=Path("curves.svg"))[:5]
    b'<?xml'
    """
    file_format = path.suffix.removeprefix(".").lower()
    if file_format not in _FORMATS:
        raise InputError(str(path), "is no picture we draw", f"end it in .{', .'.join(_FORMATS)}")
    datasets = list(dict.fromkeys(one.dataset for one in results))
    models = list(dict.fromkeys(one.model for one in results))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "thresher", "font.size": 9}):
        figure = _lay_out(results, datasets, models)
        buffer = io.BytesIO()
        made = {"svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None}}
        figure.savefig(buffer, format=file_format, dpi=144, metadata=made[file_format])
    if file_format != "svg":
        return buffer.getvalue()
    return _described(buffer.getvalue().decode(), results).encode()


def _lay_out(
    results: Sequence[DatasetResult], datasets: Sequence[str], models: Sequence[str]
) -> Figure:
    n_across = max(1, min(_MOST_ACROSS, len(datasets)))
    n_down = max(1, -(-len(datasets) // n_across))
    heights = [_PANEL_INCHES[1] * n_down, _ROW_INCHES * (len(results) + 2)]
    width = max(_PANEL_INCHES[0] * n_across, 7.5)
    figure = Figure(figsize=(width, sum(heights)), layout="constrained")
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=heights)[:, 0]
    panels = above.subplots(n_down, n_across, squeeze=False).ravel()
    for panel, dataset in zip(panels, datasets, strict=False):
        _draw_panel(panel, [one for one in results if one.dataset == dataset], models)
        panel.set_title(dataset, loc="left", fontweight="bold")
    for panel in panels[len(datasets) :]:
        panel.set_axis_off()
    _draw_table(below.subplots(), results)
    return figure


def _draw_panel(axes: Axes, results: Sequence[DatasetResult], models: Sequence[str]) -> None:
    share = np.linspace(0.0, 1.0, _N_POINTS)
    axes.plot(share, share, color="#9E9E9E", linewidth=0.8, label="at random")
    axes.axhline(0.95, color="#9E9E9E", linewidth=0.6, linestyle=":")
    for one in results:
        place = models.index(one.model) % len(_COLOURS)
        curves = np.vstack([_sampled(run) for run in one.found])
        colour = _COLOURS[place]
        if len(curves) > 1:
            axes.fill_between(share, curves.min(0), curves.max(0), color=colour, alpha=0.15, lw=0)
        axes.plot(share, curves.mean(0), color=colour, linestyle=_DASHES[place], label=one.model)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Share of records read", ylabel="Recall")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:.0%}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False)


def _sampled(found: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the recall at each of the drawn shares of records read."""
    curve = np.concatenate([[0.0], recall_curve(found)])
    read = np.linspace(0.0, 1.0, curve.size)
    sampled: NDArray[np.float64] = np.interp(np.linspace(0.0, 1.0, _N_POINTS), read, curve)
    return sampled


def _draw_table(axes: Axes, results: Sequence[DatasetResult]) -> None:
    axes.set_axis_off()
    if not results:
        axes.text(0.5, 0.5, "No run had a relevant record to find.", ha="center")
        return
    table = axes.table(
        cellText=[list(one.cells()) for one in results],
        colLabels=list(_COLUMNS),
        loc="upper center",
        cellLoc="left",
        edges="horizontal",
        colWidths=[0.3, 0.2, 0.08, 0.1, 0.1, 0.1, 0.12],
    )
    table.auto_set_font_size(False)
    table.scale(1.0, 1.2)


def _described(svg: str, results: Sequence[DatasetResult]) -> str:
    """Give the SVG a title and a description that screen readers find."""
    said = "; ".join(one.sentence() for one in results) or "no run had a relevant record to find"
    start = svg.index("<svg")
    end = svg.index(">", start)
    opening = svg[start:end] + ' role="img" aria-labelledby="curves-title curves-description">'
    title = '\n <title id="curves-title">Recall curves of simulated screenings</title>'
    description = f'\n <desc id="curves-description">{escape(said)}.</desc>'
    return svg[:start] + opening + title + description + svg[end + 1 :]
