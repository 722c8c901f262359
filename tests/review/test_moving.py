"""The ledger moves to another store and back; nothing is lost, and the old place is closed."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.errors import InputError, StoreError
from pipeline.review import GivenDecision, Review, SearchDetails
from pipeline.review.moving import write_store_url

pytestmark = pytest.mark.exhaustive

RIS = "TY  - JOUR\nTI  - Naps by text message\nER  - \n"


@pytest.fixture
def review_path(tmp_path):
    (tmp_path / "hits.ris").write_text(RIS)
    with Review.init(tmp_path / "review") as review:
        review.add([tmp_path / "hits.ris"], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        review.run()
        [first] = review.snapshot().queue["citation_id"]
        review.decide([GivenDecision(first, "include")], reviewer="anna")
    return tmp_path / "review"


def standing(path):
    with Review.open(path) as review:
        return review.counts(), review.snapshot().decisions, review.verify()


def test_a_ledger_moves_to_postgresql_and_back_with_equal_hashes(review_path, postgres_url):
    before = standing(review_path)
    with Review.open(review_path) as review:
        head = review.workspace.ledger.head()
        there = review.move(postgres_url)
    assert (there.n_events, there.hash) == (head.seq, head.hash)
    assert str(standing(review_path)) == str(before)
    with Review.open(review_path) as review:
        assert review.workspace.ledger.engine.dialect.name == "postgresql"
        review.decide([GivenDecision(only_citation(review), "exclude")], reviewer="bo")
        head = review.workspace.ledger.head()
        back = review.move("sqlite")
    assert (back.n_events, back.hash) == (head.seq, head.hash)
    with Review.open(review_path) as review:
        assert review.workspace.ledger.engine.dialect.name == "sqlite"
        assert review.snapshot().decisions.height == 2
        assert review.verify() == []
    assert len(list(review_path.glob("ledger-until-*.sqlite"))) == 1


def only_citation(review):
    return review.citations()["citation_id"][0]


def test_the_old_ledger_accepts_nothing_more_and_says_where_it_went(review_path, postgres_url):
    with Review.open(review_path) as notebook, Review.open(review_path) as review:
        review.move(postgres_url)
        with pytest.raises(StoreError, match=r"was moved to postgresql\+psycopg"):
            notebook.decide(
                [GivenDecision(notebook.citations()["citation_id"][0], "exclude")], reviewer="bo"
            )
    config = review_path / "review.toml"
    config.write_text(write_store_url(config.read_text(), ""))
    with pytest.raises(StoreError, match="was moved to"):
        Review.open(review_path)


def test_a_move_that_was_cut_off_before_the_end_is_completed_by_the_next(review_path, postgres_url):
    with Review.open(review_path) as review:
        review.move(postgres_url)
        as_moved = review.workspace.ledger.read()
    config = review_path / "review.toml"
    config.write_text(write_store_url(config.read_text(), ""))
    drop_last_event(review_path)
    with Review.open(review_path) as review:
        assert review.move(postgres_url).n_events == len(as_moved) - 1
    with Review.open(review_path) as review:
        assert review.verify() == []


def drop_last_event(path):
    """Put the ledger back to before its last event was written, as a crash would have left it."""
    import sqlite3

    connection = sqlite3.connect(path / "ledger.sqlite")
    connection.execute("DROP TRIGGER refuse_delete")
    connection.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    connection.execute(
        "CREATE TRIGGER refuse_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )
    connection.commit()
    connection.close()


def test_a_store_that_holds_another_ledger_is_refused_and_nothing_changes(
    review_path, tmp_path, postgres_url
):
    with Review.init(tmp_path / "other") as other:
        other.move(postgres_url)
    before = (review_path / "review.toml").read_text()
    with Review.open(review_path) as review:
        head = review.workspace.ledger.head()
        with pytest.raises(StoreError, match="holds another ledger"):
            review.move(postgres_url)
        assert review.workspace.ledger.head() == head
    assert (review_path / "review.toml").read_text() == before


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql+psycopg://anna:secret@host/db", "holds a password"),
        ("sqlite", "is where the ledger is"),
        ("nonsense", "cannot be used"),
    ],
)
def test_an_address_that_will_not_do_is_refused(review_path, url, message):
    with Review.open(review_path) as review:
        with pytest.raises((InputError, StoreError), match=message):
            review.move(url)
        assert review.workspace.ledger.read()[-1].event.kind != "ledger moved"


def test_a_store_named_by_the_environment_is_not_moved(review_path, monkeypatch, tmp_path):
    with Review.open(review_path) as review:
        monkeypatch.setenv("THRESHER_STORE", f"sqlite:///{tmp_path / 'x.sqlite'}")
        with pytest.raises(InputError, match="THRESHER_STORE"):
            review.move("sqlite")
