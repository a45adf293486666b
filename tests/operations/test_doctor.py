"""The doctor finds what is wrong, says what to do, and changes nothing."""

import json

import pytest

from tests.operations.places import database, run

pytestmark = pytest.mark.django_db


def findings(url, **settings):
    done = run(url, "doctor", "--json", **settings)
    found = json.loads(done.stdout)["findings"]
    return done.returncode, {one["what"]: one for one in found}


@pytest.fixture(scope="module")
def empty(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), database() as url:
        yield url


def test_what_cannot_be_reached_is_named(empty):
    _, found = findings(
        "postgres://nobody:x@127.0.0.1:9/nothing",
        REDIS_URL="redis://127.0.0.1:9/0",
        PUBLIC_URL="http://chat.example.com",
    )
    assert found["Database"]["level"] == "fix"
    assert found["Valkey"]["level"] == "fix"
    assert "not https" in found["Address"]["how"]


def test_an_empty_database_wants_its_tables_and_a_prepared_one_only_what_does_not_run(empty):
    status, found = findings(empty)
    assert status == 1
    assert found["Tables"]["level"] == "fix"
    assert "migrate" in found["Tables"]["do"]
    assert run(empty, "prepare").returncode == 0
    _, found = findings(empty)
    broken = {what for what, one in found.items() if one["level"] == "fix"}
    assert "Tables" not in broken
    assert {"Workers", "Timetable", "Server environment"} <= {
        what.partition(",")[0] for what in broken
    }
    assert all(one["do"] for one in found.values() if one["level"] != "ok")
