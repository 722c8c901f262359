"""The rules of polarity, one example each; and what must never be tagged."""

import polars as pl
import pytest

from pipeline.errors import ContractError
from pipeline.tag import CODEBOOKS, suggest_tags

BERARDI = CODEBOOKS["berardi-2024"]


def suggest(abstract, title="Apps in clinics"):
    texts = pl.DataFrame(
        {"record_id": ["r"], "title": [title], "abstract": [abstract]},
        schema={"record_id": pl.String, "title": pl.String, "abstract": pl.String},
    )
    return suggest_tags(texts, codebook=BERARDI)


def directions(sentence):
    tags = suggest(f"Results: {sentence}").tags
    return set(tags.select("domain", "polarity").iter_rows())


@pytest.mark.parametrize(
    ("sentence", "domain", "polarity"),
    [
        ("There was a lack of training.", "SR", "barrier"),
        ("Training and funding were lacking.", "SR", "barrier"),
        ("Nobody had received training and supervision.", "SR", "barrier"),
        ("Without funding the service closed.", "SR", "barrier"),
        ("The portal reduced workload.", "SR", "facilitator"),
        ("The app did not add a burden to staff.", "SR", "facilitator"),
        ("Champions overcame resistance.", "CBAE", "facilitator"),
        ("Time was not a barrier.", "SR", "facilitator"),
        ("Participants did not regard privacy as a barrier.", "SP", "facilitator"),
        ("Training did not help.", "SR", "barrier"),
        ("Poor connectivity hindered sessions.", "SR", "barrier"),
        ("Barriers included cost, privacy and low literacy.", "SR", "barrier"),
        ("Barriers included cost, privacy and low literacy.", "SP", "barrier"),
        ("Barriers included cost, privacy and low literacy.", "PAT", "barrier"),
        ("Facilitators were supervision and champions.", "PROF", "facilitator"),
        ("Barriers were as follows: cost; bureaucracy; stigma.", "SP", "barrier"),
        ("Cost and privacy were barriers, whereas champions were facilitators.", "SR", "barrier"),
        ("Cost and privacy were barriers, whereas champions helped.", "PROF", "facilitator"),
        ("Despite reservations, there was growing acceptance.", "CBAE", "barrier"),
        ("Despite reservations, there was growing acceptance.", "CBAE", "facilitator"),
        ("Workload influenced uptake.", "SR", "unspecified"),
        ("Clients preferred to meet face to face.", "PROF", "barrier"),
        ("Greater workload was reported.", "SR", "barrier"),
        ("Better training was reported.", "SR", "facilitator"),
    ],
)
def test_a_direction_follows_from_the_wording(sentence, domain, polarity):
    assert (domain, polarity) in directions(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Training is needed.", "Services should provide training.", "There is a need for training."],
)
def test_a_need_is_a_recommendation(sentence):
    tags = suggest(f"Conclusions: {sentence}").tags
    assert set(tags.select("domain", "polarity", "recommendation").iter_rows()) == {
        ("SR", "facilitator", True)
    }


def test_a_reported_helper_is_no_recommendation():
    assert not suggest("Results: Training helped.").tags["recommendation"].any()


@pytest.mark.parametrize(
    "abstract",
    [
        "This study explored barriers to training and supervision.",
        "Background: Cost and lack of time hinder uptake. Methods: We interviewed nurses on costs.",
        "Objective: To identify barriers such as cost and privacy.",
        "Results: Symptom scores fell by 3.1 points (p < .001).",
        "Conclusions: More research is needed.",
        "Results: Themes were trust, workflow and leadership.",
        "Results: The blood-brain barrier was not discussed.",
        "",
        "   ",
        "?!",
    ],
)
def test_what_is_no_finding_gets_no_tag(abstract):
    assert suggest(abstract).tags.height == 0


def test_the_title_is_never_tagged():
    found = suggest(None, title="Lack of training hinders uptake")
    assert found.tags.height == 0
    assert found.reports["text"].to_list() == [""]


def test_every_text_gets_a_report_and_the_order_is_kept():
    texts = pl.DataFrame(
        {
            "record_id": ["b", "a", "c"],
            "title": [None, "A", "B"],
            "abstract": ["Results: Cost was a barrier.", None, "Results: Champions helped."],
        }
    )
    found = suggest_tags(texts, codebook=BERARDI)
    assert found.reports["record_id"].to_list() == ["b", "a", "c"]
    assert found.tags["record_id"].to_list() == ["b", "c"]


def test_no_texts_give_empty_frames():
    schema = {"record_id": pl.String, "title": pl.String, "abstract": pl.String}
    found = suggest_tags(pl.DataFrame(schema=schema), codebook=BERARDI)
    assert found.reports.height == found.tags.height == 0


def test_a_missing_column_is_our_mistake():
    with pytest.raises(ContractError, match="'abstract'"):
        suggest_tags(pl.DataFrame({"record_id": ["r"], "title": ["t"]}), codebook=BERARDI)


def test_each_suggestion_says_why():
    tags = suggest("Results: Lack of training hindered uptake.").tags
    assert tags["phrase"].to_list() == ["training"]
    assert tags["why"].to_list() == ["absence: 'Lack of'"]


def test_a_level_is_null_where_nothing_speaks_for_one():
    assert suggest("Results: Scepticism was a barrier.").tags["level"].to_list() == [None]


def test_a_pathological_text_stays_quick():
    abstract = "Results: " + "lack of not training, barriers " * 3000
    assert suggest(abstract).reports.height == 1
