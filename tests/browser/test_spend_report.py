"""The spend report in a real browser: by keyboard, on a phone, in the dark and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.billing import months
from tests.browser.staff import sign_in
from tests.factories import make_limit, make_tenant

PATH = "/admin/reports/spend/"


@pytest.fixture
def shop(live):
    """A shop with weeks of talks and a limit."""
    shop = make_tenant("Acme", time_zone="Europe/Berlin")
    months.tell(shop, months.make_prices(), days=45, talks_a_day=3)
    make_limit(shop, "2", soft=1)
    return shop


@pytest.fixture
def report(live, shop, page):
    """The report, opened by a manager."""
    sign_in(page, live, shop)
    page.goto(live.url + PATH)
    return page


def focused(page: Page) -> str:
    """What the keyboard is at: its name in words or in the form."""
    return page.evaluate("document.activeElement.value || document.activeElement.textContent")


def test_the_whole_report_by_keyboard(report):
    report.get_by_role("radio", name="30 days").focus()
    report.keyboard.press("ArrowLeft")
    assert focused(report) == "7d"
    # arrows only choose, Enter shows
    expect(report).not_to_have_url(re.compile("period="))
    report.keyboard.press("Enter")
    expect(report).to_have_url(re.compile("period=7d"))
    report.wait_for_load_state()  # else the keyboard may still be at the page before

    figures = report.locator("#daily summary")
    figures.focus()
    report.keyboard.press("Enter")
    expect(report.get_by_role("table", name=re.compile("Spend by day"))).to_be_visible()

    report.get_by_role("columnheader", name="Calls").get_by_role("link").last.focus()
    report.keyboard.press("Enter")
    expect(report).to_have_url(re.compile("period=7d.*sort=calls"))
    expect(report.locator("#table [aria-sort]")).to_have_text("Calls")
    report.wait_for_load_state()

    report.locator("#table").get_by_role("link", name=months.MODELS[0], exact=True).focus()
    report.keyboard.press("Enter")
    expect(report).to_have_url(re.compile(f"call_model={months.MODELS[0]}"))
    expect(report.get_by_role("link", name="How long do returns take?").first).to_be_visible()


def test_a_click_on_a_period_shows_it_at_once(report):
    report.get_by_role("radio", name="This month").click()
    expect(report).to_have_url(re.compile("period=month"))
    expect(report.get_by_label("From")).to_be_hidden()
    report.get_by_role("radio", name="Custom").click()
    report.get_by_label("From").fill("2026-01-05")
    report.get_by_label("to", exact=True).fill("2026-01-09")
    report.get_by_role("button", name="Show").click()
    expect(report.get_by_text("5 – 9 Jan 2026")).to_be_visible()
    expect(report.get_by_text("Nothing was spent in these days")).to_be_visible()


def test_every_part_has_a_name_and_every_chart_a_table(report):
    for region in report.get_by_role("region").all():
        assert region.get_attribute("aria-label") or region.get_attribute("aria-labelledby")
    charts = report.get_by_role("img").all()
    assert len(charts) == 2
    for chart in charts:
        assert "table" in (chart.get_attribute("aria-label") or "")
    for section in ("daily", "burn-down"):
        report.locator(f"#{section} summary").click()
        expect(report.locator(f"#{section} details table")).to_be_visible()
    assert report.locator("table:not(:has(caption))").count() == 0
    names = [one.inner_text() for one in report.locator(".report h2").all()]
    assert names[0] == "What changed"
    assert len(set(names)) == len(names) == 7


def test_nothing_is_inline(report):
    """A policy without 'unsafe-inline' would not break the report."""
    inside = ".report style, .report script, .report [style], .report [onclick], .report [x-data]"
    assert report.locator(inside).count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_moving_sideways(report, scheme):
    report.emulate_media(color_scheme=scheme)
    report.set_viewport_size({"width": 390, "height": 844})
    for by in ("model", "conversation"):
        report.goto(report.url.partition("?")[0] + f"?by={by}")
        expect(report.get_by_role("button", name="Show")).to_be_visible()
        assert report.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_is_read_and_asked_without_scripts(live, shop, report, browser):
    context = browser.new_context(
        java_script_enabled=False, storage_state=report.context.storage_state()
    )
    page = context.new_page()
    page.goto(live.url + PATH)
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    page.get_by_label("Compare with").select_option("none")
    page.locator("select[name=model]").select_option(months.MODELS[1])
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="What changed")).to_have_count(0)
    expect(page.locator("#table tbody tr")).to_have_count(1)
    context.close()


def test_paper_has_the_folded_tables_and_no_buttons(report):
    report.emulate_media(media="print")
    expect(report.get_by_role("button", name="Show")).to_be_hidden()
    expect(report.locator("#daily details table")).to_be_visible()
