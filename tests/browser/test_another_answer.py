"""Another answer stands instead of the first, in every tab and after a reload."""

from playwright.sync_api import expect

from conversations.models import Generation
from tests.browser.chat import PATIENCE_MS

ONE = [{"match": "*", "text": "The first answer."}]
TWO = [{"match": "*", "first_token_ms": 50, "token_ms": 40, "text": "The second answer."}]


def answered(chat, text):
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for(text)
    expect(chat.another).to_be_visible(timeout=PATIENCE_MS)


def test_it_replaces_the_first_in_both_tabs(live, page, visit):
    live.behave(ONE)
    here = visit(page).open()
    there = visit(page.context.new_page()).open()
    here.say("How long?")
    for chat in (here, there):
        answered(chat, "The first answer.")

    live.behave(TWO)
    there.another.click()
    for chat in (here, there):
        answered(chat, "The second answer.")
        expect(chat.log).not_to_contain_text("The first answer.")
    page.reload()
    answered(here.open(), "The second answer.")
    expect(here.log).not_to_contain_text("The first answer.")


def test_only_the_newest_answer_may_be_replaced(live, page, visit):
    live.behave(ONE)
    chat = visit(page).open()
    for number in (2, 4):
        chat.say("How long?")
        expect(chat.messages).to_have_count(number, timeout=PATIENCE_MS)
        expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.another).to_have_count(1)
    expect(chat.answer().get_by_role("button", name="Try another answer")).to_be_visible()


def test_a_wish_made_without_a_network_is_fulfilled_once(live, page, visit):
    live.behave(ONE)
    chat = visit(page).open()
    chat.say("How long?")
    answered(chat, "The first answer.")
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    chat.another.click()
    expect(chat.another).to_have_count(0)

    live.behave(TWO)
    page.context.set_offline(False)
    page.reload()
    chat.open()
    answered(chat, "The second answer.")
    page.reload()
    chat.open()
    answered(chat, "The second answer.")
    assert Generation.objects.count() == 2


def test_the_first_stands_again_where_no_other_comes(live, page, visit):
    live.behave(ONE)
    chat = visit(page).open()
    chat.say("How long?")
    answered(chat, "The first answer.")
    live.behave([{"match": "*", "status": 400, "code": "invalid_value"}])
    chat.another.click()
    expect(chat.try_again).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.messages.nth(1)).to_contain_text("The first answer.")

    live.behave(TWO)
    chat.try_again.click()
    answered(chat, "The second answer.")
    expect(chat.log).not_to_contain_text("The first answer.")


def test_by_keyboard_the_focus_stays_in_the_chat(live, page, visit):
    live.behave(ONE)
    chat = visit(page).open()
    chat.say("How long?")
    answered(chat, "The first answer.")
    live.behave(TWO)
    chat.another.focus()
    page.keyboard.press("Enter")
    answered(chat, "The second answer.")
    expect(chat.log).to_be_focused()
    chat.announced("Assistant: The second answer.")
