"""The documentation is read on a phone, in the dark, by keyboard and by screen reader."""

from playwright.sync_api import expect

from tests.browser.barriers import found_on


def test_a_page_of_the_documentation_has_no_barriers_and_leads_to_the_others(live, page):
    page.set_viewport_size({"width": 320, "height": 800})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{live.url}/docs/configure/")
        assert found_on(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("link", name="All pages").click()
    pages = page.get_by_role("navigation", name="Documentation")
    expect(pages.get_by_role("link", name="Configure", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    pages.get_by_role("link", name="The desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk")
    page.get_by_role("link", name="Next Review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
