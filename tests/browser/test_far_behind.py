"""A tab that was away for long shows the newest, and says that something is left out."""

import uuid

from playwright.sync_api import expect

from chatbot import intake
from conversations.models import Conversation
from conversations.services.messages import post_visitor_message
from tests.browser.chat import PATIENCE_MS

MORE_THAN_IS_SENT = 520


def test_what_is_left_out_is_said(live, page, visit):
    chat = visit(page).open()
    chat.person.click()
    chat.wait_for("Somebody of the team will answer here.")
    chat.say("Written before")
    expect(chat.messages).to_have_count(2)
    expect(chat.log.locator(".pending")).to_have_count(0, timeout=PATIENCE_MS)
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    conversation = Conversation.objects.get()
    for number in range(MORE_THAN_IS_SENT):
        post_visitor_message(conversation, client_id=uuid.uuid4(), text=f"Elsewhere {number}")
    page.context.set_offline(False)

    chat.wait_for(f"Elsewhere {MORE_THAN_IS_SENT - 1}")
    expect(chat.messages.first).to_contain_text("Earlier messages are not shown here.")
    expect(chat.log).not_to_contain_text("Written before")
    shown = chat.messages.count()
    assert 2 < shown < MORE_THAN_IS_SENT

    intake.hand_back(conversation)
    chat.say("And now?")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    chat.open()
    expect(chat.messages.first).to_contain_text("Earlier messages", timeout=PATIENCE_MS)
