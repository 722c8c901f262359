"""Decisions made in other tools come in whole, with who said what and why, or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import polars as pl
import pytest
from running import prepare

from pipeline.errors import InputError, UnknownNameError
from pipeline.ingest import parse_export
from pipeline.report import EXPORTERS
from pipeline.review import ForeignFile
from pipeline.review.foreign import DECISION_SOURCES
from pipeline.review.foreign.contract import ForeignRecord, list_records

RAYYAN_COLUMNS = ("key", "title", "year", "authors", "journal", "doi", "notes", "pubmed_id")


def rayyan_csv(*rows):
    """Write publications with their notes as Rayyan exports them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(RAYYAN_COLUMNS)
    for number, (one, note) in enumerate(rows):
        cells = (f"rayyan-{number}", one.title, one.year, one.author, "", "", note, "")
        writer.writerow(cells)
    return text.getvalue()


def said(**people):
    pairs = ", ".join(f'"{who}"=>"{word}"' for who, word in people.items())
    return f"RAYYAN-INCLUSION: {{{pairs}}}"


def tagged_ris(*rows):
    """Write publications with more tags, as a reference manager exports them."""
    return "".join(
        f"TY  - JOUR\nTI  - {one.title}\nAU  - {one.author}\nPY  - {one.year}\n"
        f"DO  - 10.5555/sleep.{one.number}\n{tags}ER  - \n\n"
        for one, tags in rows
    )


@pytest.fixture
def screened(make_review, add, books):
    """Return a review of four publications in two databases, deduplicated and no more."""
    review = make_review()
    one, two, three, four = books(4)
    add(review, "Embase", embase=one.ris() + two.ris() + three.ris())
    add(review, "Medline", medline=three.nbib() + four.nbib())
    review.ingest()
    review.dedupe()
    return review


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="other.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def take(screened, write):
    """Take a file in; return what was taken."""

    def take_file(text, *, reviewer="anna", **asked):
        read = screened.read_foreign_decisions(write(text), ForeignFile(**asked))
        return screened.decide(read.given, reviewer=reviewer)

    return take_file


def decisions_of(review):
    titles = review.citations().select("citation_id", "title")
    rows = review.snapshot().decisions.join(titles, on="citation_id")
    columns = ("title", "reviewer", "decision", "reasons", "note")
    return [dict(zip(columns, row, strict=True)) for row in rows.select(columns).iter_rows()]


# ── Rayyan ──────────────────────────────────────────────────────────────────────────────────────
def test_rayyan_gives_reviewer_decision_reasons_and_notes(screened, take, books):
    one, two, three, _ = books(4)
    note = (
        f"{said(Ann='Excluded')} | RAYYAN-LABELS: sleep,night | "
        'RAYYAN-EXCLUSION-REASONS: Population,design | USER-NOTES: {"Ann"=>["no \\"adults\\""]}'
    )
    text = rayyan_csv((one, note), (two, said(Ann="Included")), (three, said(Ann="Maybe")))
    assert take(text).n_taken == 3
    first, second, third = decisions_of(screened)
    assert (first["title"], first["reviewer"]) == (one.title, "anna")
    assert (first["decision"], first["reasons"]) == ("exclude", ["population", "design"])
    assert first["note"] == 'no "adults"; labels: sleep,night'
    assert (second["decision"], third["decision"]) == ("include", "maybe")


def test_the_same_file_twice_adds_nothing(screened, take, books):
    text = rayyan_csv(*((one, said(Ann="Excluded")) for one in books(4)))
    assert take(text).n_taken == 4
    head = screened.workspace.ledger.head()
    again = take(text)
    assert (again.n_taken, again.n_known) == (0, 4)
    assert screened.workspace.ledger.head() == head


def test_people_who_disagreed_there_are_in_conflict_here(screened, take, books):
    one, two = books(2)
    text = rayyan_csv(
        (one, said(Ann="Included", Bo="Excluded")), (two, said(Ann="Excluded", Bo="Excluded"))
    )
    with pytest.raises(InputError, match="holds the decisions of Ann, Bo; say whose"):
        take(text)
    with pytest.raises(UnknownNameError, match="did you mean 'Ann'"):
        take(text, named="Anne")
    take(text, reviewer="anna", named="Ann")
    take(text, reviewer="bo", named="Bo")
    outcomes = screened.snapshot().outcomes.filter(pl.col("stage") == "title-abstract")
    assert sorted(outcomes["outcome"]) == ["awaiting", "awaiting", "conflict", "exclude"]


