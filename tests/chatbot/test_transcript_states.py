"""Staff see on a conversation's page how far each reply is, and who answers."""

import uuid

import pytest
from django.test import Client

from conversations.models import Generation
from conversations.services import generations, handoff, queue, replies
from conversations.services.replies import SoFar
from tests import factories
from tests.chatbot.test_transcript_page import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(acme):
    return factories.make_conversation(acme)


def test_who_waits_has_a_place_and_a_time(talk, acme, ben):
    for _ in range(2):
        factories.post(factories.make_conversation(acme))
    factories.post(talk)
    read = words(ben, talk)
    assert "Waits for a worker since" in read
    assert "2 are served before it." in read
    queue.claim()
    assert "1 is served before it." in words(ben, talk)
    queue.claim()
    assert "it is next." in words(ben, talk)


def test_what_is_being_written_is_read_so_far_and_can_be_reloaded(talk, ben):
    generation = factories.claimed(talk)
    generations.renew({(generation.pk, generation.claim): "Half of an ans"})
    read = words(ben, talk)
    assert "Half of an ans" in read
    assert "Being written since" in read
    assert "Reload" in read
    assert "try 2" not in read


def test_a_second_try_after_a_dead_worker_says_so(talk, ben):
    generations.release(factories.claimed(talk))
    assert queue.claim().claim == 2
    assert ", try 2: the worker before was gone and its text is void." in words(ben, talk)


def test_a_stopped_reply_stands_where_it_was_stopped(talk, ben):
    stopped = factories.post(talk, "First?").generation
    handoff.staff_says(talk, ben, "I take this.")
    handoff.hand_back(talk)
    factories.answered(talk, "Here is the bot.")
    read = words(ben, talk)
    order = [
        "First?",
        "Stopped by the person who took over at",
        "answers from here on",
        "I take this.",
        "Here is the bot.",
    ]
    assert [read.index(one) for one in order] == sorted(read.index(one) for one in order)
    assert Generation.objects.get(pk=stopped.pk).state == "stopped"
    assert "Workers gone" not in read


def test_a_reply_that_was_tried_again_is_marked_and_so_is_the_new_one(talk, ben):
    stopped = factories.claimed(talk)
    replies.stop_reply(talk, stopped.public_id, SoFar(stopped.claim, "Half of"))
    replies.try_again(talk, stopped.public_id, uuid.uuid4())
    generations.finish(queue.claim(), generations.Reply(text="Whole."))
    read = words(ben, talk)
    assert read.index("Replaced") < read.index("Half of")
    assert read.index("Half of") < read.index("Tried again") < read.index("Whole.")


def test_who_answers_stands_between_the_messages_with_the_persons_name(talk, ben, cleo):
    cleo.first_name, cleo.last_name = "Cleo", "Berger"
    cleo.save()
    handoff.ask_for_person(talk)
    handoff.staff_says(talk, cleo, "How can I help?")
    handoff.hand_back(talk)
    read = words(ben, talk)
    order = [
        "The visitor asked for a person.",
        "Cleo Berger answers from here on.",
        "How can I help?",
        "The bot answers again.",
    ]
    places = [read.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)
    # when they came, over what they said, as whose it is, and among those it may be given to
    assert read.count("Cleo Berger") == 4


def test_the_list_says_who_waits_for_a_person_and_can_be_kept_to_them(talk, acme, ben):
    handoff.ask_for_person(talk)
    factories.post(factories.make_conversation(acme), "Bot, please")
    client = Client()
    client.force_login(ben)
    url = "/admin/conversations/conversation/"
    assert "Waits for a person" in client.get(url).text
    assert "Bot, please" not in client.get(url, {"state__exact": "waiting"}).text
