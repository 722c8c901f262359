"""Records are hostile: what is shown is their text, whole, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.review.session.shown import safe_link, show_citation
from pipeline.screen.abstracts import split_abstract
from pipeline.screen.highlighting import compile_keyword, find_keyword, find_term, mark_text


def show(finders=(), **row):
    row = {"citation_id": "a", **row}
    return show_citation(row, uid="u", position=1, finders=finders, marks=(), word=None)


@given(st.text())
def test_an_abstract_keeps_every_character(text):
    assert "".join(part.label + part.text for part in split_abstract(text)) == text


@given(st.text(), st.lists(st.sampled_from(["nurs*", "a", "/[aeiou]+/", "é", "x y"]), max_size=4))
def test_a_marked_text_is_the_text(text, keywords):
    finders = [find_keyword("for", one) for one in keywords] + [find_term("likely", "a nurse")]
    assert "".join(one.text for one in mark_text(text, finders)) == text


@pytest.mark.parametrize(
    ("abstract", "labels"),
    [
        ("BACKGROUND: A. METHODS: B.", ["BACKGROUND:", "METHODS:"]),
        (
            "Background: A. Methods and results: B! Conclusions: C",
            ["Background:", "Methods and results:", "Conclusions:"],
        ),
        ("We did this: it worked. The results: good.", [""]),
        ("Naps.\nRESULTS: good", ["", "RESULTS:"]),
        ("PATIENTS & METHODS: 12 of IL-6: more.", ["PATIENTS & METHODS:"]),
        ("", []),
    ],
)
def test_labels_of_structured_abstracts_stand_apart(abstract, labels):
    assert [part.label for part in split_abstract(abstract)] == labels


def test_markup_in_a_record_is_text():
    text = "IL-6<IL-8 levels <img src=x onerror=alert(1)> &lt;b&gt;"
    shown = show(title=text, abstract=text)
    assert [one.text for one in shown.title] == [text]
    assert shown.sections[0].segments[0].text == text


def test_a_giant_abstract_is_whole_and_marked_only_at_its_head():
    text = "A nurse. " * 50_000
    shown = show([find_keyword("for", "nurse")], abstract=text)
    assert "".join(one.text for part in shown.sections for one in part.segments) == text
    assert len(shown.sections[0].segments) < 10_000


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        " https://a b",
        "//a.org",
        "",
    ],
)
def test_only_web_addresses_and_dois_become_links(url):
    assert safe_link("", url) is None
    assert safe_link(url, "") is None
    assert safe_link("", "https://example.org/a").href == "https://example.org/a"


def test_where_marks_overlap_the_readers_own_keyword_has_the_word():
    finders = [find_keyword("against", "nurse staffing"), find_term("likely", "nurse")]
    marks = [
        (one.text, one.kind) for one in mark_text("Nurse staffing of nurses", finders) if one.kind
    ]
    assert marks == [("Nurse staffing", "against"), ("nurses", "likely")]


def test_the_legend_tells_the_marks_in_words():
    shown = show([find_keyword("for", "nap*")], title="Naps", abstract="A nap. Naps!")
    assert [(one.kind, one.text, one.n) for one in shown.matches] == [
        ("for", "naps", 2),
        ("for", "nap", 1),
    ]


def test_a_keyword_that_is_no_regular_expression_says_so():
    with pytest.raises(InputError, match=r"review\.toml"):
        compile_keyword("/(/")
    assert compile_keyword("a+b").search("A+B")
