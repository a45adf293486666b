"""Stop ends a reply where it is: its words stay, its call is paid for, every tab knows."""

from playwright.sync_api import expect

from billing.models import LedgerEntry
from conversations.models import Generation, Message
from tests.browser.chat import PATIENCE_MS
from tests.browser.waiting import no_worker, until

LONG = {"match": "*", "first_token_ms": 50, "token_ms": 50, "tokens": 400}


def stopped(chat):
    expect(chat.answer().get_by_text("Stopped")).to_be_visible(timeout=PATIENCE_MS)


def test_the_words_so_far_stay_and_are_paid_for(live, page, visit):
    live.behave([LONG])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    chat.wait_for("word20")
    chat.stop.click()
    stopped(chat)
    expect(chat.stop).to_have_count(0)

    message = Message.objects.get(role="assistant")
    assert message.text.startswith("word1 word2 ")
    assert "word400" not in message.text
    expect(chat.answer().locator(".body")).to_have_text(message.text.strip())
    until(page, LedgerEntry.objects.exists)
    assert LedgerEntry.objects.get().certainty == LedgerEntry.Certainty.ESTIMATED

    page.reload()
    chat.open()
    stopped(chat)
    expect(chat.answer().locator(".body")).to_have_text(message.text.strip())


def test_a_reply_that_waits_is_stopped_before_it_begins(live, page, visit):
    chat = visit(page).open()
    with no_worker(live):
        chat.say("Never mind")
        chat.stop.click()
        stopped(chat)
        expect(chat.answer().get_by_label("Writing an answer")).to_have_count(0)
        expect(chat.try_again).to_be_visible()
    live.wait_until_idle()
    assert not LedgerEntry.objects.exists()


def test_other_tabs_know(live, page, visit):
    live.behave([LONG])
    here = visit(page).open()
    there = visit(page.context.new_page()).open()
    here.say("Tell me a lot")
    for chat in (here, there):
        chat.wait_for("word10")
    there.stop.click()
    for chat in (here, there):
        stopped(chat)
        expect(chat.stop).to_have_count(0)
    assert here.answer().inner_text() == there.answer().inner_text()


def test_a_stop_pressed_without_a_network_is_not_forgotten(live, page, visit):
    live.behave([LONG])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    chat.wait_for("word10")
    page.context.set_offline(True)
    expect(chat.panel).to_contain_text("You are offline")
    chat.stop.click()
    expect(chat.stop).to_have_count(0)
    page.context.set_offline(False)
    page.reload()
    chat.open()
    stopped(chat)
    assert Generation.objects.get().state == Generation.State.STOPPED


def test_the_keyboard_stops_and_stays_in_the_chat(live, page, visit):
    live.behave([LONG])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    chat.wait_for("word5")
    page.keyboard.press("Tab")
    expect(chat.stop).to_be_focused()
    page.keyboard.press("Enter")
    stopped(chat)
    chat.announced("Stopped")
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_the_button_sends_again_once_something_is_written(live, page, visit):
    live.behave([LONG])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    expect(chat.stop).to_be_visible(timeout=PATIENCE_MS)
    chat.box.fill("One more thing")
    expect(chat.stop).to_have_count(0)
    chat.panel.get_by_role("button", name="Send").dblclick()
    until(page, lambda: Message.objects.filter(role="visitor").count() == 2)
    expect(chat.stop).to_be_visible()
    assert not Generation.objects.filter(state=Generation.State.STOPPED).exists()
    for _ in range(2):
        chat.stop.click()
    live.wait_until_idle()
