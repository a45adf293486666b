"""Two tabs of one browser show one conversation."""

from playwright.sync_api import expect

from conversations.models import Conversation
from tests.browser.chat import PATIENCE_MS


def test_what_is_said_in_one_tab_is_seen_in_the_other(live, page, visit):
    live.behave([{"match": "*", "first_token_ms": 50, "token_ms": 20, "tokens": 60}])
    here = visit(page).open()
    other = page.context.new_page()
    there = visit(other).open()
    here.say("Said here")
    there.say("Said there")
    for chat in (here, there):
        expect(chat.messages).to_have_count(4, timeout=PATIENCE_MS)
        expect(chat.log.get_by_text("Demo model")).to_have_count(2, timeout=PATIENCE_MS)
    assert here.messages.all_inner_texts() == there.messages.all_inner_texts()
    assert Conversation.objects.count() == 1


def test_an_answer_that_comes_while_the_chat_is_closed_is_counted(live, page, visit):
    live.behave([{"match": "*", "first_token_ms": 800, "text": "Here it is."}])
    chat = visit(page).open()
    chat.say("Quick question")
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(chat.launcher).to_have_accessible_name("Chat, 1 new", timeout=PATIENCE_MS)
    chat.open()
    expect(chat.launcher).to_have_accessible_name("Chat")
