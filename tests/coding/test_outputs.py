"""Matrix, findings, full texts and what other programs get."""

import io
import json
import zipfile

import polars as pl
import pytest
from lxml import etree

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import FindingRecorded
from pipeline.events.coding import CerqualJudgement, CodeEntry
from pipeline.review.coding import CODING_FORMATS, GivenTag, read_findings_file
from pipeline.tag.fulltext import page_at, read_full_text

ONE, TWO, THREE = "embase:l1", "embase:l2", "embase:l3"
TAGS = (
    (ONE, "Lack of training hindered uptake", "SR", "barrier"),
    (ONE, "Managers should offer supervision", "SR", "facilitator"),
    (TWO, "Lack of training hindered uptake", "SR", "barrier"),
    (TWO, "not having to travel", "PAT", "facilitator"),
    (THREE, "hoot 🦉 at night & nothing", "does-not-fit", "unspecified"),
)


def pdf_of(*pages):
    """Write a PDF by hand: one line of text a page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for at, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Resources {font} /MediaBox [0 0 612 792] "
            f"/Contents {4 + 2 * at} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    start = len(out)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


@pytest.fixture
def coded(desk):
    given = [
        GivenTag(report_id=report, quote=quote, code=code, polarity=polarity)
        for report, quote, code, polarity in TAGS
    ]
    desk.take(given, coder="ada")
    for report in (ONE, TWO):
        desk.finish(report, coder="ada")
    return desk


# ── matrix and findings ─────────────────────────────────────────────────────────────────────────
def test_every_silence_of_the_matrix_says_what_it_is(coded, tmp_path):
    path = tmp_path / "two.txt"
    path.write_text("Results: nothing hindered anybody.")
    coded.keep_full_text(TWO, path, actor="ada")
    coded.finish(TWO, coder="ada", source="full-text")
    cells = {(row["study_id"], row["code"]): row["state"] for row in coded.matrix().to_dicts()}
    assert cells[ONE, "SR"] == "both"
    assert cells[TWO, "SR"] == "barrier"
    assert cells[TWO, "PAT"] == "facilitator"
    assert cells[THREE, "does-not-fit"] == "unspecified"
    assert cells[ONE, "GE"] == "abstract only"
    assert cells[TWO, "GE"] == "full text read – not reported"
    assert cells[THREE, "GE"] == "not coded yet"


def test_a_domain_says_what_its_codes_say(coded):
    coded.revise("add", after=[CodeEntry(id="hours", label="Hours", parent="SP")], actor="ada")
    given = GivenTag(report_id=ONE, quote="Cost", code="hours", polarity="barrier")
    coded.take([given], coder="ada")
    row = coded.wide_matrix().filter(pl.col("study_id") == ONE).row(0, named=True)
    assert (row["SP"], row["hours"]) == ("barrier", "barrier")


def test_two_reports_of_one_study_count_once(review, coded):
    review.link_study("S1", [ONE, TWO], actor="ada")
    assert set(coded.matrix()["study_id"]) == {"S1", THREE}
    assert coded.characteristics().filter(pl.col("study_id") == "S1")["n_reports"].to_list() == [2]


def test_a_finding_has_its_studies_filled_in_and_nothing_else(coded):
    events = coded.extracts().sort("event")["event"].to_list()
    judged = CerqualJudgement(component="adequacy", concern="moderate", rationale="two studies")
    coded.record_finding(
        FindingRecorded(
            finding_id="f1",
            statement="Training is missed",
            codes=("SR",),
            supporting=(events[0], events[2]),
            contradicting=(events[1],),
            cerqual=(judged,),
            reviewer="ada",
        )
    )
    [row] = coded.findings().to_dicts()
    assert row["supporting_studies"] == [ONE, TWO]
    assert row["contradicting_studies"] == [ONE]
    assert row["cerqual"] == ["adequacy: moderate concerns, because two studies"]
    assert (row["credibility"], row["confidence"]) == (None, None)
    coded.withdraw_finding("f1", reviewer="ada")
    assert coded.findings().is_empty()
    with pytest.raises(UnknownNameError):
        coded.withdraw_finding("f1", reviewer="ada")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"codes": ["SRR"]}, "did you mean 'SR'"),
        ({"supporting": [99999]}, "no confirmed extract"),
        ({"confidence": "high"}, "without a rationale"),
        (
            {"cerqual": [{"component": "adequacy", "concern": "minor", "rationale": "x"}] * 2},
            "judges a component twice",
        ),
    ],
)
def test_a_finding_that_cannot_stand_is_refused(coded, fields, words):
    text = json.dumps({"finding_id": "f1", "statement": "S", **fields})
    [finding] = read_findings_file(text, where="f.json", reviewer="ada")
    with pytest.raises(InputError, match=words):
        coded.record_finding(finding)


@pytest.mark.parametrize("text", ["[", '{"finding_id": "f1"}', "[7]", '{"finding_id": "", "x": 1}'])
def test_a_file_of_findings_says_what_is_wrong(text):
    with pytest.raises(InputError, match=r"^f.json: "):
        read_findings_file(text, where="f.json", reviewer="ada")


# ── full texts ──────────────────────────────────────────────────────────────────────────────────
def test_a_pdf_is_read_with_its_pages_and_kept_with_its_hash(desk, tmp_path):
    path = tmp_path / "one.PDF"
    path.write_bytes(pdf_of("Background: apps.", "Results: Lack of time hindered uptake."))
    kept = desk.keep_full_text(ONE, path, actor="ada")
    assert kept.n_pages == 2
    assert (desk.workspace.folder.path / kept.file).read_bytes() == path.read_bytes()
    found = desk.suggestions(coder="ada").filter(pl.col("source") == "full-text")
    assert found["page"].to_list() == [2]
    one = found.row(0, named=True)["suggestion_id"]
    desk.take([GivenTag(suggestion_id=one, verdict="accepted")], coder="ada")
    [row] = desk.extracts().to_dicts()
    assert (row["source"], row["page"]) == ("full-text", 2)
    assert "Lack of time" in row["quote"]
    n = desk.workspace.ledger.head().seq
    desk.keep_full_text(ONE, path, actor="ada")
    assert desk.workspace.ledger.head().seq == n


def test_the_document_that_was_retrieved_is_read(review, tmp_path):
    from pipeline.review.retrieval.desk import HuntStep

    with pytest.raises(InputError, match="no document"):
        review.coding.keep_full_text(ONE, None, actor="ada")
    path = tmp_path / "one.txt"
    path.write_text("Results: Lack of time hindered uptake.")
    review.retrieval.record(ONE, HuntStep(status="retrieved", file=path), actor="ada")
    kept = review.coding.keep_full_text(ONE, None, actor="ada")
    assert (review.path / kept.file).read_bytes() == path.read_bytes()
    assert len(list(review.workspace.folder.full_texts.iterdir())) == 1


def test_a_full_text_is_for_an_included_report(desk, tmp_path):
    with pytest.raises(UnknownNameError, match="included report"):
        desk.keep_full_text("embase:l9", tmp_path, actor="ada")
    with pytest.raises(InputError, match="cannot be read"):
        desk.keep_full_text(ONE, tmp_path / "none.pdf", actor="ada")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "holds no text"),
        (b"\xff\xfe\x00", "neither a PDF nor UTF-8"),
        (b"%PDF-1.4 and then nothing", "damaged"),
        (pdf_of(""), "OCR"),
    ],
)
def test_a_file_that_is_no_full_text_is_refused_in_a_sentence(data, words):
    with pytest.raises(InputError, match=words):
        read_full_text(data, name="a.pdf")


def test_words_cut_at_a_line_break_are_joined_and_pages_are_counted():
    text = read_full_text(b"a trea-\ntment\fnext", name="a.txt").text
    assert text == "a treatment\fnext"
    assert page_at(text, text.index("next")) == 2


# ── what other programs get ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", list(CODING_FORMATS))
def test_every_format_is_written_the_same_twice(coded, name):
    assert coded.export(name) == coded.export(name) or name == "qdpx"


@pytest.mark.parametrize("name", list(CODING_FORMATS))
def test_every_format_is_written_before_anything_is_confirmed(desk, name):
    data = desk.export(name)
    assert data or name == "jsonl"
    if name in {"csv", "jsonl", "qdpx", "eviatlas", "markdown"}:
        assert b"Lack of training" not in data  # a suggestion is no tag


def test_csv_and_json_lines_say_the_same(coded):
    table = pl.read_csv(coded.export("csv"))
    lines = [json.loads(line) for line in coded.export("jsonl").decode().splitlines()]
    assert table["quote"].to_list() == [line["quote"] for line in lines]
    assert set(table["code_label"]) >= {"Support and resources", "Does not fit"}
    assert table.filter(pl.col("report_id") == ONE)["citation"][0] == "Ek, 2021"


def test_eviatlas_gets_a_row_for_each_study_code_and_direction(coded):
    table = pl.read_csv(coded.export("eviatlas"))
    assert table.height == len(TAGS)
    assert {"study_id", "domain", "direction", "year"} <= set(table.columns)


def test_the_results_section_quotes_and_cites(coded):
    text = coded.export("markdown").decode()
    assert "> “Lack of training hindered uptake” (Ek, 2021; author interpretation)" in text
    assert "(2 studies:" in text
    assert "No study was tagged with it." in text
    assert "Abstracts only" in text


def test_an_independent_library_reads_the_project_back(coded, tmp_path):
    pyrefiqda = pytest.importorskip("pyrefiqda")
    path = tmp_path / "p.qdpx"
    path.write_bytes(coded.export("qdpx"))
    project = pyrefiqda.RefiProject.load(path, str(tmp_path / "x"))
    names = {}

    def walk(codes):
        for code in codes:
            names[code.guid] = code.name
            walk(code.code or [])

    walk(project.code_book.codes.code)
    read = []
    for source in project.sources.text_source:
        file = pyrefiqda.RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "x")
        text = file.read_text("utf-8")
        for one in source.plain_text_selection:
            quote = text[one.start_position : one.end_position]
            read.append((source.name, quote, names[one.coding[0].code_ref.target_guid]))
    labels = {"SR": "Support and resources", "PAT": "Patient", "does-not-fit": "Does not fit"}
    wanted = [(f"{r} (abstract)", q, f"{labels[c]}: {p}") for r, q, c, p in TAGS]
    assert sorted(read) == sorted(wanted)
    assert [user.name for user in project.users.user] == ["ada"]


def test_an_independent_library_reads_the_codebook_back(coded, tmp_path):
    pyrefiqda = pytest.importorskip("pyrefiqda")
    coded.revise("add", after=[CodeEntry(id="t", label="T & <t>", parent="SR")], actor="ada")
    path = tmp_path / "c.qdc"
    path.write_bytes(coded.export("qdc"))
    book = pyrefiqda.RefiCodebook.load(path)
    by_name = {code.name: code for code in book.codes.code}
    assert "Does not fit" in by_name
    assert "T & <t>" in {code.name for code in by_name["Support and resources"].code}


def test_a_project_holds_the_very_texts(coded):
    archive = zipfile.ZipFile(io.BytesIO(coded.export("qdpx")))
    root = etree.fromstring(archive.read("project.qde"))
    paths = [one.get("plainTextPath") for one in root.iter("{*}TextSource")]
    assert len(paths) == 3
    assert all(path.replace("internal://", "sources/") in archive.namelist() for path in paths)


def test_an_unknown_format_suggests_the_nearest(desk):
    with pytest.raises(UnknownNameError, match="did you mean 'qdpx'"):
        desk.export("qdp")
