"""Managers see the widget change beside its form; site owners try one in the playground."""

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.staff import sign_in
from tests.chatbot.visits import look


def test_the_real_widget_changes_beside_the_form(live, page, tenant):
    settings = look(tenant, title="Acme help")
    sign_in(page, live, tenant)
    page.goto(f"{live.url}/admin/conversations/widgetsettings/{settings.pk}/change/")
    preview = page.frame_locator("#widget-preview").get_by_role("dialog")
    expect(preview).to_be_visible(timeout=PATIENCE_MS)
    expect(preview).to_contain_text("Hello! How can I help?", timeout=PATIENCE_MS)
    # nothing was saved, and the widget in the frame has the new title all the same
    page.locator("input[name=title]").fill("Ask Acme")
    expect(preview.get_by_role("heading")).to_have_text("Ask Acme", timeout=PATIENCE_MS)
    page.locator("input[name=colour]").evaluate(
        "box => { box.value = '#aa0000'; box.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    launcher = page.frame_locator("#widget-preview").locator("button[aria-haspopup=dialog]")
    expect(launcher).to_have_css("background-color", "rgb(170, 0, 0)", timeout=PATIENCE_MS)
    settings.refresh_from_db()
    assert settings.title == "Acme help"


def test_the_playground_shows_what_is_chosen_and_the_tag_for_it(live, page, tenant):
    tenant.is_demo = True
    tenant.save()
    page.goto(f"{live.url}/docs/widget/")
    page.get_by_label("Title").fill('Say "hi"')
    page.get_by_label("Theme").select_option("dark")
    stage = page.frame_locator("#stage").get_by_role("dialog")
    expect(stage.get_by_role("heading")).to_have_text('Say "hi"', timeout=PATIENCE_MS)
    tag = page.locator("#tag-code")
    expect(tag).to_contain_text('data-title="Say &quot;hi&quot;"')
    expect(tag).to_contain_text('data-theme="dark"')
    # the page must not be wider than a phone
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