def test_a_record_that_is_no_citation_refuses_the_whole_file(screened, take, books):
    *known, stranger, other = books(6)
    text = rayyan_csv(*((one, said(Ann="Included")) for one in (*known, stranger, other)))
    head = screened.workspace.ledger.head()
    with pytest.raises(InputError, match=r"record 5: .*first of 2 such records") as refused:
        take(text)
    assert stranger.title in str(refused.value)
    assert screened.workspace.ledger.head() == head


def test_a_stranger_on_whom_nobody_decided_does_no_harm(take, books):
    *known, stranger = books(5)
    rows = [*((one, said(Ann="Included")) for one in known), (stranger, "")]
    assert take(rayyan_csv(*rows)).n_taken == 4


def test_duplicates_decided_apart_keep_the_most_inclusive_word(screened, write, books):
    (one,) = books(1)
    text = rayyan_csv((one, said(Ann="Excluded")), (one, said(Ann="Included")))
    read = screened.read_foreign_decisions(write(text), ForeignFile())
    assert [given.decision for given in read.given] == ["include"]
    assert "most inclusive" in read.warnings[0]
    screened.decide(read.given, reviewer="anna")
    assert screened.decide(read.given, reviewer="anna").n_taken == 0


def test_a_comma_within_a_known_reason_does_not_part_it(make_review, add, books, write):
    config = (
        '[review]\ntitle = "Naps"\n[[criteria.exclusion]]\nid = "who"\n'
        'text = "Wrong people, or none"\n[[criteria.exclusion]]\nid = "none"\n'
    )
    review = make_review(config)
    (one,) = books(1)
    add(review, "Embase", embase=one.ris())
    prepare(review)
    reasons = "RAYYAN-EXCLUSION-REASONS: wrong people, or none,None,foreign language"
    text = rayyan_csv((one, f"{said(Ann='Excluded')} | {reasons}"))
    read = review.read_foreign_decisions(write(text), ForeignFile())
    (given,) = read.given
    assert given.reasons == ("who", "none")
    assert given.note == "reasons: foreign language"
    assert "foreign language" in read.warnings[0]
    at_full_text = review.read_foreign_decisions(write(text), ForeignFile(stage="full-text"))
    with pytest.raises(UnknownNameError, match="'foreign language'"):
        review.decide(at_full_text.given, reviewer="anna")


def test_rayyan_s_archive_is_read_without_its_log(screened, tmp_path, books):
    (one,) = books(1)
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("articles.csv", rayyan_csv((one, said(Ann="Included"))))
        archive.writestr("customizations_log.csv", "article_id,key,value\n1,included,1\n")
    read = screened.read_foreign_decisions(path, ForeignFile())
    assert (read.tool, len(read.given)) == ("rayyan", 1)


def test_rayyan_s_log_wins_over_its_notes(screened, tmp_path, books):
    one, two = books(2)
    reasons = "RAYYAN-EXCLUSION-REASONS: design,population"
    table = rayyan_csv(
        (one, f"{said(Ann='Excluded', Bo='Excluded')} | {reasons}"), (two, said(Ann="Maybe"))
    )
    first, second = (
        line.split(",", 1)[0].removeprefix("rayyan-") for line in table.splitlines()[1:3]
    )
    log = "\n".join(
        [
            "article_id,user_email,key,value,created_at",
            f"{first},ann@example.org,included,1,2026-01-01 09:00:00 UTC",
            f"{first},ann@example.org,included,-1,2026-01-02 09:00:00 UTC",
            f'{first},ann@example.org,"""__EXR__design""",1,2026-01-02 09:00:01 UTC',
            f"{first},bo@example.org,included,-1,2026-01-02 10:00:00 UTC",
            f'{first},bo@example.org,"__EXR__population",1,2026-01-02 10:00:01 UTC',
            f'{first},bo@example.org,"__EXR__design",deleted,2026-01-02 10:00:02 UTC',
            f"{second},ann@example.org,included,0,2026-01-03 09:00:00 UTC",
        ]
    )
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("articles.csv", table)
        archive.writestr("customizations_log.csv", log)
    ann = screened.read_foreign_decisions(path, ForeignFile(named="Ann")).given
    assert [(one.decision, one.reasons) for one in ann] == [("exclude", ("design",)), ("maybe", ())]
    assert ann[0].decided_at.day == 2
    (bo,) = screened.read_foreign_decisions(path, ForeignFile(named="Bo")).given
    assert bo.reasons == ("population",)


