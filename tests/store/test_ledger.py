"""A ledger in an SQLite file: safe places, damage, and meddling that the chain finds."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.events import EntryWaived, canonical_json
from pipeline.store import create_ledger, open_ledger
from pipeline.store.database import refuse_unsafe_folder

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


def url(path):
    return f"sqlite:///{path / 'ledger.sqlite'}"


def waived(number):
    return EntryWaived(entry_id=f"e{number}", reason="cut off")


@pytest.fixture
def ledger(tmp_path):
    opened = create_ledger(url(tmp_path), software="thresher test")
    yield opened
    opened.close()


def test_events_of_one_call_are_appended_together_or_not_at_all(ledger, tmp_path):
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    connection.execute(
        "CREATE TRIGGER disk_fails BEFORE INSERT ON event WHEN NEW.body LIKE '%e2%' "
        "BEGIN SELECT RAISE(ABORT, 'disk fails'); END"
    )
    connection.close()
    with pytest.raises(StoreError, match="disk fails"):
        ledger.append([waived(1), waived(2)], actor="anna", now=NOW)
    assert ledger.read() == []


@pytest.mark.parametrize("statement", ["UPDATE event SET actor = 'eve'", "DELETE FROM event"])
def test_the_database_refuses_to_change_or_delete(ledger, tmp_path, statement):
    ledger.append([waived(1)], actor="anna", now=NOW)
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def tamper(path, *statements):
    connection = sqlite3.connect(path / "ledger.sqlite")
    connection.execute("DROP TRIGGER refuse_update")
    connection.execute("DROP TRIGGER refuse_delete")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "place", "what"),
    [
        ("UPDATE event SET actor = 'eve' WHERE seq = 2", 2, "was changed"),
        ("UPDATE event SET body = replace(body, 'e2', 'e9') WHERE seq = 2", 2, "was changed"),
        ("DELETE FROM event WHERE seq = 2", 2, "missing"),
        ("UPDATE event SET previous = 'x' WHERE seq = 3", 3, "does not follow"),
    ],
)
def test_the_chain_finds_what_a_dropped_trigger_lets_through(
    ledger, tmp_path, statement, place, what
):
    ledger.append([waived(1), waived(2), waived(3)], actor="anna", now=NOW)
    assert list(ledger.broken_links()) == []
    tamper(tmp_path, statement)
    assert any(seq == place and what in found for seq, found in ledger.broken_links())


def test_a_newer_ledger_is_refused_and_left_alone(ledger, tmp_path):
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (tmp_path / "ledger.sqlite").read_bytes()
    with pytest.raises(StoreError, match="newer Thresher"):
        open_ledger(url(tmp_path), software="thresher test")
    assert (tmp_path / "ledger.sqlite").read_bytes() == before


def test_a_ledger_held_by_another_process_is_said_to_be(ledger, tmp_path):
    ledger.close()
    patient = open_ledger(url(tmp_path), software="t", busy_timeout_seconds=0.2)
    holder = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="held by another process"):
            patient.append([waived(1)], actor="anna", now=NOW)
    finally:
        holder.close()
    assert patient.append([waived(1)], actor="anna", now=NOW) == [1]
    patient.close()


def test_a_damaged_ledger_is_said_to_be(tmp_path):
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match=r"cannot be used|cannot be opened"):
        open_ledger(url(tmp_path), software="t")


def test_a_missing_ledger_is_said_to_be(tmp_path):
    with pytest.raises(StoreError, match="there is no ledger"):
        open_ledger(url(tmp_path), software="t")


@pytest.mark.parametrize(
    ("folder", "mounts"),
    [
        ("Dropbox/review", ""),
        ("OneDrive - University/review", ""),
        ("review", "server:/home {path} nfs4 rw 0 0"),
    ],
)
def test_folders_where_sqlite_loses_decisions_are_refused(tmp_path, folder, mounts):
    path = tmp_path / folder
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="can lose decisions"):
        refuse_unsafe_folder(path, mounts=mounts.format(path=tmp_path))


def test_a_local_disk_is_accepted(tmp_path):
    refuse_unsafe_folder(tmp_path, mounts=f"/dev/sda1 {tmp_path} ext4 rw 0 0")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=JSON)
@settings(max_examples=50)
def test_canonical_json_depends_on_the_value_alone(value):
    def turned_round(one):
        if isinstance(one, dict):
            return {key: turned_round(one[key]) for key in reversed(list(one))}
        return [turned_round(each) for each in one] if isinstance(one, list) else one

    assert canonical_json(value) == canonical_json(turned_round(value))
