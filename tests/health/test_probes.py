"""The process says whether it lives, and whether it can do its work."""

import pytest
from django.db import connection

from chatbot.health import heartbeat, probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    """A worker that has just spoken: this process."""
    probes.forget()
    heartbeat.speak()
    yield
    heartbeat.fall_silent()
    probes.forget()


def undo_the_newest():
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'chatbot' AND name = "
            "(SELECT max(name) FROM django_migrations WHERE app = 'chatbot')"
        )


def test_it_lives_without_asking_anybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/livez").json() == {"status": "alive"}


def test_it_is_ready_when_all_it_needs_answers(client, worker):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    checks = {"database": "ok", "migrations": "ok", "redis": "ok", "workers": "ok"}
    assert answer.json() == {"status": "ready", "problems": [], "checks": checks}


def test_it_is_not_ready_without_redis(client, worker, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["Redis does not answer"]


def test_it_is_not_ready_before_its_migrations(client, worker):
    undo_the_newest()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "migrate" in answer.json()["problems"][0]


def test_migrations_that_were_found_done_are_not_read_again(client, worker):
    client.get("/readyz")
    undo_the_newest()
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_where_no_worker_is_heard(client, worker):
    heartbeat.fall_silent()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["no worker was heard for 30 s"]


def test_a_worker_is_heard_with_its_age_and_forgotten_when_silent(worker):
    (heard,) = heartbeat.heard()
    assert heard.name == heartbeat.name_here()
    assert 0 <= heard.seconds < heartbeat.HEARD_SECONDS
    redis = heartbeat._redis()
    redis.pexpire(f"{heartbeat.PREFIX}{heard.name}", 1)
    while redis.exists(f"{heartbeat.PREFIX}{heard.name}"):
        pass
    assert heartbeat.heard() == []
    assert redis.smembers(heartbeat.NAMES) == set()
