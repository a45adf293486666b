"""What changes something is done after the visitor's yes, once, whatever breaks."""

import datetime
import json
import uuid

import pytest
from django.db.models import F
from django.db.models.functions import Now

from chatbot.engine.turn import run_turn
from chatbot.models import ToolCall
from chatbot.tools import confirming
from conversations.identity import vouch
from conversations.models import Event, Generation, VisitorSession
from conversations.sentences import LOCALES
from conversations.services import handoff, queue
from conversations.services.messages import post_visitor_message
from tests import factories
from tests.tools.conftest import FAST, wanting
from tests.tools.shop import make_cancelling, make_tool, verified_talk

pytestmark = pytest.mark.django_db(transaction=True)
State = ToolCall.State
CANCEL = wanting("cancel_order", {"order": "A-1001"}, times=1)


@pytest.fixture
def talk(tenant, shop):
    make_cancelling(tenant, shop)
    return verified_talk(tenant)


@pytest.fixture
def waiting(turn, talk):
    """A cancellation that waits for a yes."""
    turn(talk, "Please cancel A-1001", CANCEL)
    return ToolCall.objects.get()


def test_the_visitor_is_asked_in_words_that_code_chose(turn, talk, shop):
    generation = turn(talk, "Please cancel A-1001", CANCEL | {"text": "All yours is refunded!"})
    asks = "May I do this: Cancel order A-1001? Please answer “Yes, do it” or “No”."
    assert generation.text == f"All yours is refunded!\n\n{asks}"
    assert not shop.asked
    call = ToolCall.objects.get()
    assert call.state == State.WAITING
    event = Event.objects.get(kind="action.asked")
    assert event.data == {
        "action": str(call.pk),
        "reply": str(generation.public_id),
        "text": "Cancel order A-1001",
        "yes": "Yes, do it",
        "no": "No",
        "at": event.data["at"],
    }
    assert event.seq == call.asked_seq == Event.objects.get(kind="reply.done").seq + 1
    assert generation.attempts.count() == 1


def test_in_chinese_too(turn, talk):
    assert "我可以这样做吗" in turn(talk, "请取消订单 A-1001", CANCEL).text


def test_a_yes_lets_it_be_done_once(turn, talk, waiting, shop):
    generation = turn(talk, "Yes, do it")
    assert generation.text.startswith("Here is what I found")
    (asked,) = shop.asked
    assert (asked["method"], asked["path"], asked["body"]) == ("POST", "/orders/A-1001", {})
    assert asked["headers"]["idempotency-key"] == str(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.carried_by, waiting.sealed) == (State.DONE, generation, None)
    turn(talk, "yes")
    assert len(shop.asked) == 1


def test_anything_else_declines_it_for_good(turn, talk, waiting, shop):
    turn(talk, "Where is it?")
    turn(talk, "yes")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.sealed) == (State.DECLINED, None)
    assert not shop.asked


def test_the_button_pressed_in_two_tabs_is_one_yes(turn, talk, waiting, shop):
    first = post_visitor_message(talk, client_id=waiting.pk, text=confirming.ENGLISH.yes)
    again = post_visitor_message(talk, client_id=waiting.pk, text=confirming.ENGLISH.yes)
    assert (first.created, again.created) == (True, False)
    run_turn()
    assert run_turn() is None
    assert len(shop.asked) == 1


def test_a_yes_half_an_hour_later_is_for_something_else(turn, talk, waiting, shop):
    late = F("created_at") - datetime.timedelta(minutes=31)
    ToolCall.objects.update(created_at=late)
    turn(talk, "yes")
    assert ToolCall.objects.get().state == State.DECLINED
    assert not shop.asked


def test_another_visitor_cannot_say_yes_to_it(turn, tenant, waiting, shop):
    turn(verified_talk(tenant, "bob"), "yes")
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    assert not shop.asked


def test_somebody_else_at_the_same_device_cannot_either(turn, talk, waiting, shop):
    vouch(talk.visitor, "bob")
    turn(talk, "yes")
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED
    assert not shop.asked


