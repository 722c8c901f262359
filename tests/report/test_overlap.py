"""Which databases found the same citations: every citation once, the same bytes every time."""

from __future__ import annotations

import polars as pl
from lxml import etree

from pipeline.report.overlap import count_overlaps, draw_overlaps, tabulate_overlaps

FOUND = [["Embase"], ["Embase", "Medline"], ["Medline"], ["Embase"], ["A & B <x>"]]


def test_every_citation_is_counted_once():
    overlaps = count_overlaps(pl.DataFrame({"databases": FOUND}))
    assert overlaps["n_citations"].sum() == len(FOUND)
    assert overlaps.row(0) == (["Embase"], 2)
    assert tabulate_overlaps(overlaps)["% of all"].sum() == 100.0


def test_the_picture_is_sound_described_and_the_same_every_time():
    overlaps = count_overlaps(pl.DataFrame({"databases": FOUND}))
    svg = draw_overlaps(overlaps)
    assert svg == draw_overlaps(overlaps)
    text = "".join(etree.fromstring(svg.encode()).itertext())
    assert "Embase: 3 citations, 2 found by it alone." in text
    assert "A & B <x>" in text
