"""The evidence map counts studies, keeps its empty cells, and is drawn the same every time."""

import polars as pl
import pytest
from lxml import etree

from pipeline.errors import ContractError, UnknownNameError
from pipeline.tag import CODEBOOKS, map_evidence
from pipeline.tag.picture import draw_evidence_map

BERARDI = CODEBOOKS["berardi-2024"]


def tags(*rows):
    schema = {"record_id": pl.String, "domain": pl.String, "level": pl.String}
    return pl.DataFrame(rows, schema={**schema, "polarity": pl.String}, orient="row")


def cell(cells, domain, level, polarity):
    return cells.filter(
        (pl.col("domain") == domain)
        & pl.col("level").eq_missing(pl.lit(level))
        & (pl.col("polarity") == polarity)
    ).row(0, named=True)


def test_every_cell_is_there_even_when_empty():
    cells = map_evidence(tags(), codebook=BERARDI)
    assert cells.height == 6 * 5 * 3
    assert cells["n_studies"].sum() == 0


def test_reports_of_one_study_count_once():
    found = tags(("r1", "SR", "meso", "barrier"), ("r2", "SR", "meso", "barrier"))
    studies = pl.DataFrame({"record_id": ["r1", "r2"], "study_id": ["s1", "s1"]})
    cells = map_evidence(found, codebook=BERARDI, studies=studies)
    assert cell(cells, "SR", "meso", "barrier")["study_ids"] == ["s1"]


def test_a_record_without_a_study_is_its_own():
    found = tags(("r1", "SR", "meso", "barrier"), ("r2", "SR", "meso", "barrier"))
    studies = pl.DataFrame({"record_id": ["r1"], "study_id": ["s1"]})
    cells = map_evidence(found, codebook=BERARDI, studies=studies)
    assert cell(cells, "SR", "meso", "barrier")["study_ids"] == ["r2", "s1"]


def test_a_tag_without_a_level_has_a_cell():
    cells = map_evidence(tags(("r1", "GE", None, "facilitator")), codebook=BERARDI)
    assert cell(cells, "GE", None, "facilitator")["n_studies"] == 1


def test_no_tag_is_lost():
    found = tags(("r1", "GE", None, "facilitator"), ("r1", "SP", "macro", "unspecified"))
    cells = map_evidence(found, codebook=BERARDI)
    assert cells["n_studies"].sum() == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [(("r", "SRR", "meso", "barrier"), "'SR'"), (("r", "SR", "messo", "barrier"), "'meso'")],
)
def test_an_unknown_id_is_refused(row, words):
    with pytest.raises(UnknownNameError, match=words):
        map_evidence(tags(row), codebook=BERARDI)


def test_a_missing_column_is_our_mistake():
    with pytest.raises(ContractError, match="'level'"):
        map_evidence(tags().drop("level"), codebook=BERARDI)


@pytest.fixture(scope="module")
def svg():
    found = tags(("r1", "SR", "meso", "barrier"), ("r2", "PAT", None, "facilitator"))
    cells = map_evidence(found, codebook=BERARDI)
    return draw_evidence_map(cells, codebook=BERARDI, title="Map of <two> & more")


def test_the_picture_can_be_read_aloud(svg):
    root = etree.fromstring(svg.encode())
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{space}title") == "Map of <two> & more"
    description = root.findtext(f"{space}desc")
    assert "Support and resources: 1 barrier (meso)." in description
    assert "Patient: 1 facilitator (level not given)." in description
    assert "Guidelines and evidence: no studies." in description


def test_the_text_of_the_picture_stays_text(svg):
    assert "Professional and interpersonal" in svg
    assert "a count is not importance" in svg


def test_the_picture_is_the_same_byte_for_byte(svg):
    found = tags(("r1", "SR", "meso", "barrier"), ("r2", "PAT", None, "facilitator"))
    cells = map_evidence(found, codebook=BERARDI)
    assert draw_evidence_map(cells, codebook=BERARDI, title="Map of <two> & more") == svg


@pytest.mark.parametrize("name", list(CODEBOOKS))
def test_every_codebook_can_be_drawn(name):
    codebook = CODEBOOKS[name]
    cells = map_evidence(tags(), codebook=codebook)
    assert codebook.domains[0].label in draw_evidence_map(cells, codebook=codebook)
