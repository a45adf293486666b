"""A visitor's message is stored once, with the turn that answers it."""

import uuid

import pytest

from conversations.models import Conversation, Event, Generation, Message
from conversations.services.messages import post_visitor_message
from conversations.services.refusals import Refused
from tests.factories import make_conversation, make_tenant, post


@pytest.fixture
def conversation(db):
    return make_conversation(make_tenant())


def test_a_message_comes_with_its_queued_generation_and_its_event(conversation):
    posted = post(conversation, "Where is my parcel?")
    assert posted.created
    assert posted.generation.state == Generation.State.QUEUED
    event = Event.objects.get(conversation=conversation)
    assert event.seq == posted.message.seq == 1
    assert event.data["text"] == "Where is my parcel?"
    assert event.data["reply"] == str(posted.generation.public_id)


def test_the_same_id_again_gives_the_first_message(conversation):
    client_id = uuid.uuid4()
    first, second = (
        post_visitor_message(conversation, client_id=client_id, text="Hello") for _ in range(2)
    )
    assert (second.message, second.generation) == (first.message, first.generation)
    assert not second.created
    assert Message.objects.count() == Generation.objects.count() == Event.objects.count() == 1


def test_the_same_id_with_another_text_is_refused_and_the_first_stands(conversation):
    client_id = uuid.uuid4()
    post_visitor_message(conversation, client_id=client_id, text="Hello")
    with pytest.raises(Refused) as refusal:
        post_visitor_message(conversation, client_id=client_id, text="Goodbye")
    assert refusal.value.code == "id_reused"
    assert Message.objects.get().text == "Hello"


def test_events_are_numbered_without_gaps(conversation):
    for _ in range(5):
        post(conversation)
    assert list(Event.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5]


def test_where_a_person_answers_no_turn_is_queued(conversation):
    conversation.state = Conversation.State.STAFF
    conversation.save()
    assert post(conversation).generation is None


@pytest.mark.parametrize("text", ["", "   ", "\0\0", "\n"])
def test_nothing_is_refused_as_empty(conversation, text):
    with pytest.raises(Refused) as refusal:
        post(conversation, text)
    assert refusal.value.code == "empty"


def test_too_long_says_how_long_and_how_long_it_may_be(conversation):
    post(conversation, "x" * 4000)
    with pytest.raises(Refused, match=r"4,001 characters; at most 4,000"):
        post(conversation, "x" * 4001)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a\0b", "ab"),
        ("broken \ud800 half", "broken ? half"),
        ("  Grüße, 你好 👋  ", "Grüße, 你好 👋"),
        ("cafe\u0301", "café"),
    ],
)
def test_hostile_characters_are_stored_as_postgres_can(conversation, sent, stored):
    posted = post(conversation, sent)
    posted.message.refresh_from_db()
    assert posted.message.text == stored
