"""What a visitor has begun is still there after the page was left."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS


def test_a_half_written_message_outlives_the_page(live, page, visit):
    chat = visit(page).open()
    chat.box.press_sequentially("I would like to")
    page.reload()
    chat.open()
    expect(chat.box).to_have_value("I would like to")
    chat.box.press("Enter")
    expect(chat.messages.first).to_contain_text("I would like to")
    page.reload()
    chat.open()
    expect(chat.box).to_have_value("")


def test_history_comes_back_without_the_openers(live, page, visit):
    live.behave([{"match": "*", "text": "Within 30 days."}])
    chat = visit(page).open()
    chat.say("How long do returns take?")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    page.add_init_script("""
        setInterval(() => {
          const openers = document.querySelector('cx-chat')?.shadowRoot.querySelector('.openers');
          if (openers?.childElementCount && !openers.hidden) window.flashed = true;
        }, 1);""")
    page.reload()
    chat.open()
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    assert page.evaluate("window.flashed") is None


@pytest.mark.parametrize("closed", [True, False])
def test_an_answer_missed_without_a_network_is_told(live, page, visit, closed):
    live.behave([{"match": "*", "first_token_ms": 1500, "text": "See [here](https://a.example)."}])
    chat = visit(page).open()
    chat.say("Quick question")
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    if closed:
        page.keyboard.press("Escape")
    page.context.set_offline(True)
    live.wait_until_idle()
    page.context.set_offline(False)
    if closed:
        expect(chat.launcher).to_have_accessible_name("Chat, 1 new", timeout=PATIENCE_MS)
    else:
        said = chat.panel.get_by_role("status").filter(has_text="Assistant: ")
        expect(said).to_have_text("Assistant: See here.", timeout=PATIENCE_MS)
