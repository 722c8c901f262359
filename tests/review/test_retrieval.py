"""The full-text stage: every report sought is listed, counted once, under one reason."""

from __future__ import annotations

import datetime as dt
import hashlib

import polars as pl
import pytest

from pipeline.errors import InputError, UnknownNameError
from pipeline.review import GivenDecision, SearchDetails
from pipeline.review.coding.texts import included_reports
from pipeline.review.retrieval.desk import HuntStep


def report(review, name):
    return review.retrieval.tracker().row(by_predicate=pl.col("report_id") == name, named=True)


def balanced(review):
    counts = review.counts()
    assert all(one.holds for one in counts.identities), counts.identities
    return counts


def test_the_hunt_is_kept_from_the_first_request_to_the_file(sought, tmp_path):
    review, (one, *_) = sought
    assert report(review, one)["status"] == "sought"
    asked = HuntStep(status="requested", from_whom="library", happened_on=dt.date(2026, 11, 1))
    review.retrieval.record(one, asked, actor="anna")
    review.retrieval.record(one, HuntStep(status="requested", from_whom="author"), actor="anna")
    row = report(review, one)
    assert (row["status"], row["n_chased"], row["from_whom"]) == ("requested", 1, "author")
    assert (row["requested_on"], row["last_on"]) == (dt.date(2026, 11, 1), dt.date(2026, 11, 22))
    assert balanced(review).n("awaiting", "retrieval") == 4

    pdf = tmp_path / "Ek 2020.PDF"
    pdf.write_bytes(b"%PDF-1.7 invented")
    review.retrieval.record(one, HuntStep(status="retrieved", file=pdf), actor="anna")
    row = report(review, one)
    digest = hashlib.sha256(pdf.read_bytes()).hexdigest()
    assert (row["status"], row["file_sha256"]) == ("retrieved", digest)
    assert row["file"] == f"fulltexts/{digest}.pdf"
    assert (review.path / row["file"]).read_bytes() == pdf.read_bytes()
    counts = balanced(review)
    assert (counts.n("dbr_assessed"), counts.n("awaiting", "classification")) == (1, 1)
    assert not review.verify()
    (review.path / row["file"]).write_bytes(b"something else")
    assert any("fulltexts" in str(finding) for finding in review.verify())


def test_a_file_that_cannot_be_kept_changes_nothing(sought, tmp_path):
    review, (one, *_) = sought
    before = review.workspace.ledger.head()
    empty = tmp_path / "empty.pdf"
    empty.touch()
    steps = {
        "is empty": HuntStep(status="retrieved", file=empty),
        "cannot be read": HuntStep(status="retrieved", file=tmp_path / "gone.pdf"),
        "was not retrieved": HuntStep(status="requested", file=empty),
    }
    for message, step in steps.items():
        with pytest.raises(InputError, match=message):
            review.retrieval.record(one, step, actor="anna")
    with pytest.raises(UnknownNameError, match="report that is sought"):
        review.retrieval.record("nobody:1", HuntStep(status="requested"), actor="anna")
    assert review.workspace.ledger.head() == before


def test_one_reason_a_report_in_the_protocols_order(sought, exclude):
    review, (one, two, *_) = sought
    review.link_report("report-1", [one, two], actor="anna")
    given = [
        exclude(one, "design", stage="full-text"),
        exclude(two, "design", "population", stage="full-text"),
    ]
    review.decide(given, reviewer="anna")
    assert report(review, "report-1")["reason"] == "population"
    counts = balanced(review)
    assert (counts.n("dbr_sought_reports"), counts.n("dbr_excluded")) == (3, 1)
    assert counts.n("dbr_excluded", "population") == 1


def test_a_report_is_assessed_with_all_its_citations(sought):
    review, (one, two, three, _) = sought
    review.link_report("report-1", [one, two], actor="anna")
    review.retrieval.assess("report-1", "exclude", reviewer="anna", reasons=["design"])
    review.retrieval.assess(three, "include", reviewer="anna", note="two arms")
    counts = balanced(review)
    assert (counts.n("dbr_excluded", "design"), counts.n("new_studies")) == (1, 1)
    assert report(review, three)["status"] == "assessed"


def test_one_citation_may_point_to_two_reports_of_one_study(sought):
    review, (one, *_) = sought
    for name in ("abstract-1", "article-1"):
        review.link_report(name, [one], actor="anna")
    review.link_study("trial-1", ["abstract-1", "article-1"], actor="anna")
    review.decide([GivenDecision(one, "include", "full-text")], reviewer="anna")  # both of them
    counts = balanced(review)
    assert (counts.n("new_studies"), counts.n("new_reports")) == (1, 2)
    assert report(review, "article-1")["study_ids"] == ["trial-1"]


