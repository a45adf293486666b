"""A backup of the whole demo comes back in another database, to the last row and digit."""

import json
import tarfile

import pytest

from tests.operations.places import database, run

pytestmark = pytest.mark.django_db
# from the ledger
MADE_ANEW = {
    "billing_rollupstate",
    "billing_keptzone",
    "billing_spendday",
    "billing_conversationday",
}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), database() as url:
        prepared = run(url, "prepare")
        assert prepared.returncode == 0, prepared.stderr
        yield url


@pytest.fixture(scope="module")
def backup(demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("backups") / "demo.tar"
    done = run(demo, "backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def manifest(path):
    with tarfile.open(path) as archive:
        return json.load(archive.extractfile("manifest.json"))


def test_every_row_and_the_ledger_come_back_in_an_empty_database(demo, backup, tmp_path):
    with database() as url:
        done = run(url, "restore", str(backup))
        assert done.returncode == 0, done.stderr
        again = tmp_path / "again.tar"
        assert run(url, "backup", str(again)).returncode == 0
    before, after = manifest(backup), manifest(again)
    assert before["rows"]["conversations_message"] > 50
    assert before["ledger"] != "0"
    rows = {table: count for table, count in before["rows"].items() if table not in MADE_ANEW}
    assert {table: after["rows"][table] for table in rows} == rows
    assert after["ledger"] == before["ledger"]


def test_only_its_owner_may_read_it_and_no_key_is_in_it(backup, settings):
    assert backup.stat().st_mode & 0o077 == 0
    assert settings.SECRET_KEY.encode() not in backup.read_bytes()


def test_a_file_that_is_there_is_not_written_over(demo, backup):
    before = backup.read_bytes()
    done = run(demo, "backup", str(backup))
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert backup.read_bytes() == before


def test_a_database_with_tenants_is_given_up_only_when_told(demo, backup):
    done = run(demo, "restore", str(backup))
    assert done.returncode == 1
    assert "already has tenants" in done.stderr
    assert run(demo, "restore", str(backup), "--replace").returncode == 0


def test_what_is_no_backup_changes_nothing(demo, tmp_path):
    other = tmp_path / "other.tar"
    other.write_text("not a tar")
    done = run(demo, "restore", str(other), "--replace")
    assert done.returncode == 1
    assert "cannot be read as a backup" in done.stderr


def test_a_damaged_dump_leaves_the_database_as_it_was(demo, backup, tmp_path):
    damaged = tmp_path / "damaged.tar"
    data = bytearray(backup.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = bytes(20_000)
    damaged.write_bytes(data)
    done = run(demo, "restore", str(damaged), "--replace")
    assert done.returncode == 1
    assert "failed" in done.stderr
    assert run(demo, "backup", str(tmp_path / "still.tar")).returncode == 0
    assert manifest(tmp_path / "still.tar")["rows"]["conversations_message"] > 50


def test_a_backup_of_newer_code_is_refused(demo, backup, tmp_path):
    newer = tmp_path / "newer.tar"
    told = manifest(backup)
    told["migrations"].append("billing.9999_from_the_future")
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    with tarfile.open(newer, "w") as archive:
        archive.add(tmp_path / "manifest.json", "manifest.json")
    done = run(demo, "restore", str(newer), "--replace")
    assert done.returncode == 1
    assert "newer code" in done.stderr


def test_with_another_key_it_says_which_one_is_missing(backup):
    with database() as url:
        # both, because a clone in which `up` has run has a FIELD_KEY in its .env
        keys = {"SECRET_KEY": "another" * 8, "FIELD_KEY": "one more" * 8}
        done = run(url, "restore", str(backup), **keys)
    assert done.returncode == 0
    assert "which is not set here" in done.stdout
