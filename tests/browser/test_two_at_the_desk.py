"""A visitor at the widget and somebody of staff at the desk, at once; also by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from conversations.models import Conversation, Message
from tests.browser.axe import serious
from tests.browser.chat import PATIENCE_MS
from tests.browser.staff import sign_in
from tests.browser.waiting import until

LIST = "/admin/conversations/conversation/"
SLOW = {"match": "*", "first_token_ms": 20, "token_ms": 40, "tokens": 400}
# of the theme's own frame around the pages, which every page of it has
OF_THE_THEME = ("region", "landmark-unique", "empty-table-header")


@pytest.fixture
def desk(browser, live, tenant):
    """A second browser, in which somebody of staff is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    mistakes = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    sign_in(page, live, tenant)
    yield page
    context.close()
    assert not mistakes


def test_they_see_each_other_and_one_takes_over_from_the_bot(live, page, visit, desk):
    live.behave([SLOW])
    chat = visit(page).open()
    chat.say("Tell me a lot")
    expect(chat.stop).to_be_visible(timeout=PATIENCE_MS)
    desk.goto(live.url + LIST)
    # the theme's arrows that sort are small
    assert serious(desk, (*OF_THE_THEME, "target-size")) == []
    desk.get_by_role("link", name="Tell me a lot").click()
    status = desk.get_by_role("status")
    expect(status.filter(has_text="Live")).to_be_attached(timeout=PATIENCE_MS)
    writing = desk.locator(".talk-writing")
    expect(writing).to_contain_text(re.compile(r"\w{3}"), timeout=PATIENCE_MS)
    expect(desk.locator("#talk-signs")).to_contain_text("visitor is here", timeout=PATIENCE_MS)

    # by keyboard alone: take over, write, send
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("t")
    expect(desk.get_by_role("button", name="Hand back to the bot")).to_be_visible()
    expect(chat.log).to_contain_text("joined", timeout=PATIENCE_MS)
    expect(chat.panel.get_by_role("banner")).to_contain_text("is here", timeout=PATIENCE_MS)
    expect(desk.locator(".talk-line")).to_have_count(2)
    shown = chat.log.inner_text()
    page.wait_for_timeout(1500)
    assert chat.log.inner_text() == shown
    desk.keyboard.press("r")
    desk.keyboard.type("Hello, this is Cleo.")
    expect(chat.log.locator(".dots")).to_be_visible(timeout=PATIENCE_MS)
    desk.keyboard.press("Control+Enter")
    chat.wait_for("Hello, this is Cleo.")
    box = desk.get_by_role("textbox", name="Write to the visitor")
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    expect(desk.locator(".talk-by-staff")).to_contain_text("Hello, this is Cleo.")
    assert Message.objects.filter(role="staff").count() == 1

    chat.box.press_sequentially("Thank you")
    signs = desk.locator("#talk-signs")
    expect(signs).to_contain_text(re.compile("visitor.*writ", re.IGNORECASE), timeout=PATIENCE_MS)
    chat.say("Thank you, and how long do returns take?")
    expect(desk.get_by_role("log")).to_contain_text("how long do returns", timeout=PATIENCE_MS)

    # a draft comes into the box and nowhere else, and is sent as edited
    live.behave([{"match": "*", "text": "Within 30 days."}])
    desk.get_by_role("button", name="Suggest an answer").click()
    expect(box).to_have_value("Within 30 days.", timeout=PATIENCE_MS)
    expect(chat.log).not_to_contain_text("Within 30")
    box.press("End")
    box.type(" Gladly.")
    desk.get_by_role("button", name="Send").click()
    chat.wait_for("Within 30 days. Gladly.")

    assert serious(desk, OF_THE_THEME) == []
    box.evaluate("one => one.blur()")
    desk.keyboard.press("h")
    expect(desk.get_by_role("button", name="Take over")).to_be_visible()
    chat.wait_for("The assistant answers again.")
    assert Conversation.objects.get().state == "bot"
    desk.keyboard.press("u")
    expect(desk).to_have_url(live.url + LIST)


def test_whoever_asks_for_a_person_is_seen_at_once_and_found_by_a_word(live, page, visit, desk):
    chat = visit(page).open()
    chat.say("My red tent leaks")
    until(page, lambda: Message.objects.filter(role="assistant").exists())
    desk.goto(f"{live.url}{LIST}?q=tent")
    expect(desk.locator("mark").first).to_have_text("tent")
    desk.locator("a.talk-snippet").click()
    expect(desk.get_by_role("status").filter(has_text="Live")).to_be_attached(timeout=PATIENCE_MS)
    chat.person.click()
    expect(desk.get_by_role("log")).to_contain_text("asked for a person", timeout=PATIENCE_MS)
    expect(desk.locator(".talk-pill")).to_have_text("Waits for a person")
    # refused by the server, told on the page, and what was written is still there
    box = desk.get_by_role("textbox", name="Write to the visitor")
    box.fill("x" * 100)
    desk.route("**/say/**", lambda route: route.abort())
    desk.get_by_role("button", name="Send").click()
    expect(desk.get_by_role("alert")).not_to_be_empty()
    expect(box).to_have_value("x" * 100)
