"""Every store keeps everything, in order, and refuses to be changed."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from contextlib import closing

import pytest
import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.events import EntryWaived, RunRecorded
from pipeline.store import create_ledger, open_ledger
from pipeline.store.database import make_engine, writing
from pipeline.store.schema import EVENT, upgrade_ledger

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
A_GAP = "SELECT seq + 2, kind, at, actor, software, 'new', body, previous, hash FROM event"


def waived(number):
    return EntryWaived(entry_id=f"e{number}", reason="cut off")


@pytest.fixture
def ledger(ledger_url):
    with closing(create_ledger(ledger_url, software="thresher test")) as opened:
        yield opened


@pytest.fixture
def raw(ledger_url):
    """The database itself, past the ledger."""
    engine = make_engine(ledger_url)
    yield engine
    engine.dispose()


def test_events_come_back_in_order_with_who_and_when(ledger):
    assert ledger.append([waived(1), waived(2)], actor="anna", now=NOW) == [1, 2]
    first, second = ledger.read()
    assert (first.seq, first.actor, first.at, first.software) == (1, "anna", NOW, "thresher test")
    assert [first.event, second.event] == [waived(1), waived(2)]


def test_a_repeated_uid_is_one_event(ledger):
    assert ledger.append([waived(1)], actor="anna", now=NOW, uids=["click"]) == [1]
    assert ledger.append([waived(1), waived(2)], actor="anna", now=NOW, uids=["click", "b"]) == [
        1,
        2,
    ]
    assert len(ledger.read()) == 2


def test_a_clock_that_goes_backwards_does_not_turn_the_order_round(ledger):
    ledger.append([waived(1)], actor="anna", now=NOW)
    ledger.append([waived(2)], actor="anna", now=NOW - dt.timedelta(hours=1))
    assert [one.at for one in ledger.read()] == [NOW, NOW]


def test_as_of_leaves_out_what_came_later(ledger):
    ledger.append([waived(1)], actor="anna", now=NOW)
    ledger.append([waived(2)], actor="anna", now=NOW + dt.timedelta(days=1))
    assert len(ledger.read(as_of=NOW)) == 1
    assert ledger.frame(EntryWaived, as_of=NOW).height == 1


def test_the_head_can_pass_over_what_does_not_matter(ledger):
    ledger.append([waived(1)], actor="anna", now=NOW)
    run = RunRecorded(configuration="0" * 64, lock=None, runner="none")
    ledger.append([run], actor="thresher", now=NOW)
    assert ledger.head().seq == 2
    assert ledger.head(without=[RunRecorded]).seq == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'eve'",
        "DELETE FROM event",
        f"INSERT INTO event {A_GAP}",
    ],
)
def test_the_database_refuses_to_change_delete_or_leave_a_gap(ledger, raw, statement):
    ledger.append([waived(1)], actor="anna", now=NOW)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), raw.begin() as connection:
        connection.exec_driver_sql(statement)
    assert [one.actor for one in ledger.read()] == ["anna"]


def test_no_row_can_be_replaced(ledger, raw):
    ledger.append([waived(1)], actor="anna", now=NOW)
    row = dict(ledger_rows(raw)[0]) | {"actor": "eve"}
    replace = sa.insert(EVENT).prefix_with("OR REPLACE", dialect="sqlite")
    for change in ({}, {"seq": 2}):  # the same place; the next place under the same key
        with pytest.raises(sa.exc.DatabaseError), raw.begin() as connection:
            connection.execute(replace, [row | change])
    assert [one.actor for one in ledger.read()] == ["anna"]


def ledger_rows(engine):
    with engine.connect() as connection:
        return connection.execute(sa.select(EVENT).order_by(EVENT.c.seq)).mappings().all()


def append_many(url, start):
    with closing(open_ledger(url, software="t")) as opened:
        for number in range(start, start + 25):
            opened.append([waived(number)], actor=f"a{start}", now=NOW)


def test_two_processes_that_write_at_once_lose_and_double_nothing(ledger, ledger_url):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(ledger_url, start)) for start in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    events = ledger.read()
    assert [one.seq for one in events] == list(range(1, 51))
    assert len({one.event.entry_id for one in events}) == 50
    assert list(ledger.broken_links()) == []


def test_an_older_ledger_is_copied_and_then_brought_up_to_date(ledger_url, raw):
    with writing(raw) as connection:
        upgrade_ledger(connection, version="0001")
    with closing(open_ledger(ledger_url, software="t")) as opened:
        assert opened.append([waived(1)], actor="anna", now=NOW) == [1]
    if raw.dialect.name == "sqlite":
        path = raw.url.database.replace("ledger.sqlite", "ledger-v0001.sqlite")
        before = make_engine(f"sqlite:///{path}")
    else:
        before = raw
    table = "event" if raw.dialect.name == "sqlite" else "event_v0001"
    with before.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    before.dispose()


def test_a_role_that_may_only_read_and_append_can_screen_and_change_nothing(postgres_url):
    with closing(create_ledger(postgres_url, software="t")):
        pass
    owner = make_engine(postgres_url)
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS reviewer")
        connection.exec_driver_sql("CREATE ROLE reviewer LOGIN")
        connection.exec_driver_sql("GRANT SELECT, INSERT ON event TO reviewer")
        connection.exec_driver_sql("GRANT SELECT ON alembic_version TO reviewer")
    owner.dispose()
    url = postgres_url.replace("thresher@", "reviewer@")
    with closing(open_ledger(url, software="t")) as opened:
        assert opened.append([waived(1)], actor="anna", now=NOW) == [1]
    engine = make_engine(url)
    for statement in ("UPDATE event SET actor = 'eve'", "TRUNCATE event", "DROP TABLE event"):
        with pytest.raises(sa.exc.DatabaseError, match=r"denied|owner"), engine.begin() as one:
            one.exec_driver_sql(statement)
    engine.dispose()


def test_a_server_that_does_not_answer_is_said_to_be():
    with pytest.raises(StoreError, match="cannot be reached"):
        open_ledger("postgresql+psycopg://thresher@127.0.0.1:1/none", software="t")
