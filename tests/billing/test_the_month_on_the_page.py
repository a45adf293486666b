"""The month against its limit: how far it is, where it goes, and what happens then."""

import pytest

from tests import factories
from tests.billing import months
from tests.billing.spending import PAGE, fill, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def spent(acme, cleo):
    """Dollars of this month, after weeks of talks."""
    months.tell(acme, months.make_prices(), days=40)
    return signed_in(cleo).get(PAGE).context["reading"].month_spent


def test_a_limit_that_is_spent_is_said_in_words(acme, cleo, spent):
    factories.make_limit(acme, f"{spent / 2:.12f}", at_hard="person")
    page = signed_in(cleo).get(PAGE)
    month = page.context["month"]
    assert month.is_over
    assert [share.passed for share in month.shares] == [True, True, True]
    assert "the limit is reached" in page.text
    assert "Visitors are handed over to a person." in page.text
    assert page.context["cards"][1].mood == "bad"


def test_a_limit_in_sight_has_days_and_a_range(acme, cleo, spent):
    factories.make_limit(acme, f"{spent * 10:.12f}", soft=spent * 8)
    month = signed_in(cleo).get(PAGE).context["month"]
    assert [share.passed for share in month.shares] == [False, False, False]
    assert month.shares[1].then == "Managers are alerted."
    assert month.drawing.actual
    assert month.forecast.low <= month.forecast.likely <= month.forecast.high
    assert month.forecast.likely >= spent


def test_without_a_limit_the_page_says_how_to_set_one(acme, cleo, spent):
    page = signed_in(cleo).get(PAGE)
    assert page.context["month"].drawing is None
    assert "set a limit" in page.text


def test_a_few_days_are_too_little_to_tell_from(acme, cleo):
    fill(acme, days=3)
    page = signed_in(cleo).get(PAGE)
    assert page.context["month"].forecast is None
    assert "too little to tell" in page.text


def test_the_limit_is_about_everything_whatever_the_page_is_narrowed_to(acme, cleo, spent):
    factories.make_limit(acme, f"{spent * 2:.12f}")
    dear, _ = months.MODELS
    page = signed_in(cleo).get(PAGE, {"model": dear})
    assert page.context["month"].spent == spent > 0
    # an even share of the limit says nothing about one model
    assert page.context["daily"].share == ""


def test_several_tenants_have_no_limit_in_common_but_the_deployments(acme, globex, cleo, spent):
    factories.make_limit(acme, f"{spent / 2:.12f}")
    root = signed_in(factories.make_user("root", is_superuser=True))
    assert root.get(PAGE).context["month"].limit is None
    factories.make_limit(None, f"{spent * 4:.12f}")
    assert root.get(PAGE).context["month"].limit.amount == spent * 4
    assert root.get(PAGE, {"tenant": acme.slug}).context["month"].is_over
