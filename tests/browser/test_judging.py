"""A reviewer judges a reply and a conversation by keyboard alone, and reads the report."""

from playwright.sync_api import expect

from conversations.models import ReviewTask, Score
from conversations.services import reviewing
from tests.browser.axe import serious
from tests.browser.chat import PATIENCE_MS
from tests.browser.staff import sign_in
from tests.review.judging import make_talk

# of the theme's own frame around the pages, which every page of it has; its sort arrows are small
OF_THE_THEME = ("region", "landmark-unique", "empty-table-header", "target-size")


def test_by_keyboard_from_the_queue_to_the_report(live, page, tenant):
    first, second = make_talk(tenant), make_talk(tenant, persona_label="Helper v2")
    reviewing.first_criteria(tenant.pk)
    reviewing.put_in_queue([first, second], why="By lot 7")
    sign_in(page, live, tenant)
    page.goto(f"{live.url}/admin/conversations/reviewtask/")
    assert serious(page, OF_THE_THEME) == []
    page.get_by_role("link", name="Judge the next one").press("Enter")

    # the conversation: yes, five, a note
    panel = page.locator("#review")
    expect(panel).to_contain_text("Waits for anybody")
    expect(panel.get_by_role("group", name="Resolved").get_by_label("Yes")).to_be_focused()
    page.keyboard.press("y")
    page.keyboard.press("5")
    note = panel.get_by_role("textbox", name="Note for reviewers")
    expect(note).to_be_focused()
    page.keyboard.type("Well done.")
    # the reply of the same conversation, from its link, by the tab key and Enter
    page.keyboard.press("Tab")
    expect(panel.get_by_role("button", name="Save scores")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Judged by you")
    page.get_by_role("link", name="Judge this reply").press("Enter")
    expect(panel.get_by_role("heading", name="Judge this reply")).to_be_visible()
    assert serious(page, OF_THE_THEME) == []
    expect(panel.get_by_role("group", name="Correct").get_by_label("1")).to_be_focused()
    for key in "42y":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator(".talk-judged")).to_contain_text("Correct: 4")
    # v goes back to the whole conversation; in a box it would be a letter
    expect(panel.get_by_role("group", name="Correct").get_by_label("4")).to_be_focused()
    page.locator("#content-main").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("v")
    expect(panel.get_by_role("heading", name="Judge the conversation")).to_be_visible()
    panel.get_by_role("button", name="Save and judge the next").press("Enter")
    expect(panel).to_contain_text("Waits for anybody", timeout=PATIENCE_MS)
    assert page.url.split("/change/")[0].endswith(f"/{second.pk}")
    values = Score.objects.order_by("criterion__about", "criterion__place")
    assert [(one.criterion.name, one.value) for one in values] == [
        ("Resolved", 1),
        ("Effort", 5),
        ("Correct", 4),
        ("Tone", 2),
        ("Policy", 1),
    ]
    assert ReviewTask.objects.get(conversation=first).note == "Well done."

    for address in ("quality/", "sample/"):
        page.goto(f"{live.url}/admin/review/{address}")
        assert serious(page, OF_THE_THEME) == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live.url}/admin/review/quality/")
    page.get_by_text("The figures of reviewers' scores").press("Enter")
    expect(page.get_by_role("cell", name="80 % of 5").first).to_be_visible()
