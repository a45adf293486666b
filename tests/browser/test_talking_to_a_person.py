"""Whoever asks for a person is told so, waits without dots, and sees who comes and goes."""

import pytest
from playwright.sync_api import expect

from chatbot import intake
from conversations.models import Conversation, Event, Generation
from tests.browser.chat import PATIENCE_MS
from tests.browser.waiting import no_worker, until
from tests.factories import make_member


@pytest.fixture
def ben(tenant):
    ben = make_member(tenant, "ben")
    ben.first_name = "Ben"
    ben.save()
    return ben


def test_from_the_wish_to_the_way_back(live, page, visit, ben):
    live.behave([{"match": "*", "text": "Within 30 days."}])
    chat = visit(page).open()
    chat.person.click()
    chat.wait_for("Somebody of the team will answer here.")
    expect(chat.person).to_have_count(0)
    chat.say("Is somebody there?")
    conversation = Conversation.objects.get()
    until(page, lambda: conversation.messages.filter(role="visitor").exists())
    expect(chat.panel.get_by_label("Writing an answer")).to_have_count(0)
    assert not Generation.objects.exists()

    intake.staff_says(conversation, ben, "Hello,\nwhat can I do?")
    chat.wait_for("what can I do?")
    expect(chat.answer()).to_contain_text("Ben")
    expect(chat.messages.nth(2)).to_contain_text("Ben joined")
    chat.announced("Ben: Hello")
    page.reload()
    chat.open()
    expect(chat.messages).to_have_count(4, timeout=PATIENCE_MS)
    expect(chat.person).to_have_count(0)

    intake.hand_back(conversation)
    chat.wait_for("The assistant answers again.")
    expect(chat.person).to_have_count(1)
    chat.say("How long do returns take?")
    chat.wait_for("Within 30 days.")


def test_it_is_offered_where_a_reply_is_slow_or_fails(live, page, visit):
    live.behave([{"match": "*", "tokens": 100, "cut_after_tokens": 20}])
    chat = visit(page).open()
    with no_worker(live):
        chat.say("Think hard")
        offer = chat.answer().get_by_role("button", name="Talk to a person")
        expect(offer).to_be_visible(timeout=PATIENCE_MS)
    chat.wait_for("Interrupted")
    expect(offer).to_be_visible()
    offer.click()
    chat.wait_for("Somebody of the team will answer here.")
    expect(offer).to_have_count(0)
    expect(chat.try_again).to_have_count(0)


def test_it_is_asked_once_even_without_a_network(live, page, visit):
    chat = visit(page).open()
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    chat.person.click()
    chat.wait_for("Asking for a person")
    expect(chat.person).to_have_count(0)
    page.context.set_offline(False)
    page.reload()
    chat.open()
    chat.wait_for("Somebody of the team will answer here.")
    expect(chat.messages).to_have_count(1)
    assert [event.kind for event in Event.objects.all()] == [Event.Kind.PERSON_ASKED]
    assert not page.evaluate("Object.keys(localStorage).filter(name => name.includes(':out:'))")
