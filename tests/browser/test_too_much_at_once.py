"""A message that the server does not take yet waits in sight and goes out by itself."""

import re

import pytest
from playwright.sync_api import expect

from conversations.models import Message
from tests.browser.chat import PATIENCE_MS
from tests.browser.waiting import no_worker


@pytest.fixture
def bounds(live):
    """Sets what a visitor may do; the web process is another one inside and after."""

    def bounds(**settings):
        live.environment.update({name: str(value) for name, value in settings.items()})
        live.restart_web()

    yield bounds
    live.environment.clear()
    live.restart_web()


def texts():
    return list(
        Message.objects.filter(role="visitor").order_by("seq").values_list("text", flat=True)
    )


def test_the_seconds_are_counted_down(live, bounds, page, visit):
    bounds(VISITOR_MESSAGES_PER_MINUTE=1)
    chat = visit(page).open()
    chat.say("One")
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    chat.say("Two")
    wait = chat.answer().get_by_text(re.compile(r"by itself in \d+ seconds"))
    expect(wait).to_be_visible(timeout=PATIENCE_MS)
    first = wait.inner_text()
    expect(wait).not_to_have_text(first)
    expect(chat.answer()).not_to_contain_text("Not sent.")
    expect(chat.answer().get_by_role("button")).to_have_count(0)

    page.reload()
    chat.open()
    expect(chat.messages.last).to_contain_text("Two", timeout=PATIENCE_MS)
    expect(wait).to_be_visible(timeout=PATIENCE_MS)
    assert texts() == ["One"]


def test_it_goes_out_by_itself_in_the_order_it_was_written(live, bounds, page, visit):
    live.behave([{"match": "*", "first_token_ms": 50, "token_ms": 50, "tokens": 60}])
    bounds(VISITOR_WAITING=1)
    chat = visit(page).open()
    for text in ("One", "Two", "Three"):
        chat.say(text)
    expect(chat.answer()).to_contain_text("by itself", timeout=PATIENCE_MS)
    expect(chat.messages).to_have_count(6, timeout=2 * PATIENCE_MS)
    assert texts() == ["One", "Two", "Three"]
    expect(chat.log).not_to_contain_text("by itself")


def test_a_full_queue_is_said_and_may_be_tried_again(live, bounds, page, visit):
    bounds(TENANT_WAITING=1, VISITOR_WAITING=9)
    chat = visit(page).open()
    with no_worker(live):
        chat.say("One")
        expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
        chat.say("Two")
        expect(chat.answer()).to_contain_text("Very many people are writing", timeout=PATIENCE_MS)
    live.wait_until_idle()
    chat.answer().get_by_role("button", name="Retry").click()
    expect(chat.messages).to_have_count(4, timeout=PATIENCE_MS)
    assert texts() == ["One", "Two"]