def test_rayyan_s_log_alone_is_refused(screened, write):
    path = write("article_id,key,value\n1,included,1\n", name="customizations_log.csv")
    with pytest.raises(InputError, match="log alone; give the export"):
        screened.read_foreign_decisions(path, ForeignFile())


# ── ASReview ────────────────────────────────────────────────────────────────────────────────────
def test_asreview_tags_in_ris(screened, take, books):
    tags = ("ASReview_relevant", "ASReview_irrelevant", "ASReview_not_seen", "ASReview_not_seen")
    rows = ((one, f"N1  - {tag}\n") for one, tag in zip(books(4), tags, strict=True))
    assert take(tagged_ris(*rows)).n_taken == 2
    assert [one["decision"] for one in decisions_of(screened)] == ["include", "exclude"]


def test_asreview_columns_with_time_and_note(screened, take, books):
    lines = ["title,authors,year,asreview_label,asreview_time,asreview_note"]
    labels = ("1,1700000000.5,good", "0,,", ",,", ",,")
    for one, label in zip(books(4), labels, strict=True):
        lines.append(f'"{one.title}","{one.author}",{one.year},{label}')
    assert take("\n".join(lines) + "\n").n_taken == 2
    first, second = screened.snapshot().decisions.sort("event").iter_rows(named=True)
    assert (first["decision"], first["note"]) == ("include", "good")
    assert first["decided_at"] == dt.datetime.fromtimestamp(1700000000.5, tz=dt.UTC)
    assert second["decision"] == "exclude"
    assert take("\n".join(lines) + "\n").n_known == 2


def test_a_bare_column_of_labels_is_enough(take, books):
    lines = ["title,authors,year,included"]
    lines += [f'"{one.title}","{one.author}",{one.year},{one.number % 2}' for one in books(4)]
    assert take("\n".join(lines) + "\n").n_taken == 4


# ── lists and keywords ──────────────────────────────────────────────────────────────────────────
def covidence_csv(*publications, notes=""):
    lines = ["Title,Authors,Published Year,Accession Number,DOI,Covidence #,Study,Notes,Tags"]
    lines += [
        f'"{one.title}","{one.author}",{one.year},,10.5555/sleep.{one.number},'
        f'#{one.number},"Study {one.number}","{notes}",""'
        for one in publications
    ]
    return "\n".join(lines) + "\n"


def test_a_covidence_list_needs_what_it_stands_for(screened, take, books):
    text = covidence_csv(*books(3), notes="Exclusion reason: Design;")
    with pytest.raises(InputError, match=r"list of Covidence .*--decision include or exclude"):
        take(text)
    assert take(text, decision="exclude").n_taken == 3
    assert {one["decision"] for one in decisions_of(screened)} == {"exclude"}
    assert decisions_of(screened)[0]["reasons"] == ["design"]


def test_a_file_that_says_what_was_decided_is_no_list(take, books):
    with pytest.raises(InputError, match="says itself what was decided"):
        take(rayyan_csv((books(1)[0], said(Ann="Excluded"))), decision="include")


def test_keywords_of_reference_managers(screened, take, books):
    one, two, three = books(3)
    text = tagged_ris(
        (one, "KW  - naps\nKW  - screen:exclude\nKW  - reason:design\n"),
        (two, "KW  - screen:include\nKW  - fulltext:exclude\nKW  - reason:population\n"),
        (three, "KW  - screen:awaiting\n"),
    )
    assert take(text).n_taken == 3
    rows = screened.snapshot().decisions.select("stage", "decision", "reasons").rows()
    assert rows == [
        ("title-abstract", "exclude", ["design"]),
        ("title-abstract", "include", []),
        ("full-text", "exclude", ["population"]),
    ]


