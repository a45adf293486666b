"""The books are shown to the tenant's managers, and to nobody's forms."""

import pytest
from django.urls import reverse

from billing.usage import Usage
from tests import factories
from tests.billing.spending import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(acme):
    price = factories.make_price("secret-model", cached_input=None)
    generation = factories.answered(factories.make_conversation(acme))
    return factories.make_ledger_entry(generation, price, Usage(1_000_000, 0))


def pk_of(entry, name):
    return entry.pk if name == "ledgerentry" else entry.attempt_id


@pytest.mark.parametrize("name", ["ledgerentry", "attempt"])
def test_only_the_tenants_own_books_are_listed(entry, cleo, mallory, name):
    url = reverse(f"admin:billing_{name}_changelist")
    assert "secret-model" in signed_in(cleo).get(url).text
    assert "secret-model" not in signed_in(mallory).get(url).text


@pytest.mark.parametrize("name", ["ledgerentry", "attempt"])
def test_another_tenants_entry_is_not_found(entry, cleo, mallory, name):
    url = reverse(f"admin:billing_{name}_change", args=[pk_of(entry, name)])
    assert signed_in(cleo).get(url).status_code == 200
    assert "secret-model" not in signed_in(mallory).get(url, follow=True).text


def test_an_entry_says_the_price_it_was_settled_at(entry, cleo):
    url = reverse("admin:billing_ledgerentry_change", args=[entry.pk])
    assert "input 0.1, output 0.5 (US dollars per million tokens)" in signed_in(cleo).get(url).text


@pytest.mark.parametrize("name", ["ledgerentry", "attempt"])
def test_there_is_no_form_to_rewrite_the_books(entry, cleo, name):
    client = signed_in(cleo)
    for page in ("change", "delete"):
        url = reverse(f"admin:billing_{name}_{page}", args=[pk_of(entry, name)])
        assert client.post(url, {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:billing_attempt_add")).status_code == 403
