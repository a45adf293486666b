"""A tenant's month in a real browser: it fits a phone, and on paper it is only the sheet."""

import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from billing.usage import Usage
from tests import factories
from tests.browser.test_from_question_to_report import sign_in

NOON = datetime.datetime(2025, 11, 5, 12, tzinfo=datetime.UTC)


@pytest.fixture
def invoice(live, page):
    """The page of a month with two models and a correction, before its manager."""
    tenant = factories.make_tenant("Acme")
    for model, cached in (("gpt-6-luna", "0.025"), ("gpt-6-sol-2026-10-01-preview", None)):
        price = factories.make_price(
            model, input="1.25", output="10", cached_input=cached and Decimal(cached)
        )
        for hour in range(3):
            generation = factories.answered(factories.make_conversation(tenant))
            moment = NOON + datetime.timedelta(hours=hour)
            usage = Usage(81_234, 9_017, cached=40_000)
            entry = factories.make_ledger_entry(generation, price, usage, moment)
    factories.make_correction(entry, "-0.0312", at=NOON)
    sign_in(page, live, tenant)
    page.goto(f"{live.url}/admin/reports/invoice/{tenant.slug}/2025-11/")
    return page


def test_it_fits_a_phone(invoice):
    invoice.set_viewport_size({"width": 390, "height": 800})
    assert invoice.evaluate("document.documentElement.scrollWidth") <= 390
    inside = "document.querySelector('.invoice-scroll')"
    assert invoice.evaluate(f"{inside}.scrollWidth - {inside}.clientWidth") == 0
    expect(invoice.get_by_role("region", name="Lines of the invoice")).to_be_visible()


def test_on_paper_there_is_nothing_but_the_sheet(invoice):
    expect(invoice.get_by_role("navigation", name="Months")).to_be_visible()
    invoice.emulate_media(media="print")
    expect(invoice.get_by_role("navigation", name="Months")).to_be_hidden()
    expect(invoice.get_by_role("heading", name="Acme")).to_be_visible()
    background = "getComputedStyle(document.body).backgroundColor"
    assert invoice.evaluate(background) == "rgb(255, 255, 255)"
