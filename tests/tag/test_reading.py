"""Sentences, the parts of an abstract, and the kinds of documents."""

import polars as pl
import pytest

from pipeline.tag import CODEBOOKS, suggest_tags
from pipeline.tag.kinds import find_kind
from pipeline.tag.lexicon import Entry, Lexicon, find_words
from pipeline.tag.roles import find_parts
from pipeline.tag.sentences import split_sentences
from pipeline.tag.wording import find_wording


def cut(text):
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Costs rose by 2.5 %. Staff left.", ["Costs rose by 2.5 %.", "Staff left."]),
        ("Tools, e.g. apps, help. Yes.", ["Tools, e.g. apps, help.", "Yes."]),
        ("Dr. Ada et al. found it. So?", ["Dr. Ada et al. found it.", "So?"]),
        ("See No. 5 of J. R. Doe. Next.", ["See No. 5 of J. R. Doe.", "Next."]),
        ("They said no. Then left.", ["They said no.", "Then left."]),
        ("(1) Cost. (2) Time.", ["(1) Cost.", "(2) Time."]),
        ("“It is cold.” She left.", ["“It is cold.”", "She left."]),
        ("Really? Yes! Good.", ["Really?", "Yes!", "Good."]),
        ("费用高。时间少。", ["费用高。", "时间少。"]),
        ("هل نجح؟ نعم.", ["هل نجح؟", "نعم."]),
        ("One\n\nTwo", ["One", "Two"]),
        ("A hard\nwrapped line.", ["A hard\nwrapped line."]),
        ("- one\n- two", ["one", "two"]),
        ("", []),
    ],
)
def test_sentences_are_cut_where_they_end(text, sentences):
    assert cut(text) == sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Background: A b. Methods: C d. Results: E f.", ["background", "methods", "findings"]),
        ("BACKGROUND A b. METHODS C d. RESULTS E f.", ["background", "methods", "findings"]),
        ("Objectives To see. Results Interviews showed it.", ["aim", "findings"]),
        ("BackgroundIt is so.MethodsWe asked.ResultsOur tool works.",
         ["background", "methods", "findings"]),
        ("Background\nIt is so.\nMethods\nWe asked.", ["background", "methods"]),
        ("Results of the survey were clear.", [None]),
        ("Design features were praised.", [None]),
        ("Conclusions — It works. Trial registration: X1.", ["findings", "other"]),
    ],
)  # fmt: skip
def test_labels_announce_parts(text, parts):
    assert [sentence.part for sentence in split_sentences(text)] == parts


def parts_of(text):
    sentences = split_sentences(text)
    return find_parts(
        sentences, [find_wording(find_words(text, s.start, s.end)) for s in sentences]
    )


def test_unlabelled_text_is_judged_by_wording_and_order():
    text = (
        "Apps are popular. Cost is a worry. We interviewed ten nurses. "
        "Cost hindered use. This study aimed to help."
    )
    assert parts_of(text) == ["background", "background", "methods", "findings", "aim"]


def test_an_extract_without_method_is_all_findings():
    assert parts_of("Cost hindered use. Champions helped.") == ["findings", "findings"]


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Nurses and apps: a qualitative study", "We interviewed ten nurses.", "primary"),
        ("Nurses and apps", "Semi-structured interviews were held with nurses.", "primary"),
        ("Apps in clinics: a scoping review", "We searched Medline and Embase.", "review"),
        ("Apps", "Five databases were searched; 20 studies were included.", "review"),
        ("Apps: study protocol", "We will interview ten nurses.", "protocol"),
        ("Apps", "Participants will be recruited and will be interviewed.", "protocol"),
        ("Digital care: a policy brief", "This policy brief sets out options.", "report"),
        ("Apps help, says study", "A new study has found it. Sign up to our newsletter.", "news"),
        ("", "", "unknown"),
        ("Thoughts", "Apps are interesting.", "unknown"),
    ],
)  # fmt: skip
def test_kinds_are_flagged(title, text, kind):
    assert find_kind(title, find_wording(find_words(text))) == kind


def test_a_study_that_cites_a_review_stays_primary():
    text = "A systematic review found little. We interviewed nurses; thematic analysis was used."
    assert find_kind("Nurses and apps", find_wording(find_words(text))) == "primary"


def test_who_reports_methods_reports_a_study():
    assert find_kind("Calls", parts={"methods"}) == "primary"


def test_the_longest_phrase_wins_within_a_group():
    lexicon = Lexicon.of(
        [
            Entry("access", "factor", "SR"),
            Entry("access to care", "factor", "PAT"),
            Entry("access", "cue", "rise"),
        ]
    )
    found = lexicon.find(find_words("Better access to care"))
    assert [(match.entry.key, match.last - match.first) for match in found] == [
        ("rise", 1),
        ("PAT", 3),
    ]


def test_one_phrase_may_mean_two_things():
    lexicon = Lexicon.of([Entry("time", "factor", "SR"), Entry("time", "factor", "SP")])
    assert {match.entry.key for match in lexicon.find(["time"])} == {"SR", "SP"}


@pytest.mark.parametrize("codebook", list(CODEBOOKS))
def test_the_frames_have_the_promised_columns(codebook):
    texts = pl.DataFrame({"record_id": ["r"], "title": ["t"], "abstract": ["Cost was a barrier."]})
    found = suggest_tags(texts, codebook=CODEBOOKS[codebook])
    assert found.reports.columns == ["record_id", "kind", "text"]
    assert found.tags.columns[:5] == ["record_id", "domain", "level", "polarity", "sentence"]
