"""How much may wait, and what is said to whoever wants more."""

import datetime

import pytest
from django.utils import timezone

from conversations.models import Conversation, Generation, Message
from conversations.services.refusals import Refused
from tests.factories import answered, make_conversation, make_tenant, post


@pytest.fixture
def conversation(db, settings):
    settings.VISITOR_MESSAGES_PER_MINUTE = 3
    settings.VISITOR_WAITING = 2
    settings.TENANT_WAITING = 4
    return make_conversation(make_tenant())


def test_a_visitor_may_write_so_often_in_a_minute(conversation):
    for _ in range(3):
        answered(conversation)
    with pytest.raises(Refused) as refusal:
        post(conversation)
    assert refusal.value.code == "too_many"
    assert 50 <= refusal.value.after <= 60
    assert Message.objects.filter(role="visitor").count() == 3
    Message.objects.update(created_at=timezone.now() - datetime.timedelta(seconds=61))
    assert post(conversation).created


def test_a_visitor_may_wait_for_so_many_replies(conversation):
    for _ in range(2):
        post(conversation)
    with pytest.raises(Refused) as refusal:
        post(conversation)
    assert (refusal.value.code, refusal.value.after) == ("too_many", 5)


def test_the_queue_of_a_tenant_has_an_end(conversation):
    for _ in range(4):
        post(make_conversation(conversation.tenant))
    with pytest.raises(Refused) as refusal:
        post(conversation)
    assert refusal.value.code == "busy"
    assert post(make_conversation(make_tenant("Globex"))).created


def test_a_refused_message_leaves_no_gap_in_the_log(conversation):
    for _ in range(2):
        post(conversation)
    with pytest.raises(Refused):
        post(conversation)
    conversation.refresh_from_db()
    assert conversation.last_seq == 2
    assert Generation.objects.count() == 2


def test_who_talks_to_a_person_is_not_limited(conversation):
    Conversation.objects.update(state=Conversation.State.STAFF)
    for _ in range(5):
        assert post(conversation).created