def test_two_tools_that_differ_need_a_word_and_two_that_agree_do_not(take, books):
    (one,) = books(1)
    differing = tagged_ris((one, "KW  - screen:exclude\nN1  - ASReview_relevant\n"))
    with pytest.raises(InputError, match=r"keywords and of asreview that differ; .*--tool"):
        take(differing)
    assert take(differing, tool="asreview").n_taken == 1
    agreeing = tagged_ris((one, "KW  - screen:include\nN1  - ASReview_relevant\n"))
    assert take(agreeing).n_known == 1


# ── round trips and refusals ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("file_format", EXPORTERS)
def test_decisions_survive_our_own_exports(screened, tmp_path, include, exclude, file_format):
    kept, dropped, *_ = screened.citations()["citation_id"].to_list()
    screened.decide([include(kept), exclude(dropped, "design")], reviewer="anna")
    path = tmp_path / "export"
    path.write_bytes(screened.export(file_format))
    read = screened.read_foreign_decisions(path, ForeignFile())
    homes = dict(screened.snapshot().clusters.iter_rows())
    found = {homes[one.id]: (one.decision, one.reasons) for one in read.given}
    assert found == {kept: ("include", ()), dropped: ("exclude", ("design",))}


def test_rayyan_s_round_trip_keeps_people_apart(screened, tmp_path, include, exclude):
    kept, *_ = screened.citations()["citation_id"].to_list()
    screened.decide([include(kept)], reviewer="anna")
    screened.decide([exclude(kept, "design")], reviewer="bo")
    path = tmp_path / "rayyan.csv"
    path.write_bytes(screened.export("rayyan"))
    read = screened.read_foreign_decisions(path, ForeignFile(named="bo"))
    assert [(one.decision, one.reasons) for one in read.given] == [("exclude", ("design",))]
    assert screened.decide(read.given, reviewer="bo").n_taken == 0


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"decision": "exlude"}, "did you mean 'exclude'"),
        ({"stage": "fulltext"}, "did you mean 'full-text'"),
        ({"tool": "rayan"}, "did you mean 'rayyan'"),
    ],
)
def test_a_slip_is_named(take, books, asked, message):
    with pytest.raises(UnknownNameError, match=message):
        take(rayyan_csv((books(1)[0], said(Ann="Included"))), **asked)


def test_a_file_without_decisions_says_what_is_read(take, books):
    with pytest.raises(InputError, match=r"holds no decision that Thresher can read; .*Rayyan"):
        take(tagged_ris((books(1)[0], "KW  - naps\n")))


@pytest.mark.parametrize("source", DECISION_SOURCES.values(), ids=lambda source: source.name)
def test_every_source_reads_any_record(source):
    junk = (
        'RAYYAN-INCLUSION: {"',
        "USER-NOTES: {}",
        "asreview_time: never",
        "included: x",
        "",
        "|",
    )
    for listed_as in (None, "exclude"):
        for note in junk:
            record = ForeignRecord(7, None, "On naps", (note,), (note, "screen:", "reason:"))
            for found in source.read(record, listed_as=listed_as):
                assert (found.position, found.decision) == (7, listed_as)
    assert source.description


@pytest.mark.parametrize(
    ("name", "people", "n_decided"),
    [
        ("EMBASE__RAYYAN__CSV__asrcff.csv", {"Emily"}, 6),
        ("EMBASE__RAYYAN__RIS__asrcff.ris", {"Emily"}, 6),
        ("MIXED__RAYYAN__CSV__namakala.csv", {"Aly", "Nora"}, 191),
        ("MIXED__RAYYAN__BIBTEX__felipebonato.bib", {"Alison", "Felipe"}, 293),
    ],
)
def test_real_exports_of_rayyan(shared, name, people, n_decided):
    export = parse_export((shared / "exports" / name).read_bytes(), name=name)
    rayyan = DECISION_SOURCES["rayyan"]
    read = [one for row in list_records(export) for one in rayyan.read(row, listed_as=None)]
    assert {one.reviewer for one in read} == people
    assert len({one.position for one in read}) == n_decided
