"""The operator adds prices; nobody rewrites one that the books point at."""

import pytest
from django.urls import reverse

from billing.models import Price
from billing.usage import Usage
from tests import factories
from tests.billing.spending import signed_in

pytestmark = pytest.mark.django_db
ADD = "/admin/billing/price/add/"
FORM = {
    "model": "m",
    "tier": "standard",
    "valid_from_0": "2026-12-01",
    "valid_from_1": "12:00",
    "input": "0.15",
    "output": "0.60",
    "source": "the provider's page",
    "checked_on": "2026-11-24",
}


@pytest.fixture
def operator(db):
    return factories.make_user("root", is_superuser=True)


def test_the_operator_adds_a_price(operator):
    assert signed_in(operator).post(ADD, FORM).status_code == 302
    assert Price.objects.get().in_words() == "input 0.15, output 0.6"


def test_a_second_price_for_the_same_moment_is_refused(operator):
    signed_in(operator).post(ADD, FORM)
    page = signed_in(operator).post(ADD, FORM | {"input": "9"})
    assert "already exists" in page.text
    assert Price.objects.count() == 1


def test_a_manager_cannot_add_one(cleo):
    assert signed_in(cleo).post(ADD, FORM).status_code == 403
    assert not Price.objects.exists()


def test_a_price_is_not_changed(operator):
    price = factories.make_price()
    url = reverse("admin:billing_price_change", args=[price.pk])
    assert signed_in(operator).post(url, FORM).status_code == 403
    price.refresh_from_db()
    assert price.model == "demo-1"


def test_a_price_that_a_call_used_stays(acme, operator):
    price = factories.make_price()
    generation = factories.answered(factories.make_conversation(acme))
    factories.make_ledger_entry(generation, price, Usage(10, 1))
    url = reverse("admin:billing_price_delete", args=[price.pk])
    signed_in(operator).post(url, {"post": "yes"})
    assert Price.objects.filter(pk=price.pk).exists()
