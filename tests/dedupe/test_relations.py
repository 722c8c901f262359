"""Same study is not same publication: each relation is recognised, and its policy is a choice."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.dedupe import RELATED, RelationPolicies, deduplicate, find_related
from pipeline.schemas import Record
from pipeline.schemas.deduplication import RELATIONS

TITLE = "Barriers to remote monitoring of heart failure in rural clinics: a mixed-methods study"
TEXT = (
    "Remote monitoring promises fewer admissions. We interviewed 41 nurses, surveyed 312 patients "
    "in nine rural clinics about what hindered its use, and what would help them to go on with it."
)
ARTICLE = {
    "title": TITLE,
    "authors": "Okafor, Ngozi; Lindqvist, Per; Marsh, Helen",
    "year": "2019",
    "journal": "Journal of Rural Telehealth",
    "volume": "14",
    "issue": "3",
    "pages": "221-228",
    "abstract": TEXT,
}
OTHERS = {  # for each relation, what the other record says differently
    "erratum": {"title": f"Erratum to: {TITLE}", "pages": "300", "issue": "4"},
    "retraction-notice": {"title": f"Retraction notice: {TITLE}", "pages": "300", "year": "2021"},
    "reply": {"title": f"{TITLE}: authors' reply", "pages": "229", "authors": "Marsh, Helen"},
    "protocol": {"title": f"{TITLE}: study protocol", "journal": "Trial Plans", "pages": "1-9"},
    "part": {"title": f"{TITLE}. Part II", "pages": "229-240"},
    "preprint": {"journal": "medRxiv", "year": "2018", "volume": None, "pages": None},
    "cochrane-version": {"year": "2023", "issue": "9", "pages": "CD009999"},
    "conference-abstract": {"journal": "Heart Notes", "volume": "9 (Suppl 1)", "pages": "S12"},
    "translation": {},
    "reprint": {"journal": "Primary Care Digest", "volume": "51", "pages": "17-25"},
}
IN_BOTH = {
    "cochrane-version": {"journal": "Cochrane Database of Systematic Reviews", "pages": "CD009999"},
    "part": {"title": f"{TITLE}. Part I"},
}


def _pair(records, relation):
    one = {**ARTICLE, **IN_BOTH.get(relation, {}), "record_id": "a"}
    return records(one, {**one, **OTHERS[relation], "record_id": "b"})


def test_every_relation_of_the_schema_has_its_condition_and_its_policy():
    assert tuple(RELATED) == RELATIONS
    assert RelationPolicies().named("link") == RELATIONS


@pytest.mark.parametrize("relation", [one for one in RELATED if one != "translation"])
def test_a_relation_is_named_and_nothing_is_merged_unless_the_review_says_so(relation, records):
    both = _pair(records, relation)
    found = deduplicate(both)
    assert found.clusters["citation_id"].n_unique() == 2
    related = find_related(both, found.pairs, clusters=found.clusters)
    assert related["relation"].to_list() == [relation]
    merged = deduplicate(both, merged_relations=[relation])
    assert merged.clusters["citation_id"].n_unique() == 1
    assert find_related(both, merged.pairs, clusters=merged.clusters).is_empty()
    others = [one for one in RELATIONS if one != relation]
    assert deduplicate(both, merged_relations=others).clusters["citation_id"].n_unique() == 2


def test_a_translation_is_known_by_language_team_and_abstract(records):
    both = records(
        {**ARTICLE, "record_id": "a"},
        {
            **ARTICLE,
            "record_id": "b",
            "title": "Hindernisse der Fernbetreuung bei Herzschwäche in Landpraxen",
            "pages": "229-236",
        },
    )
    said = both.with_columns(language=pl.Series(["en", "de"]))
    spoken = Record.validate(said)
    found = deduplicate(spoken)
    assert find_related(spoken, found.pairs)["relation"].to_list() == ["translation"]


def test_unlike_records_are_related_to_nothing(records):
    both = records(
        {**ARTICLE, "record_id": "a"},
        {"record_id": "b", "title": "Robots in gait training", "authors": "Hahn, O"},
    )
    assert find_related(both, deduplicate(both).pairs).is_empty()
