"""A person takes a conversation over, and the bot has it back by hand or by itself."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from chatbot import intake
from conversations.models import Conversation, Event, Message
from conversations.services import handoff
from conversations.services.refusals import Refused
from conversations.services.replies import SoFar
from tests import factories

pytestmark = pytest.mark.django_db

State = Conversation.State


@pytest.fixture
def talk(acme):
    return factories.make_conversation(acme)


def kinds(talk):
    return list(talk.events.order_by("seq").values_list("kind", flat=True))


def test_the_bots_last_words_stand_before_the_person(talk, ben):
    generation = factories.claimed(talk)
    cut = []

    def cut_it(one):
        cut.append(one.pk)
        return SoFar(one.claim, "Half of an")

    handoff.take_over(talk, ben, cut_it)
    assert cut == [generation.pk]
    assert kinds(talk) == ["message", "reply.stopped", "person.joined"]
    assert Message.objects.get(role="assistant").text == "Half of an"
    talk.refresh_from_db()
    assert talk.state == State.STAFF


def test_taking_over_twice_is_once_and_a_closed_one_stays_closed(talk, ben, cleo):
    first = handoff.take_over(talk, ben)
    assert handoff.take_over(talk, cleo) == first
    assert kinds(talk) == ["person.joined"]
    Conversation.objects.filter(pk=talk.pk).update(state=State.CLOSED)
    handoff.take_over(talk, cleo)
    talk.refresh_from_db()
    assert talk.state == State.CLOSED


def aged(talk, minutes):
    """All of its log is so old."""
    Event.objects.filter(conversation=talk).update(
        created_at=timezone.now() - datetime.timedelta(minutes=minutes)
    )


def test_the_bot_answers_again_once_staff_were_idle_for_long(talk, ben):
    handoff.staff_says(talk, ben, "One moment.")
    aged(talk, 29)
    assert handoff.hand_back_idle() == 0
    aged(talk, 31)
    assert handoff.hand_back_idle() == 1
    assert handoff.hand_back_idle() == 0
    talk.refresh_from_db()
    assert talk.state == State.BOT
    assert Event.objects.get(kind="bot.back").data["by"] == "idle"


def test_a_visitors_words_keep_nobody_busy_but_staffs_do(talk, ben):
    handoff.staff_says(talk, ben, "One moment.")
    aged(talk, 31)
    handoff.staff_says(talk, ben, "Still looking.")
    assert handoff.hand_back_idle() == 0
    aged(talk, 31)
    factories.post(talk, "Hello?")
    assert handoff.hand_back_idle() == 1


def test_a_tenant_may_want_none_of_it_and_who_waits_goes_on_waiting(acme, talk, ben):
    acme.hand_back_minutes = 0
    acme.save()
    handoff.staff_says(talk, ben, "One moment.")
    aged(talk, 10_000)
    assert handoff.hand_back_idle() == 0
    waiting = factories.make_conversation(acme)
    handoff.ask_for_person(waiting)
    aged(waiting, 10_000)
    assert handoff.hand_back_idle() == 0


def test_a_script_is_answered_where_it_is(talk, ben):
    client = Client(headers={"accept": "application/json"})
    client.force_login(ben)
    page = f"/admin/conversations/conversation/{talk.pk}/"
    assert client.post(page + "take-over/").json() == {"place": "#now"}
    empty = client.post(page + "say/", {"text": " "})
    assert (empty.status_code, empty.json()["error"][:8]) == (409, "There is")
    said = client.post(page + "say/", {"text": "Hello"}).json()
    assert said == {"place": "#m2"}
    pieces = client.get(page + "pieces/", {"after": "1"}).json()
    assert (pieces["seq"], pieces["state"]) == (2, "staff")
    assert [line["id"] for line in pieces["lines"]] == ["m2"]
    assert "Hand back to the bot" in pieces["acts"]


def test_a_draft_needs_something_to_answer_and_is_asked_for_once(talk, ben):
    with pytest.raises(Refused):
        intake.ask_for_draft(talk, ben)
    factories.post(talk)
    first = intake.ask_for_draft(talk, ben)
    assert intake.ask_for_draft(talk, ben) == first
