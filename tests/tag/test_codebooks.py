"""What every codebook in the registry must keep: a new one is judged unasked."""

import polars as pl
import pytest

from pipeline.errors import UnknownNameError
from pipeline.tag import CODEBOOKS, suggest_tags
from pipeline.tag.lexicon import Entry, Lexicon


@pytest.fixture(params=list(CODEBOOKS), ids=str)
def codebook(request):
    return CODEBOOKS[request.param]


def phrases_of(domain):
    return [
        *domain.phrases.neutral,
        *domain.phrases.barrier,
        *domain.phrases.facilitator,
        *domain.phrases.rival,
    ]


def written_out(phrase):
    return phrase.replace("*", "")


def test_the_registry_knows_it_by_its_id(codebook):
    assert codebook.name == codebook.id
    assert CODEBOOKS[codebook.id] is codebook


def test_it_says_where_it_comes_from_and_under_which_licence(codebook):
    assert codebook.source.citation
    assert codebook.source.licence
    assert codebook.version
    assert isinstance(codebook.is_draft, bool)


def test_a_draft_says_what_has_not_been_checked(codebook):
    assert not codebook.is_draft or codebook.note


def test_every_domain_is_defined_and_has_phrases(codebook):
    for domain in codebook.domains:
        assert domain.definition
        assert phrases_of(domain)


def test_every_phrase_can_be_found(codebook):
    for domain in codebook.domains:
        for phrase in phrases_of(domain):
            lexicon = Lexicon.of([Entry(phrase, "factor", domain.id)])
            assert lexicon.find(written_out(phrase).split()), phrase


def test_no_phrase_belongs_to_two_domains(codebook):
    owners = {}
    for domain in codebook.domains:
        for phrase in phrases_of(domain):
            assert owners.setdefault(phrase, domain.id) == domain.id, phrase


def test_most_phrases_lead_to_their_domain(codebook):
    wanted = [
        (f"{domain.id}/{phrase}", domain.id, f"{written_out(phrase)} hindered uptake in clinics.")
        for domain in codebook.domains
        for phrase in phrases_of(domain)
    ]
    texts = pl.DataFrame(
        [(key, "", f"Results: The {sentence}") for key, _, sentence in wanted],
        schema=["record_id", "title", "abstract"],
        orient="row",
    )
    tags = suggest_tags(texts, codebook=codebook).tags
    found = set(tags.select("record_id", "domain").iter_rows())
    hits = sum((key, domain) in found for key, domain, _ in wanted)
    assert hits / len(wanted) > 0.95


def test_suggestions_use_only_ids_of_the_codebook(codebook):
    abstract = "Results: Lack of training and poor usability hindered patients and clinicians."
    texts = pl.DataFrame({"record_id": ["r"], "title": [None], "abstract": [abstract]})
    tags = suggest_tags(texts, codebook=codebook).tags
    assert tags.height
    assert set(tags["domain"]) <= {domain.id for domain in codebook.domains}
    assert set(tags["level"].drop_nulls()) <= {level.id for level in codebook.levels}


def test_a_misspelt_name_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'berardi-2024'"):
        CODEBOOKS["berardi2024"]


def test_berardi_has_the_ids_that_other_tools_read():
    codebook = CODEBOOKS["berardi-2024"]
    assert [domain.id for domain in codebook.domains] == ["CBAE", "PAT", "PROF", "GE", "SR", "SP"]
    assert [level.id for level in codebook.levels] == ["nano", "micro", "meso", "macro"]
    assert codebook.is_draft