def full_text(review, citation_id):
    outcomes = review.snapshot().outcomes.filter(
        (pl.col("stage") == "full-text") & (pl.col("citation_id") == citation_id)
    )
    return outcomes.select(pl.col("outcome").cast(pl.String), "reason").row(0)


def test_two_reports_of_one_citation_are_decided_on_by_themselves(sought):
    review, (one, two, *_) = sought
    review.link_report("article-1", [one, two], actor="anna")  # two citations, one article
    review.link_report("protocol-1", [one], actor="anna")  # and one of them has a protocol, too
    review.retrieval.assess("protocol-1", "exclude", reviewer="anna", reasons=["design"])
    assert full_text(review, one) == ("awaiting", None)  # the article may still be included
    counts = balanced(review)
    assert (counts.n("dbr_sought_reports"), counts.n("dbr_excluded", "design")) == (4, 1)
    review.retrieval.assess("article-1", "include", reviewer="anna")
    counts = balanced(review)
    assert (counts.n("new_studies"), counts.n("new_reports")) == (1, 1)
    assert counts.n("dbr_excluded", "design") == 1
    assert report(review, "article-1")["decision"] == "include"
    assert report(review, "protocol-1")["reason"] == "design"
    assert full_text(review, one) == full_text(review, two) == ("include", None)
    assert included_reports(review.snapshot())["report_id"].to_list() == ["article-1"]
    review.retrieval.assess("article-1", "exclude", reviewer="anna", reasons=["population"])
    assert full_text(review, two) == ("exclude", "population")  # the later word stands
    assert balanced(review).n("new_reports") == 0
    assert not review.verify()


def test_readers_of_a_report_disagree_and_settle_it(sought):
    review, (one, two, *_) = sought
    review.link_report("article-1", [one, two], actor="anna")
    review.decide([GivenDecision(one, "include", "full-text", note="a trial")], reviewer="bo")
    review.retrieval.assess(
        "article-1", "exclude", reviewer="anna", reasons=["design"], note="no controls"
    )
    assert report(review, "article-1")["decision"] == "conflict"
    assert full_text(review, two)[0] == "conflict"
    disputes = review.team.disputes()
    assert disputes.select("id", "citation_id", "reviewer", "decision", "note").rows() == [
        ("article-1", one, "bo", "include", "a trial"),
        ("article-1", one, "anna", "exclude", "no controls"),
    ]
    assert disputes.row(0, named=True)["unit"] == "report"
    assert "1 conflicts at full text: thresher conflicts" in review.status().next_steps
    with pytest.raises(UnknownNameError, match="article-1"):
        review.team.resolve("article-2", "exclude", reviewer="cy")
    settled = review.team.resolve(two, "exclude", reviewer="cy", reasons=["design"])
    assert (settled.id, settled.stage) == ("article-1", "full-text")
    assert review.team.disputes().is_empty()
    assert report(review, "article-1")["decision"] == "exclude"
    assert balanced(review).n("dbr_excluded", "design") == 1
    with pytest.raises(InputError, match="no conflict to resolve"):
        review.team.resolve("article-1", "include", reviewer="cy")
    review.decide([GivenDecision(one, "maybe", "full-text")], reviewer="bo")
    assert report(review, "article-1")["decision"] == "exclude"  # no contradiction
    for word, reasons, name in (("incldue", (), "include"), ("exclude", ["desing"], "design")):
        with pytest.raises(UnknownNameError, match=name):
            review.retrieval.assess("article-1", word, reviewer="anna", reasons=reasons)


def test_what_was_said_of_a_report_is_taken_back(sought):
    review, (one, two, three, _) = sought
    review.link_report("article-1", [one, two], actor="anna")
    review.link_report("protocol-1", [one], actor="anna")
    review.decide([GivenDecision(one, "include", "full-text")], reviewer="anna")  # both reports
    for name in ("article-1", "protocol-1"):
        review.retrieval.assess(name, "exclude", reviewer="anna", reasons=["design"])
    assert report(review, "protocol-1")["reason"] == "design"
    review.retrieval.undo(["article-1"], reviewer="anna")
    assert report(review, "article-1")["decision"] == "include"  # the earlier word stands again
    assert report(review, "protocol-1")["decision"] == "exclude"
    before = review.workspace.ledger.head()
    with pytest.raises(InputError, match="holds for protocol-1 too"):
        review.retrieval.undo(["protocol-1", "article-1"], reviewer="anna")
    with pytest.raises(InputError, match="no decision of bo"):
        review.retrieval.undo(["protocol-1"], reviewer="bo")
    assert review.workspace.ledger.head() == before
    review.retrieval.assess(three, "include", reviewer="bo")  # a citation that is its own report
    review.retrieval.undo([three], reviewer="bo")
    assert report(review, three)["decision"] == "awaiting"
    balanced(review)
    assert not review.verify()


