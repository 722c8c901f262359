"""CSL-JSON, OpenAlex, Publish or Perish, unknown lists; cuts, damage, hostile nesting."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content, RawEntry, RawRejection, Reading
from pipeline.ingest.formats.csl_json import CSL_JSON
from pipeline.ingest.formats.json_records import JSON_RECORDS

ITEM = {
    "type": "article-journal",
    "title": 'Sleep {and} "work"',
    "author": [
        {"family": "Berg", "given": "Åsa", "non-dropping-particle": "van den"},
        {"literal": "World Sleep Group"},
    ],
    "issued": {"date-parts": [["2020", 3, 9]]},
    "container-title": "Annals of Sleep",
    "page": "1-9",
    "DOI": "10.1000/a",
}
WORK = {
    "id": "https://openalex.org/W1",
    "title": "Sleep",
    "display_name": "Sleep",
    "publication_year": 2020,
    "doi": "https://doi.org/10.1000/a",
    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/17"},
    "authorships": [{"author": {"display_name": "Bola Okoro"}}],
    "primary_location": {"source": {"display_name": "Annals of Sleep", "issn": ["1932-6203"]}},
    "abstract_inverted_index": {"night": [1, 3], "The": [0], "after": [2]},
    "is_retracted": True,
}
POP = {
    "title": "Sleep",
    "authors": ["B Okoro", "A Lind"],
    "abstract": "… night …",
    "cites": 3,
    "ecc": 3,
    "rank": 1,
    "uid": "GSCLUSTER:1",
    "year": 2020,
    "source": "Annals of …",
}


def content(found: object) -> Content:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=1)
    return Content("export.json", text.encode(), text, "utf-8")


def parts(reading: Reading, number: int = 0) -> dict[str, list[str]]:
    assert len(reading.entries) == reading.n_expected
    entry = reading.entries[number]
    assert isinstance(entry, RawEntry)
    found: dict[str, list[str]] = {}
    for part, value in entry.parts:
        found.setdefault(part, []).append(value)
    return found


def test_csl_items():
    found = parts(CSL_JSON.read(content([ITEM, ITEM])), 1)
    assert found["author"] == ["van den Berg, Åsa"]
    assert found["corporate_author"] == ["World Sleep Group"]
    assert found["date"] == ["2020-03-09"]
    assert found["journal"] == ["Annals of Sleep"]
    chapter = parts(CSL_JSON.read(content([{**ITEM, "type": "chapter"}])))
    assert chapter["book_title"] == ["Annals of Sleep"]


def test_openalex_abstracts_are_put_back_in_order():
    reading = JSON_RECORDS.read(content({"meta": {"count": 1}, "results": [WORK]}))
    found = parts(reading)
    assert (reading.platform, reading.database) == ("OpenAlex", "OpenAlex")
    assert found["abstract"] == ["The night after night"]
    assert found["author"] == ["Bola Okoro"]
    assert found["issn"] == ["1932-6203"]
    assert found["note"] == ["is_retracted: true"]


def test_an_extract_of_publish_or_perish_is_no_abstract():
    reading = JSON_RECORDS.read(content([POP]))
    assert reading.platform == "Publish or Perish"
    assert parts(reading)["snippet"] == ["… night …"]
    assert parts(reading)["author"] == ["B Okoro", "A Lind"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([WORK, WORK]),
        json.dumps({"results": [WORK, WORK], "group_by": []}),
        json.dumps(WORK) + "\n" + json.dumps(WORK) + "\n",
        json.dumps([WORK, None, 7, WORK]),
    ],
    ids=["a list", "under a key", "one a line", "with strangers"],
)
def test_a_list_may_stand_in_several_shells(text):
    reading = JSON_RECORDS.read(content(text))
    assert len(reading.entries) == reading.n_expected == 2
    assert JSON_RECORDS.recognises(content(text))


def test_a_single_work_is_one_entry():
    assert parts(JSON_RECORDS.read(content(WORK)))["title"] == ["Sleep", "Sleep"]


def test_csl_and_other_json_are_told_apart():
    assert CSL_JSON.recognises(content([ITEM]))
    for other in ([WORK], [POP], [{"title": "Sleep", "doi": "10.1000/a"}], [], "x"):
        assert not CSL_JSON.recognises(content(other))


def test_a_list_of_known_names_is_read_and_one_of_unknown_names_needs_a_mapping():
    known = parts(JSON_RECORDS.read(content([{"Title": "Sleep", "Authors": ["Okoro B", "Lind"]}])))
    assert known == {"title": ["Sleep"], "author": ["Okoro B", "Lind"]}
    unknown = content([{"Nazwa": "Schlaf", "Rok": 2020}])
    with pytest.raises(UnreadableExportError, match=r"\[columns\]"):
        JSON_RECORDS.read(unknown)
    mapped = JSON_RECORDS.read(unknown, columns={"Nazwa": "title", "Rok": "year"})
    assert parts(mapped) == {"title": ["Schlaf"], "year": ["2020"]}


def test_raw_text_and_lines_are_those_of_the_file():
    text = "[\n" + json.dumps(ITEM) + ",\n\n" + json.dumps(ITEM) + "\n]"
    first, second = CSL_JSON.read(content(text)).entries
    assert (first.line, second.line) == (2, 4)
    assert first.raw == json.dumps(ITEM)


def test_damage_costs_the_object_that_it_is_in():
    broken = json.dumps(ITEM).replace('"page":', '"page"')
    text = "[" + ",\n".join([json.dumps(ITEM), broken, json.dumps(ITEM)]) + "]"
    reading = CSL_JSON.read(content(text))
    assert [type(e) for e in reading.entries] == [RawEntry, RawRejection, RawEntry]
    assert reading.n_expected == 3
    assert reading.warnings == ("line 2: its JSON is damaged",)


def test_every_prefix_loses_at_most_the_cut_object():
    text = json.dumps([ITEM, ITEM, ITEM])
    for length in range(text.index("]") + 1, len(text)):
        reading = CSL_JSON.read(content(text[:length]))
        kept = [entry for entry in reading.entries if isinstance(entry, RawEntry)]
        n_ended = text[:length].count('10.1000/a"}')
        assert (len(kept), len(reading.entries) - n_ended <= 1) == (n_ended, True)
        assert len(reading.entries) == reading.n_expected


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from([*ITEM, *WORK, *POP, "x"]), VALUE), max_size=4))
def test_any_objects_are_accounted_for(objects):
    for reader in (CSL_JSON, JSON_RECORDS):
        try:
            reading = reader.read(content(json.dumps(objects)))
        except UnreadableExportError:
            continue
        assert len(reading.entries) == reading.n_expected == len(objects)


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=4), st.booleans())
def test_any_title_is_read_back_equal(titles, is_ascii):
    text = json.dumps([{"type": "book", "title": t} for t in titles], ensure_ascii=is_ascii)
    reading = CSL_JSON.read(content(text)) if is_ascii else CSL_JSON.read(content_of(text))
    assert [dict(e.parts)["title"] for e in reading.entries if isinstance(e, RawEntry)] == titles


def content_of(text: str) -> Content:
    return Content("export.json", b"", text, "utf-8")


@pytest.mark.parametrize(
    "hostile",
    [
        '[{"title":' + "[" * 100_000,
        "[" * 100_000,
        '[{"title":' * 50_000,
        '[{"title":"a","doi":"b"},' + '"\\' * 200_000,
        '[{"title":"a","doi":' + "9" * 50_000 + "}]",
        json.dumps([{**WORK, "abstract_inverted_index": {"a": [10**9, -5]}}]),
    ],
    ids=["deep", "lists", "objects", "quotes", "a huge number", "far positions"],
)
def test_hostile_json_takes_bounded_time(hostile):
    began = time.perf_counter()
    try:
        reading = JSON_RECORDS.read(content(hostile))
        assert len(reading.entries) == reading.n_expected
    except UnreadableExportError:
        pass
    assert time.perf_counter() - began < 20  # seconds


@pytest.mark.parametrize("scalar", ["0", "null", '"a"', "{}", "[]"])
def test_json_without_an_entry_is_accounted_for(scalar):
    content = Content("a", b"", scalar, "utf-8")
    reading = CSL_JSON.read(content)
    assert len(reading.entries) == reading.n_expected
    with pytest.raises(UnreadableExportError, match="fields are not known"):
        JSON_RECORDS.read(content)
