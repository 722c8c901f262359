"""Offsets are code points into the text that is handed back, whatever the text is made of."""

import html
import itertools

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tag import CODEBOOKS, suggest_tags
from pipeline.tag.plain import plain_text
from pipeline.tag.sentences import split_sentences

BERARDI = CODEBOOKS["berardi-2024"]
FINDINGS = [
    "Lack of training hindered uptake.",
    "Privacy concerns 😟 were barriers for e-health 👩🏽‍⚕️ staff.",
    "Patients valued the flexibility; cost &amp; time were not barriers.",
    "<b>Champions</b> helped &lt;5 teams.",
    "العاملون قالوا: lack of time كان عائقا.",
    "המטפלים trusted the platform.",
    "费用高。Training was needed.",
    "Usability\u00a0was\u2009poor\u2014and costs rose\u2026",
    "İSTANBUL clinics lacked ſtaff training; ﬁnance was a barrier.",
]  # fmt: skip
ABSTRACTS = st.lists(
    st.one_of(st.sampled_from(FINDINGS), st.text(max_size=40)), max_size=8
).flatmap(lambda parts: st.sampled_from([" ", "\n", "\n\n", ""]).map(lambda gap: gap.join(parts)))


def suggest(abstract, title=None):
    texts = pl.DataFrame(
        {"record_id": ["r"], "title": [title], "abstract": [abstract]},
        schema={"record_id": pl.String, "title": pl.String, "abstract": pl.String},
    )
    return suggest_tags(texts, codebook=BERARDI)


@settings(deadline=None)
@given(ABSTRACTS)
def test_every_quotation_stands_where_it_says(abstract):
    found = suggest(abstract)
    text = found.reports["text"][0]
    for tag in found.tags.iter_rows(named=True):
        assert text[tag["start"] : tag["end"]] == tag["sentence"]
        assert text[tag["phrase_start"] : tag["phrase_end"]] == tag["phrase"]
        assert tag["start"] <= tag["phrase_start"] < tag["phrase_end"] <= tag["end"]


@settings(deadline=None)
@given(ABSTRACTS)
def test_the_same_text_gets_the_same_tags(abstract):
    first, second = suggest(abstract), suggest(abstract)
    assert first.tags.equals(second.tags)
    assert first.reports.equals(second.reports)


@settings(deadline=None)
@given(ABSTRACTS)
def test_sentences_are_in_order_and_apart(abstract):
    text = plain_text(abstract)
    cut = split_sentences(text)
    assert all(sentence.start < sentence.end for sentence in cut)
    assert all(a.end <= b.start for a, b in itertools.pairwise(cut))
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in cut)


@settings(deadline=None)
@given(st.lists(st.sampled_from(FINDINGS), min_size=1, max_size=4))
def test_records_do_not_change_one_another(sentences):
    texts = pl.DataFrame(
        [(str(at), None, sentence) for at, sentence in enumerate(sentences)],
        schema={"record_id": pl.String, "title": pl.String, "abstract": pl.String},
        orient="row",
    )
    together = suggest_tags(texts, codebook=BERARDI).tags.drop("record_id")
    alone = pl.concat([suggest(sentence).tags.drop("record_id") for sentence in sentences])
    assert together.equals(alone)


@given(st.text(alphabet=st.characters(exclude_characters="<&\r", exclude_categories=["Cs"])))
def test_plain_text_is_left_alone(text):
    assert plain_text(text) == text.strip()


@given(st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs", "Cc"])))
def test_entities_are_written_out_once(text):
    assert plain_text(html.escape(text)) == text.strip()


def test_emoji_count_as_code_points():
    found = suggest("👩🏽‍⚕️ said: 😟. Lack of training hindered uptake.")
    tag = found.tags.row(0, named=True)
    assert tag["sentence"] == "Lack of training hindered uptake."
    assert tag["start"] == found.reports["text"][0].index("Lack")


def test_markup_goes_and_inequalities_stay():
    found = suggest("<p>Results: Costs &amp; <i>workload</i> hindered use (p &lt; .05, n<30).</p>")
    assert found.reports["text"][0] == "Results: Costs & workload hindered use (p < .05, n<30)."
