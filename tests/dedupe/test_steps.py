"""Contracts of the registries, and the guards of each step."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipeline.dedupe import (
    BLOCKING_RULES,
    RULES,
    VETOES,
    build_citations,
    deduplicate,
    deduplicate_increment,
    dump_model,
    explain_record,
    index_records,
    load_model,
    membership_hash,
    normalise,
    read_records_table,
    shipped_model,
)
from pipeline.dedupe.blocking import LARGEST_BLOCK, candidate_pairs
from pipeline.dedupe.judge import FEATURES
from pipeline.dedupe.train import labelled_pairs, train_model
from pipeline.errors import ContractError, InputError, UnknownNameError
from pipeline.schemas import BIBLIOGRAPHIC_FIELDS, Cluster, PairJudgement

FULL = {
    "title": "Barriers to remote monitoring of heart failure in rural clinics: a mixed study",
    "authors": "Okafor, Ngozi; Lindqvist, Per",
    "year": "2019",
    "journal": "Journal of Rural Telehealth",
    "volume": "14",
    "issue": "3",
    "pages": "221-228",
    "doi": "10.1000/jrt.221",
    "abstract": "Remote monitoring promises fewer admissions. We interviewed 41 nurses, surveyed "
    "312 patients in nine rural clinics about what hindered its use, and what would help them. "
    "Connectivity, unclear responsibility and unpaid time were named most often by both groups.",
}
EMPTY = {"record_id": "a"}
UNSETTLED = {"pages": None, "doi": None, "abstract": None}
VETOED = {  # for each veto a change to the second of two equal records that it must notice
    "doi-conflict": {"doi": "10.1000/jrt.999"},
    "kind-differs": {"title": f"Erratum: {FULL['title']}"},
    "preprint-and-article": {"journal": "medRxiv"},
    "cochrane-version": {"year": "2021"},
    "no-title": {"title": "#NAME?", "doi": None},
    "other-journal": {"journal": "Heart Notes", "volume": "9", "pages": "S3", "doi": None},
    "other-pages": {"pages": "300-310", "authors": "Zander, Ruth"},
    "other-issue": {"issue": "4", "pages": None, "doi": None},
    "same-page-only": {"pages": "221", "authors": "Zander, R", "title": "Robots in gait training"},
    "doi-of-another-place": {"journal": "Heart Notes", "pages": "S3"},
    "title-says-little": {"authors": "Okafor, N"},
    "titles-differ": {"title": "Costs of remote monitoring in urban hospitals", **UNSETTLED},
    "other-part": {"title": f"{FULL['title']}. Part II", "pages": "229-240", "doi": None},
    "numbers-differ": {"title": f"FOCUS 2: {FULL['title']}", "issue": None, **UNSETTLED},
    "other-first-author": {"authors": "Zander, Ruth", "issue": None, **UNSETTLED},
    "no-place": {"volume": "15"},
}
IN_BOTH = {  # what both records must be like first
    "cochrane-version": {"journal": "Cochrane Database of Systematic Reviews"},
    "title-says-little": {"title": "Editor's comments", "issue": None, **UNSETTLED},
    "other-part": {"title": f"{FULL['title']}. Part I"},
    "numbers-differ": {"title": f"FOCUS 1: {FULL['title']}"},
    "no-place": {"journal": None, "doi": None},
}


@pytest.mark.parametrize("rule", BLOCKING_RULES)
def test_a_blocking_rule_pairs_equals_and_never_pairs_empty_records(rule, records):
    equals = records({"record_id": "a", **FULL}, {"record_id": "b", **FULL})
    assert candidate_pairs(normalise(equals), blocking=[rule]).height == 1
    empty = records({"record_id": "a"}, {"record_id": "b"})
    assert candidate_pairs(normalise(empty), blocking=[rule]).height == 0


@pytest.mark.parametrize("veto", VETOES)
def test_a_veto_is_tripped_and_nothing_vetoed_is_merged(veto, records):
    place = IN_BOTH.get(veto, {})
    one = {"record_id": "a", **FULL, **place}
    other = {"record_id": "b", **FULL, **place, **VETOED[veto]}
    eager = deduplicate(records(one, other), same_above=0.0, unsure_above=0.0)
    assert veto in eager.pairs["vetoes"].item()
    assert eager.pairs["verdict"].item() == "unsure"
    assert eager.clusters["citation_id"].n_unique() == 2
    same = deduplicate(records({"record_id": "a", **FULL}, {"record_id": "b", **FULL}))
    assert same.pairs["vetoes"].item().is_empty()


def test_an_oversized_block_is_windowed_and_still_finds_its_duplicates(records):
    rows = [
        {"record_id": f"r{n:03d}", **FULL, "title": f"Preface {n:03d} on rural care", "doi": None}
        for n in range(LARGEST_BLOCK + 20)
    ]
    pairs = candidate_pairs(normalise(records(*rows, {**rows[40], "record_id": "z"})))
    assert pairs.height < len(rows) * len(BLOCKING_RULES) * 10
    assert pairs.filter((pl.col("left") == 40) & (pl.col("right") == len(rows))).height == 1


def test_an_unknown_blocking_rule_is_named(records):
    with pytest.raises(UnknownNameError, match="did you mean 'title'"):
        deduplicate(records({"record_id": "a", **FULL}), blocking=["titel"])


def test_people_have_the_last_word(records):
    three = records(*({"record_id": name, **FULL} for name in "abc"), {"record_id": "d"})
    said = PairJudgement.validate(
        pl.DataFrame(
            {"left_id": ["a", "c"], "right_id": ["b", "d"], "verdict": ["distinct", "same"]}
        ).with_columns(pl.col("verdict").cast(pl.Enum(["same", "distinct"])))
    )
    together = dict(deduplicate(three, judgements=said).clusters.iter_rows())
    assert together["a"] != together["b"]
    assert together["c"] == together["d"]


def test_no_records_give_no_clusters(table):
    nothing = deduplicate(read_records_table(table()))
    assert nothing.clusters.is_empty()
    assert nothing.pairs.is_empty()


def test_each_field_survives_by_its_rule_with_its_source(records):
    other = {"title": FULL["title"].upper(), "authors": "Okafor N", "source_db": "Embase"}
    both = records(
        {"record_id": "a", **other, "pages": "221-8", "volume": "14", "doi": FULL["doi"]},
        {"record_id": "b", **FULL, "source_db": "Medline"},
    )
    built = build_citations(both, deduplicate(both).clusters)
    citation = built.citations.row(0, named=True)
    assert citation["title"] == FULL["title"]
    assert citation["authors"] == ["Okafor, Ngozi", "Lindqvist, Per"]
    assert citation["databases"] == ["Embase", "Medline"]
    assert citation["record_id"] == "b"
    assert citation["membership_hash"] == membership_hash(["b", "a"])
    assert set(built.sources["field"]) <= set(BIBLIOGRAPHIC_FIELDS)
    assert dict(built.sources.select("field", "record_id").iter_rows())["abstract"] == "b"


@pytest.mark.parametrize(
    ("doi", "verdict", "says"),
    [
        ("10.1000/9", "same", "merged with a: unsure"),
        (FULL["doi"], "distinct", "not merged with a: same"),
    ],
)
def test_an_explanation_names_what_people_said(records, doi, verdict, says):
    both = records({"record_id": "a", **FULL}, {"record_id": "b", **FULL, "doi": doi})
    said = pl.DataFrame({"left_id": ["a"], "right_id": ["b"], "verdict": [verdict]})
    judged = PairJudgement.validate(said.cast({"verdict": pl.Enum(["same", "distinct"])}))
    found = deduplicate(both, judgements=judged)
    why = explain_record(
        "b",
        records=both,
        pairs=found.pairs,
        clusters=found.clusters,
        judgements=judged,
        model_version=found.model_version,
    )
    assert why.said == (("a", verdict),)
    assert why.model_version == shipped_model().name
    assert why.compared[0].sentence.startswith(says)
    assert "by a person" in why.compared[0].sentence


def test_an_explanation_names_the_evidence(records):
    both = records({"record_id": "a", **FULL}, {"record_id": "b", **FULL, "doi": "10.1000/9"})
    found = deduplicate(both)
    why = explain_record("b", records=both, pairs=found.pairs, clusters=found.clusters)
    assert (why.citation_id, why.members) == ("b", ("b",))
    assert "carry different DOIs" in why.compared[0].sentence
    assert not why.said
    assert dict(why.compared[0].agreements)["doi"] == "conflict"
    with pytest.raises(UnknownNameError):
        explain_record("c", records=both, pairs=found.pairs, clusters=found.clusters)


def test_a_late_smaller_record_moves_a_citation_and_says_so(records):
    both = records({"record_id": "a", **FULL}, {"record_id": "b", **FULL})
    known = both.filter(pl.col("record_id") == "b")
    before = deduplicate(known)
    after = deduplicate_increment(
        both, known, pairs=before.pairs, clusters=before.clusters, index=index_records(known)
    )
    assert [(m.record_id, m.from_citation, m.to_citation) for m in after.moved] == [("b", "b", "a")]


@pytest.mark.parametrize(
    "broken",
    [
        pl.DataFrame({"title": ["Pain"]}),
        pl.DataFrame({"record_id": ["a", "a"], "title": ["Pain", "Rest"]}),
        pl.DataFrame({"record_id": [" "], "title": ["Pain"]}),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(broken):
    with pytest.raises(InputError):
        read_records_table(broken)


@pytest.mark.parametrize("model", [RULES, shipped_model()], ids=lambda model: model.name)
def test_more_agreement_never_lowers_a_probability(model):
    rng = np.random.default_rng(3)
    low = np.column_stack([rng.uniform(-1, 1, 400) for _ in FEATURES])
    low[:, FEATURES.index("title_length")] = rng.integers(0, 60, 400)
    for feature in range(len(FEATURES)):
        high = low.copy()
        high[:, feature] += rng.uniform(0, 2, 400)
        assert (model.probability(high) >= model.probability(low)).all()


@pytest.mark.exhaustive  # training takes longer than all else here
def test_a_trained_model_survives_its_file(records):
    rows = [
        {"record_id": f"{copy}{n:02d}", **FULL, "doi": f"10.1000/{n}", "pages": f"{n}1-{n}9"}
        for n in range(30)
        for copy in "ab"
    ]
    truth = Cluster.validate(
        pl.DataFrame(
            {
                "record_id": [row["record_id"] for row in rows],
                "citation_id": [f"a{row['record_id'][1:]}" for row in rows],
            }
        )
    )
    pairs = labelled_pairs("invented", records(*rows), truth)
    model = train_model([pairs], name="tiny", card={}, rng=np.random.default_rng(1))
    again = load_model(dump_model(model))
    assert again == model
    assert model.probability(pairs.values)[pairs.is_same].min() > 0.5
    repeated = train_model([pairs], name="tiny", card={}, rng=np.random.default_rng(1))
    assert repeated == model


@pytest.mark.parametrize(
    "text", ["{}", "[", '{"name":"x","card":{},"bias":0,"trees":[{"feature":"colour"}]}']
)
def test_a_damaged_model_is_refused(text):
    with pytest.raises(ContractError):
        load_model(text)
