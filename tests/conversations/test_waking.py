"""What nobody works on is found, and found again only after a while."""

import datetime

import pytest
from django.utils import timezone

from conversations.models import Generation
from conversations.services import queue
from tests.factories import claimed, make_conversation, make_tenant, post

AT_ONCE = datetime.timedelta(0)


@pytest.fixture
def conversation(db):
    return make_conversation(make_tenant())


def seconds_ago(seconds):
    return timezone.now() - datetime.timedelta(seconds=seconds)


def let_lapse(generation):
    """The lease of a worker that died ran out a moment ago."""
    Generation.objects.filter(pk=generation.pk).update(lease_until=seconds_ago(1))


def test_a_lapsed_lease_is_found_and_a_held_one_is_not(conversation):
    dead = claimed(conversation)
    claimed(make_conversation(conversation.tenant))
    let_lapse(dead)
    assert queue.wake() == 1
    dead.refresh_from_db()
    assert dead.woken_at


def test_who_just_came_is_left_to_the_broker(conversation):
    post(conversation)
    assert queue.wake() == 0
    assert queue.wake(AT_ONCE) == 1


def test_the_same_one_is_not_called_for_at_every_sweep(conversation):
    post(conversation)
    assert [queue.wake(AT_ONCE) for _ in range(3)] == [1, 0, 0]
    Generation.objects.update(woken_at=seconds_ago(9))
    assert queue.wake(AT_ONCE) == 1


def test_a_long_backlog_does_not_flood_the_broker(conversation, monkeypatch):
    monkeypatch.setattr(queue, "WAKE_AT_MOST", 3)
    for _ in range(5):
        post(make_conversation(conversation.tenant))
    assert [queue.wake(AT_ONCE) for _ in range(3)] == [3, 2, 0]