def test_a_tool_that_was_taken_away_meanwhile_is_not_used(turn, talk, tenant, waiting, shop):
    waiting.tool.delete()
    make_tool(tenant, shop)
    turn(talk, "yes")
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED
    assert not shop.asked


def test_a_worker_that_dies_in_the_middle_does_not_make_it_happen_twice(
    turn, talk, waiting, shop, model
):
    model.ask("PUT", "/control/behaviour", [FAST])
    factories.post(talk, "yes")

    def die():
        # the worker is gone: its lease has lapsed before the shop answers
        shop.meanwhile = lambda: None
        Generation.objects.filter(state="running").update(lease_until=Now(), claim=F("claim"))
        other = run_turn_elsewhere()
        assert other.state == Generation.State.DONE

    shop.meanwhile = die
    run_turn()
    assert len(shop.asked) == 1
    waiting.refresh_from_db()
    assert waiting.state == State.UNKNOWN
    assert json.loads(waiting.answer)["ok"] is False
    reply = Generation.objects.order_by("pk").last()
    assert "that did not work" in reply.text


def run_turn_elsewhere():
    from django.db import connection  # noqa: PLC0415

    try:
        generation = run_turn()
        generation.refresh_from_db()
        return generation
    finally:
        connection.close()


def test_a_shop_that_breaks_off_leaves_nobody_sure(turn, talk, waiting, shop):
    waiting.tool.seconds = 1
    waiting.tool.save()
    make_tool(talk.tenant, shop)
    shop.waits = 1.3
    turn(talk, "yes")
    waiting.refresh_from_db()
    assert waiting.state == State.UNKNOWN
    assert "no answer within 1 s" in waiting.trouble


def test_a_person_who_takes_over_ends_it(turn, talk, waiting, shop, model):
    ben = factories.make_member(talk.tenant, "ben")
    handoff.staff_says(talk, ben, "Hello, I am Ben.")
    post_visitor_message(talk, client_id=uuid.uuid4(), text="yes")
    assert run_turn() is None
    assert not shop.asked


def test_a_yes_after_talking_to_a_person_is_for_something_else(turn, talk, waiting, shop):
    handoff.staff_says(talk, factories.make_member(talk.tenant, "ben"), "Shall I send it today?")
    handoff.hand_back(talk)
    turn(talk, "yes")
    waiting.refresh_from_db()
    assert waiting.state == State.DECLINED
    assert not shop.asked


def test_a_stop_before_it_begins_keeps_it_from_happening(turn, talk, waiting, shop, model):
    posted = factories.post(talk, "yes")
    queue.claim(posted.generation.pk)
    Generation.objects.filter(pk=posted.generation.pk).update(state="stopped")
    assert run_turn() is None
    assert not shop.asked


def test_of_two_changes_at_once_only_the_first_is_asked_about(turn, talk, shop):
    two = {"calls": [{"name": "cancel_order", "arguments": {"order": f"A-100{n}"}} for n in (1, 2)]}
    turn(talk, "Cancel both", two | {"times": 1})
    states = dict(ToolCall.objects.values_list("arguments", "state"))
    assert sorted(states.values()) == ["refused", "waiting"]
    assert not shop.asked


def test_what_lies_until_the_yes_is_encrypted(waiting):
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM chatbot_toolcall")
        assert "A-1001" not in cursor.fetchone()[0]
    assert confirming.unsealed(waiting) == ({"order": "A-1001"}, "ada")


@pytest.mark.parametrize("locale", [one for one in LOCALES if one not in ("en", "zh")])
def test_in_the_language_of_the_page_and_its_button_is_a_yes(talk, locale):
    generation = factories.claimed(talk, "A-1001?")
    VisitorSession.objects.create(
        tenant=talk.tenant, visitor=talk.visitor, token_hash=locale, locale=locale
    )
    words = confirming.words_for(generation)
    assert words.asks != confirming.ENGLISH.asks
    assert confirming.says_yes(words.yes)
    assert not confirming.says_yes(words.no)
