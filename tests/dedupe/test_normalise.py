"""Form must not matter: what two databases write differently becomes one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import normalise, read_records_table


@pytest.fixture
def normal(records):
    """One normalised record from its fields."""
    return lambda **fields: normalise(records({"record_id": "a", **fields})).row(0, named=True)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("221-228", "221", "228"),
        ("221-8", "221", "228"),
        ("221--228", "221", "228"),
        ("S298–S301", "s298", "s301"),
        ("06-Oct", "6", "10"),
        ("Jan-30", "1", "30"),
        ("e12724", "e12724", None),
        ("0012-0019", "12", "19"),
        ("v-vii", "v", "vii"),
        ("Suppl-29", None, None),
        ("no pagination", None, None),
        (None, None, None),
    ],
)
def test_pages_in_every_form(normal, written, first, last):
    record = normal(title="Pain", pages=written)
    assert (record["page_first"], record["page_last"]) == (first, last)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1)", None), ("30 (Supplement)", "30"), ("24 Suppl 3", "24"), ("007", "7"), ("A)", None)],
)
def test_volumes_with_supplements(normal, written, expected):
    assert normal(title="Pain", volume=written)["volume"] == expected


@pytest.mark.parametrize(
    "written",
    [
        "10.1000/Abc.1",
        "https://doi.org/10.1000/abc.1",
        "Doi 10.1000/ABC.1.",
        "http://dx.doi.org/10.1000%2Fabc.1",
    ],
)
def test_dois_however_written(normal, written):
    assert normal(title="Pain", doi=written)["doi"] == "10.1000/abc.1"


@pytest.mark.parametrize(
    "written",
    [
        "Larsen, Ada B.; van der Berg, C",
        "Larsen AB, van der Berg C",
        "Larsen A. B.van der Berg C.",
        "Ada Larsen and Cor van der Berg",
    ],
)
def test_family_names_whichever_way_round(normal, written):
    if written.startswith("Ada"):
        assert normal(title="Pain", authors=written)["authors"] == "larsen berg"
    else:
        assert normal(title="Pain", authors=written)["first_author"] == "larsen"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[Der Schmerz]. [German]", "der schmerz"),
        ("Pain (Structured abstract)", "pain"),
        ("RETRACTED: Pain", "pain"),
        ("Pain.[Erratum appears in Ann Pain. 2003;5:7]", "pain"),
        (
            "Pain [&lt;i&gt;Provisional&lt;/i&gt; abstract]".replace("[", "(").replace("]", ")"),
            "pain",
        ),
        ("#NAME?", None),
        ("痛みの研究", "痛みの研究"),
    ],
)
def test_titles_lose_what_is_not_theirs(normal, written, expected):
    assert normal(title=written)["title"] == expected


def test_japanese_marks_are_kept_and_latin_ones_are_not(normal):
    assert normal(title="がん")["title"] != normal(title="かん")["title"]
    assert normal(title="Écôle")["title"] == "ecole"


def test_a_greek_title_is_not_spelled_out(normal):
    assert normal(title="Ο πόνος στην εργασία")["title"].startswith("ο πονος")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_no_text_breaks_it_and_no_record_is_lost(texts):
    table = pl.DataFrame(
        {
            "record_id": [str(i) for i in range(len(texts))],
            **dict.fromkeys(("title", "authors", "pages", "doi", "journal", "abstract"), texts),
        }
    )
    assert normalise(read_records_table(table)).height == len(texts)
