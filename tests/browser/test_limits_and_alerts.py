"""A manager sets a limit, and reads what was told when it was reached, on any screen."""

import os
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from billing.models import SpendLimit
from billing.services.alerts import raise_alert
from tests.browser.test_from_question_to_report import sign_in


@pytest.fixture
def manager(page, live, tenant):
    sign_in(page, live, tenant)
    return page


def shoot(page, name):
    """Kept for whoever wants to look, where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def is_whole(text):
    """Nothing of the cell that holds this text is cut off."""
    return text.evaluate(
        "one => one.closest('td').scrollHeight <= one.closest('td').clientHeight + 1"
    )


def has_no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_a_limit_is_set_by_its_labels(manager, live, tenant):
    manager.goto(f"{live.url}/admin/billing/spendlimit/add/")
    manager.get_by_label("Tenant").select_option(label=str(tenant))
    manager.get_by_label("Begins anew after").select_option("day")
    manager.get_by_label("Soft limit, US dollars").fill("4")
    manager.get_by_label("Hard limit, US dollars").fill("5.50")
    manager.get_by_label("At the hard limit").select_option("person")
    shoot(manager, "limit-form")
    manager.get_by_role("button", name="Save", exact=True).click()
    expect(manager.get_by_text("was added successfully")).to_be_visible()
    limit = SpendLimit.objects.get()
    assert (limit.hard, limit.soft, limit.period) == (Decimal("5.50"), 4, "day")
    shoot(manager, "limits")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_alerts_say_why_and_what_to_do_on_any_screen(manager, live, tenant, width, scheme):
    manager.set_viewport_size({"width": width, "height": 800})
    manager.emulate_media(color_scheme=scheme)
    url = f"{live.url}/admin/billing/alert/"
    manager.goto(url)
    shoot(manager, f"alerts-empty-{width}-{scheme}")
    why = "Acme may spend $50.00 a month, and what is left is less than the next reply could cost."
    alert = raise_alert(tenant, "hard_limit", "1", why, "Raise the limit.", {"spent": "49.99"})
    raise_alert(tenant, "soft_limit", "1", why, "Look in the spend report.", {"spent": "40.01"})
    manager.goto(url)
    expect(manager.get_by_text(why).first).to_be_visible()
    assert is_whole(manager.get_by_text(why).first)
    assert has_no_sideways_scroll(manager)
    shoot(manager, f"alerts-{width}-{scheme}")
    manager.goto(f"{url}{alert.pk}/change/")
    expect(manager.get_by_text("Raise the limit.").first).to_be_visible()
    assert has_no_sideways_scroll(manager)
    shoot(manager, f"alert-{width}-{scheme}")
