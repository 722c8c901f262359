"""What may be one study is suggested until a person links it or refuses it, and no longer."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.errors import InputError
from pipeline.review.sections.deduplication import build_deduplication

TITLE = "Evening text messages for adults with insomnia: a randomised controlled trial"


def _entry(number: int, title: str, *, page: int, doi: str = "") -> str:
    lines = [f"T1  - {title}", "A1  - Ek, Anna", "A1  - Ruiz, Bo", "Y1  - 2020", "VL  - 4"]
    lines += ["JF  - Journal of Invented Sleep", f"SP  - {page}", f"U2  - L{number:09d}"]
    lines += [f"DO  - {doi}"] if doi else []
    return "\n".join(["TY  - JOUR", *lines, "DB  - Embase", "ER  - ", ""]) + "\n"


@pytest.fixture
def related(make_review, add):
    """A review with an article and the erratum of it."""
    review = make_review()
    text = _entry(1, TITLE, page=41) + _entry(2, f"Erratum: {TITLE}", page=99)
    add(review, "Embase", embase=text)
    review.ingest()
    review.dedupe()
    return review


def _pair(review) -> tuple[str, str]:
    [(left, right)] = review.duplicates.related().select("left_id", "right_id").rows()
    return left, right


def test_a_refused_relation_is_not_suggested_again_until_it_is_allowed(related):
    desk, (left, right) = related.duplicates, _pair(related)
    desk.refuse_relation(right, left, actor="anna", note="of another trial")
    related.dedupe()
    assert desk.related().is_empty()
    [row] = desk.refused().rows(named=True)
    assert (row["left_id"], row["right_id"], row["relation"]) == (left, right, "erratum")
    assert (row["reviewer"], row["note"]) == ("anna", "of another trial")
    assert "refused: 1." in build_deduplication(related.snapshot()).text
    desk.allow_relation(left, right, actor="bo")
    assert _pair(related) == (left, right)
    assert desk.refused().is_empty()


def test_a_refusal_holds_where_a_citation_goes(related, add):
    left, right = _pair(related)
    related.duplicates.refuse_relation(left, right, actor="anna")
    again = _entry(3, TITLE, page=41, doi="10.5555/evening").replace("Embase", "Embase Classic")
    add(related, "Scopus", scopus=again)
    related.ingest()
    related.dedupe()
    assert related.snapshot().citations.height == 2
    assert related.duplicates.related().is_empty()
    home = dict(related.snapshot().clusters.iter_rows())
    others = [one for one in home if one not in (left, right)]
    with pytest.raises(InputError, match="not suggested"):
        related.duplicates.refuse_relation(others[0], right, actor="anna")
    related.duplicates.allow_relation(others[0], right, actor="anna")
    assert related.duplicates.related().height == 1


def test_two_citations_that_became_one_need_no_refusal(related):
    left, right = _pair(related)
    related.duplicates.refuse_relation(left, right, actor="anna")
    related.judge_pair(left, right, "same", actor="anna")
    related.dedupe()
    assert related.duplicates.refused().is_empty()
    related.judge_pair(left, right, None, actor="anna")
    related.dedupe()
    assert related.duplicates.refused().height == 1


def test_what_is_linked_is_not_suggested(related):
    related.link_study("evening", _pair(related), actor="anna")
    assert related.duplicates.related().is_empty()


def test_a_refusal_gives_deduplication_nothing_to_do(related):
    left, right = _pair(related)
    before = related.workspace.ledger.head().seq
    related.duplicates.refuse_relation(left, right, actor="anna")
    related.dedupe()
    assert related.workspace.ledger.head().seq == before + 1


@pytest.mark.parametrize("said", ["refuse", "allow"])
def test_a_word_about_nothing_is_refused(related, said):
    left, right = _pair(related)
    desk, head = related.duplicates, related.workspace.ledger.head()
    say = desk.refuse_relation if said == "refuse" else desk.allow_relation
    with pytest.raises(InputError, match="not"):
        say(left, "nowhere", actor="anna")
    if said == "allow":
        with pytest.raises(InputError, match="were not refused"):
            say(left, right, actor="anna")
    assert related.workspace.ledger.head() == head


def test_the_command_refuses_lists_and_allows(related):
    folder, (left, right) = str(related.workspace.folder.path), _pair(related)
    related.close()

    def thresher(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["relations", folder, *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "1 suggestions" in thresher()
    assert "1 refused" in thresher("--refuse", left, right, "--as", "anna")
    assert "anna" in thresher("--refused")
    assert json.loads(thresher("--allow", right, left, "--as", "anna", "--json"))["refused"] == []
    without = CliRunner().invoke(app, ["relations", folder, "--refuse", left, right])
    assert isinstance(without.exception, InputError)
    both = ["--refuse", left, right, "--allow", left, right, "--as", "anna"]
    assert isinstance(CliRunner().invoke(app, ["relations", folder, *both]).exception, InputError)