def test_citations_of_one_report_that_disagree_are_one_conflict(sought, exclude):
    review, (one, two, *_) = sought
    review.link_report("article-1", [one, two], actor="anna")
    review.decide([GivenDecision(one, "include", "full-text")], reviewer="anna")
    review.decide([exclude(two, "design", stage="full-text")], reviewer="bo")
    assert report(review, "article-1")["decision"] == "conflict"
    assert review.team.disputes()["id"].to_list() == ["article-1", "article-1"]
    review.team.resolve("article-1", "include", reviewer="cy", stage="full-text")
    assert (balanced(review).n("new_reports"), review.team.disputes().height) == (1, 0)


def test_decisions_on_reports_are_in_agreement_exports_and_histories(sought):
    review, (one, two, three, _) = sought
    review.link_report("article-1", [one, two], actor="anna")
    review.retrieval.assess(
        "article-1", "exclude", reviewer="anna", reasons=["design"], note="no controls"
    )
    review.decide([GivenDecision(one, "include", "full-text", note="a trial")], reviewer="bo")
    for who in ("anna", "bo"):
        review.retrieval.assess(three, "include", reviewer=who)
    figures = review.team.agreement().figures
    [row] = figures.filter(pl.col("scope") == "full text").rows(named=True)
    assert (row["unit"], row["n_both"], row["n_second_only"]) == ("report", 1, 1)
    notes = review.export("covidence").decode()
    assert notes.count("no controls") == 2  # both citations of the article
    assert notes.count("a trial") == 1
    [found], _ = review.find(two)
    told = [(said.reviewer, said.report_id) for said in found.decisions]
    assert told == [("anna", None), ("anna", "article-1")]  # at title and abstract, in full text
    assert ("dbr_assessed", "article-1") in {(place.box, place.id) for place in found.places}


def test_what_stays_open_for_good_can_be_published_and_a_translation_cannot(sought, exclude):
    review, (one, two, three, four) = sought
    review.decide(
        [exclude(three, "design", stage="full-text"), GivenDecision(four, "include", "full-text")],
        reviewer="anna",
    )
    review.retrieval.classify(one, "ongoing", actor="anna", note="results in 2027")
    review.retrieval.classify(two, "needs-translation", actor="anna")
    counts = balanced(review)
    assert counts.is_interim
    assert counts.to_json()["awaiting"] == {
        "repair": 0,
        "screening": 0,
        "retrieval": 0,
        "classification": 1,
        "ongoing": 1,
    }
    review.retrieval.classify(two, "awaiting-classification", actor="anna")
    counts = balanced(review)
    assert not counts.is_interim
    assert review.explain_box("awaiting:ongoing")["id"].to_list() == [one]
    review.publish("1", actor="anna")
    review.retrieval.classify(two, "clear", actor="anna")
    assert review.counts().n("awaiting", "retrieval") == 1
    with pytest.raises(UnknownNameError, match="did you mean 'ongoing'"):
        review.retrieval.classify(two, "ongoin", actor="anna")


def test_other_methods_have_a_list_of_their_own(sought, include, tmp_path):
    review, _ = sought
    page = tmp_path / "website.ris"
    page.write_text("TY  - RPRT\nTI  - Naps on the web\nDO  - 10.5555/web.1\nER  - \n", "utf-8")
    review.add(
        [page], SearchDetails(dt.date(2026, 11, 21), database="Sleep charity", kind="website")
    )
    review.ingest()
    review.dedupe()
    review.rank()
    [found] = set(review.snapshot().queue["citation_id"])
    review.decide([include(found)], reviewer="anna")
    arms = dict(review.retrieval.tracker().select("report_id", "arm").iter_rows())
    assert arms[found] == "other methods"
    review.retrieval.assess(found, "exclude", reviewer="anna", reasons=["design"])
    counts = balanced(review)
    assert (counts.n("other_sought_reports"), counts.n("other_excluded", "design")) == (1, 1)
    assert counts.n("website_results") == 1


def test_the_hunt_follows_a_citation_that_is_merged_later(sought):
    review, (one, two, *_) = sought
    review.retrieval.record(two, HuntStep(status="requested", from_whom="author"), actor="anna")
    review.retrieval.classify(two, "ongoing", actor="anna")
    review.retrieval.classify(one, "needs-translation", actor="anna")
    review.judge_pair(one, two, "same", actor="anna")
    review.dedupe()
    row = report(review, one)
    assert (row["from_whom"], row["state"]) == ("author", "needs-translation")  # the last word
    assert len(row["citation_ids"]) == 1
    balanced(review)
