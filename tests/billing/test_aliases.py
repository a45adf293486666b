"""A call may be made with another name of a model that has a price."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from billing.errors import Unpriced
from billing.models import Attempt, LedgerEntry, ModelAlias
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from billing.services.prices import price_at
from billing.usage import Usage
from tests.billing.spending import signed_in
from tests.factories import claimed, make_alias, make_conversation, make_price, make_user

pytestmark = pytest.mark.django_db


def price_of(name, tenant=None):
    return price_at(name, timezone.now(), tenant.pk if tenant else None)


def test_an_alias_costs_what_its_model_costs(acme):
    price = make_price("gpt-x")
    make_alias("openai/gpt-x-2026-09-22", "gpt-x")
    assert price_of("openai/gpt-x-2026-09-22", acme) == price


def test_a_tenants_alias_is_its_own_and_goes_before_everybodys(acme, globex):
    small, large = make_price("small"), make_price("large")
    make_alias("support", "large")
    make_alias("support", "small", acme)
    make_alias("private", "large", acme)
    assert (price_of("support", acme), price_of("support", globex)) == (small, large)
    with pytest.raises(Unpriced):
        price_of("private", globex)


def test_an_alias_goes_before_a_price_of_the_same_name(acme):
    make_price("gpt-4")
    mini = make_price("gpt-4-mini")
    make_alias("gpt-4", "gpt-4-mini", acme)
    assert price_of("gpt-4", acme) == mini


def test_an_alias_of_an_unpriced_model_is_refused(acme):
    make_alias("a", "nothing")
    with pytest.raises(Unpriced, match="a has no price"):
        price_of("a", acme)


def test_the_books_keep_the_name_that_was_called_and_the_price_of_the_model(acme):
    price = make_price("gpt-x")
    make_alias("azure-1", "gpt-x", acme)
    call = Call(Attempt.Purpose.REPLY, "azure-1", 100, 100, request={})
    attempt = open_attempt(claimed(make_conversation(acme)), call)
    settle(attempt, Usage(10, 1), certainty=LedgerEntry.Certainty.EXACT, outcome="stop")
    entry = LedgerEntry.objects.get()
    assert (entry.model, entry.price) == ("azure-1", price)


def test_an_alias_that_is_changed_counts_from_the_next_call_on(acme):
    small, large = make_price("small"), make_price("large")
    alias = make_alias("support", "small", acme)

    def opened():
        call = Call(Attempt.Purpose.REPLY, "support", 100, 100, request={})
        return open_attempt(claimed(make_conversation(acme)), call).price

    assert opened() == small
    alias.model = "large"
    alias.save()
    assert opened() == large
    make_alias("other", "small", acme)
    assert opened() == large
    alias.delete()
    with pytest.raises(Unpriced):
        opened()


@pytest.mark.parametrize(
    ("alias", "model", "said"),
    [
        ("c", "c", "alias of itself"),
        ("a", "b", "an alias already"),
        ("b", "a", "itself an alias, of b"),
        ("c", "a", "itself an alias, of b"),
        ("b", "c", "a is an alias of b"),
    ],
)
def test_circles_chains_and_doubles_are_refused(alias, model, said):
    make_alias("a", "b")
    with pytest.raises(ValidationError, match=said):
        ModelAlias(alias=alias, model=model).full_clean()


def test_a_circle_over_two_scopes_is_refused(acme, globex):
    make_alias("a", "b", acme)
    with pytest.raises(ValidationError, match="itself an alias"):
        ModelAlias(alias="b", model="a", tenant=acme).full_clean()
    with pytest.raises(ValidationError, match="itself an alias"):
        ModelAlias(alias="b", model="a").full_clean()
    ModelAlias(alias="b", model="a", tenant=globex).full_clean()


def test_the_operator_adds_one_and_a_wrong_one_is_explained():
    operator = signed_in(make_user("root", is_superuser=True))
    page = "/admin/billing/modelalias/add/"
    assert operator.post(page, {"alias": "a", "model": "b", "tenant": ""}).status_code == 302
    again = operator.post(page, {"alias": "b", "model": "a", "tenant": ""})
    assert "itself an alias" in again.text
    assert ModelAlias.objects.count() == 1
