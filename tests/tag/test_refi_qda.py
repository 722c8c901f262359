"""REFI-QDA files: what was coded can be read back, at the same place."""

import io
import zipfile
from datetime import UTC, datetime

import polars as pl
import pytest
from lxml import etree

from pipeline.tag import CODEBOOKS, suggest_tags
from pipeline.tag.refi_qda import write_qdc, write_qdpx

BERARDI = CODEBOOKS["berardi-2024"]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SPACE = {"q": "urn:QDA-XML:project:1.0", "c": "urn:QDA-XML:codebook:1.0"}


@pytest.fixture(scope="module")
def found():
    abstracts = [
        "👩🏽‍⚕️ 😟. Lack of training & time hindered uptake.",
        "עלות: costs were a barrier.",
        None,
    ]
    titles = [""] * len(abstracts)
    texts = pl.DataFrame({"record_id": ["r1", "r2", "r3"], "title": titles, "abstract": abstracts})
    return suggest_tags(texts, codebook=BERARDI)


def write(found):
    return write_qdpx(found.reports, found.tags, codebook=BERARDI, coder="ada", now=NOW)


@pytest.mark.parametrize("name", list(CODEBOOKS))
def test_a_codebook_holds_every_domain_and_the_misfit(name):
    codebook = CODEBOOKS[name]
    root = etree.fromstring(write_qdc(codebook))
    names = root.xpath("//c:Code/@name", namespaces=SPACE)
    assert {domain.label for domain in codebook.domains} <= set(names)
    assert "Does not fit" in names
    guids = root.xpath("//@guid")
    assert len(set(guids)) == len(guids)


def test_selections_stand_where_they_say(found):
    archive = zipfile.ZipFile(io.BytesIO(write(found)))
    root = etree.fromstring(archive.read("project.qde"))
    codes = {code.get("guid"): code.get("name") for code in root.iter("{*}Code")}
    read = []
    for source in root.iter("{*}TextSource"):
        path = source.get("plainTextPath").replace("internal://", "sources/")
        text = archive.read(path).decode("utf-8")
        for selection in source.iter("{*}PlainTextSelection"):
            start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            code = selection.find("{*}Coding/{*}CodeRef").get("targetGUID")
            read.append((source.get("name"), text[start:end], codes[code]))
    labels = {domain.id: domain.label for domain in BERARDI.domains}
    wanted = [
        (record_id, sentence, f"{labels[domain]}: {polarity}")
        for record_id, sentence, domain, polarity in found.tags.select(
            "record_id", "sentence", "domain", "polarity"
        ).iter_rows()
    ]
    assert read == wanted
    assert read


def test_the_same_data_give_the_same_file(found):
    assert write(found) == write(found)


def test_ids_are_distinct(found):
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(write(found))).read("project.qde"))
    guids = root.xpath("//@guid")
    assert len(set(guids)) == len(guids)
