"""Archives that were tampered with, or made to do harm."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import zipfile

import pytest

from pipeline.errors import InputError
from pipeline.events import sha256_of
from pipeline.review.archive import ArchivedFile, Manifest, replay_archive


def rewrite(source, target, change):
    """Copy a zip, each file as ``change(name, data)`` gives it; None leaves it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def forge(source, target, changes):
    """Change files and write a manifest that goes with them, as a careful forger would."""

    def change(name, data):
        if name != "manifest.json":
            return changes.get(name, lambda old: old)(data)
        manifest = Manifest.model_validate_json(data)
        with zipfile.ZipFile(source) as old:
            files = []
            for one in manifest.files:
                new = changes.get(one.file, lambda same: same)(old.read(one.file))
                if new is not None:
                    files.append(ArchivedFile(file=one.file, sha256=sha256_of(new), size=len(new)))
        return manifest.model_copy(update={"files": tuple(files)}).model_dump_json()

    return rewrite(source, target, change)


def changed_ledger(statement, tmp_path):
    """Return a change of the ledger's file by an SQL statement, its guards taken away."""

    def change(data):
        path = tmp_path / "tampered.sqlite"
        path.write_bytes(data)
        with sqlite3.connect(path) as database:
            guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in guards.fetchall():
                database.execute(f"DROP TRIGGER {name}")
            database.execute(statement)
        database.close()
        return path.read_bytes()

    return change


def frame_of(finished):
    return next(one.file for one in finished.whole.manifest.files if one.file.startswith("frames/"))


@pytest.mark.parametrize("name", ["searches/2026-11-20/embase.ris", "reports/report.html"])
def test_a_changed_file_is_named(finished, tmp_path, name):
    bad = rewrite(
        finished.whole.file, tmp_path / "a.zip", lambda n, d: d + b" " if n == name else d
    )
    done = replay_archive(bad)
    assert [(one.where, one.what) for one in done.findings] == [
        (name, "was changed after the archive was made")
    ]
    assert done.depth == "not rebuilt"


def test_a_file_too_few_and_one_too_many_are_named(finished, tmp_path):
    missing = frame_of(finished)
    bad = rewrite(finished.whole.file, tmp_path / "a.zip", lambda n, d: None if n == missing else d)
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("searches/extra.ris", "TY  - JOUR\nER  - \n")
    found = {(one.where, one.what) for one in replay_archive(bad).findings}
    assert found == {(missing, "is missing"), ("searches/extra.ris", "is not in the manifest")}


def test_a_forger_who_mends_the_manifest_is_found_by_the_ledger(finished, tmp_path):
    name = "searches/2026-11-20/embase.ris"
    bad = forge(finished.whole.file, tmp_path / "a.zip", {name: lambda data: data + b"\n"})
    assert (name, "was changed after it was added") in [
        (one.where, one.what) for one in replay_archive(bad).findings
    ]


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE event SET body = replace(body, 'exclude', 'include') WHERE seq = 10", "10"),
        ("UPDATE event SET actor = 'somebody' WHERE seq = 2", "2"),
        ("DELETE FROM event WHERE seq = 3", "3"),
    ],
)
def test_a_tampered_ledger_is_found_with_its_event(finished, tmp_path, statement, where):
    if where == "10":
        with sqlite3.connect(finished.folder / "ledger.sqlite") as database:
            row = database.execute(
                "SELECT seq FROM event WHERE kind = 'decision' AND body LIKE '%exclude%'"
            ).fetchone()
        where = str(row[0])
        statement = statement.replace("seq = 10", f"seq = {where}")
    change = changed_ledger(statement, tmp_path)
    bad = forge(finished.whole.file, tmp_path / "a.zip", {"ledger.sqlite": change})
    assert f"ledger, event {where}" in [one.where for one in replay_archive(bad).findings]


def test_events_cut_off_at_the_end_are_found(finished, tmp_path):
    last = finished.whole.manifest.n_events
    change = changed_ledger(f"DELETE FROM event WHERE seq = {last}", tmp_path)
    bad = forge(finished.whole.file, tmp_path / "a.zip", {"ledger.sqlite": change})
    assert "ledger" in [one.where for one in replay_archive(bad).findings]


def test_a_number_that_was_changed_is_named(finished, tmp_path):
    def change(name, data):
        if name != "manifest.json":
            return data
        manifest = Manifest.model_validate_json(data)
        counts = {**manifest.counts, "records_excluded": 999}
        return manifest.model_copy(update={"counts": counts}).model_dump_json()

    (found,) = replay_archive(rewrite(finished.whole.file, tmp_path / "a.zip", change)).findings
    assert found.where == "the flow, records_excluded"
    assert found.what.startswith("the archive says 999, rebuilt is")


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "a/../../evil", "C:\\evil", "searches//x", "./x", "a\nb"]
)
def test_names_that_lead_outside_are_refused(finished, tmp_path, name):
    bad = shutil.copy(finished.whole.file, tmp_path / "a.zip")
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "evil")
    with pytest.raises(InputError, match="unsafe name"):
        replay_archive(tmp_path / "a.zip")


def test_links_are_refused(finished, tmp_path):
    shutil.copy(finished.whole.file, tmp_path / "a.zip")
    link = zipfile.ZipInfo("frames/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="is a link"):
        replay_archive(tmp_path / "a.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_is_refused(finished, tmp_path):
    shutil.copy(finished.whole.file, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("review.toml", "")
    with pytest.raises(InputError, match="twice"):
        replay_archive(tmp_path / "a.zip")


def test_a_bomb_is_refused_before_it_is_unpacked(finished, tmp_path):
    shutil.copy(finished.whole.file, tmp_path / "a.zip")
    with (
        zipfile.ZipFile(tmp_path / "a.zip", "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("searches/bomb.ris", "w", force_zip64=True) as file,
    ):
        for _ in range(300):
            file.write(bytes(1 << 20))
    with pytest.raises(InputError, match="like a zip bomb"):
        replay_archive(tmp_path / "a.zip")


def test_a_file_larger_than_it_says_is_cut_off(finished, tmp_path):
    name = "reports/report.md"
    bad = rewrite(finished.whole.file, tmp_path / "a.zip", lambda n, d: d * 50 if n == name else d)
    assert [one.where for one in replay_archive(bad).findings] == [name]


def test_what_is_no_archive_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="is not a file"):
        replay_archive(tmp_path / "none.zip")
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(InputError, match="no zip that can be read"):
        replay_archive(tmp_path / "text.zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match=r"holds no manifest\.json"):
        replay_archive(tmp_path / "other.zip")
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("manifest.json", "{}")
    with pytest.raises(InputError, match="cannot be understood"):
        replay_archive(tmp_path / "odd.zip")


def test_an_archive_of_a_newer_thresher_is_refused(finished, tmp_path):
    def change(name, data):
        if name != "manifest.json":
            return data
        manifest = Manifest.model_validate_json(data)
        return manifest.model_copy(update={"archive": 2}).model_dump_json()

    bad = rewrite(finished.whole.file, tmp_path / "a.zip", change)
    with pytest.raises(InputError, match="newer Thresher"):
        replay_archive(bad)
