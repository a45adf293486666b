"""Staff work beside a conversation by keyboard, and a notice reaches another page of theirs."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conversations.models import CannedReply, DeskSettings, Label, Membership, Note, Work
from conversations.services import notes
from tests.browser.axe import serious
from tests.browser.chat import PATIENCE_MS
from tests.browser.staff import sign_in
from tests.browser.waiting import until

LIST = "/admin/conversations/conversation/"
OF_THE_THEME = ("region", "landmark-unique", "empty-table-header", "target-size")
# what a browser would show on the screen, kept where the test can read it
NOTIFIED = """
window.shown = [];
window.Notification = class {
  static permission = 'granted';
  constructor(title, options) { window.shown.push([title, options.body]); }
};
"""


@pytest.fixture
def desk(browser, live, tenant):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.add_init_script(NOTIFIED)
    mistakes = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    sign_in(page, live, tenant)
    yield page
    context.close()
    assert not mistakes


def test_what_is_done_beside_a_conversation_keeps_what_is_being_written(
    live, page, visit, desk, tenant
):
    DeskSettings.objects.create(tenant=tenant, first_answer_minutes=30)
    CannedReply.objects.create(tenant=tenant, name="returns", text="Dear {visitor}, 30 days.")
    CannedReply.objects.create(tenant=tenant, name="refund", text="Within a week.")
    chat = visit(page).open()
    chat.say("My red tent leaks")
    chat.person.click()
    desk.goto(f"{live.url}{LIST}?work=waiting")
    expect(desk.locator(".talk-clock")).to_have_text(re.compile(r"\d+ min left"))
    assert serious(desk, OF_THE_THEME) == []
    desk.get_by_role("link", name="My red tent leaks").click()
    expect(desk.get_by_role("status").filter(has_text="Live")).to_be_attached(timeout=PATIENCE_MS)

    # a canned reply by its name, chosen with the arrows
    box = desk.get_by_role("textbox", name="Write to the visitor")
    box.fill("Hello. ")
    box.press("End")
    box.type("/re")
    offered = desk.locator("#say-canned").get_by_role("option")
    expect(offered).to_have_text([re.compile("/refund"), re.compile("/returns")])
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Hello. Dear there, 30 days.")
    expect(desk.locator("#say-canned")).to_be_hidden()

    # taken, labelled and noted without leaving the page
    box.evaluate("one => one.blur()")
    desk.keyboard.press("a")
    until(desk, lambda: Work.objects.filter(assignee__username__startswith="cleo").exists())
    panel = desk.get_by_role("complementary", name="Work")
    expect(panel.get_by_role("button", name="Assign to me")).to_have_count(0)
    panel.get_by_placeholder("Label").fill("Tents")
    panel.get_by_placeholder("Label").press("Enter")
    expect(panel.get_by_role("button", name="Remove the label Tents")).to_be_visible()
    assert Label.objects.get().name == "Tents"
    desk.get_by_role("heading", name="Notes").click()
    desk.keyboard.press("n")
    desk.keyboard.type("@cle")
    desk.keyboard.press("Enter")
    desk.keyboard.type("send a new one, @nobody")
    panel.get_by_role("button", name="Add note").click()
    expect(panel.get_by_role("status")).to_contain_text("nobody here is called @nobody")
    noted = panel.locator(".work-notes")
    expect(noted).to_have_text(re.compile(r"@cleo-\d+ send a new one, @nobody"))
    expect(box).to_have_value("Hello. Dear there, 30 days.")
    assert Note.objects.count() == 1
    assert serious(desk, OF_THE_THEME) == []

    # somebody mentions Cleo while she is at another page
    cleo = Membership.objects.get(user__username__startswith="cleo").user
    desk.goto(f"{live.url}/admin/house/notices/")
    until(desk, lambda: desk.evaluate("sessionStorage.getItem('notices-newest') !== null"))
    note = notes.write_note(Work.objects.get().conversation, None, f"@{cleo.username} look").note
    desk.reload()
    until(desk, lambda: desk.evaluate("window.shown.length"))
    assert desk.evaluate("window.shown[0][0]") == "You were mentioned in a note"
    assert serious(desk, OF_THE_THEME) == []
    desk.locator(".house-unseen a").first.click()
    expect(desk).to_have_url(re.compile(f"#note-{note.pk}$"))

    desk.get_by_role("button", name="Close", exact=True).click()
    expect(desk.get_by_role("button", name="Reopen")).to_be_visible()
    chat.wait_for("The assistant answers again.")
    assert Work.objects.get().closed_at <= timezone.now()
    # the visitor's next word opens it again
    chat.say("It still leaks")
    until(page, lambda: Work.objects.get().conversation.state == "bot")
