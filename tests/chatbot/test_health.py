"""The process says whether it lives, and whether it can do its work."""

import pytest


def test_it_lives_without_asking_anybody(client):
    assert client.get("/livez").json() == {"status": "alive"}


@pytest.mark.django_db
def test_it_is_ready_when_database_and_redis_answer(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "problems": []}


@pytest.mark.django_db
def test_it_is_not_ready_without_redis(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["Redis does not answer"]
