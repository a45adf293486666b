"""A hold keeps a tenant within its limit, however many replies start at once."""

import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.errors import SpendLimitReached, Unpriced
from billing.models import Attempt, Budget, LedgerEntry
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from tests.factories import make_conversation, make_limit, make_price, make_tenant, post

Certainty = LedgerEntry.Certainty


def a_call(model="demo-1"):
    return Call(Attempt.Purpose.REPLY, model, 1000, 1000, request={})


def a_generation(tenant):
    return post(make_conversation(tenant)).generation


def test_a_hold_is_the_most_the_call_can_cost(acme):
    make_price(input="1", output="2")
    make_limit(acme, "10")
    attempt = open_attempt(a_generation(acme), a_call())
    assert attempt.held == Decimal("0.003")
    assert Budget.objects.get().held == Decimal("0.003")


def test_settling_gives_the_hold_back_and_charges_what_was_used(acme):
    make_price(input="1", output="2")
    make_limit(acme, "10")
    attempt = open_attempt(a_generation(acme), a_call())
    assert ledger.settle(attempt, Usage(100, 50), certainty=Certainty.EXACT, outcome="stop")
    budget = Budget.objects.get()
    assert (budget.held, budget.spent) == (Decimal(0), Decimal("0.0002"))
    assert LedgerEntry.objects.get().amount == Decimal("0.0002")


def test_settling_twice_charges_once(acme):
    make_price()
    make_limit(acme, "10")
    attempt = open_attempt(a_generation(acme), a_call())
    settled = [
        ledger.settle(attempt, Usage(100, 50), certainty=Certainty.EXACT, outcome="stop")
        for _ in range(3)
    ]
    assert settled == [True, False, False]
    assert Budget.objects.get().spent == LedgerEntry.objects.get().amount


def test_a_call_whose_tokens_nobody_knows_costs_its_whole_hold(acme):
    make_price(input="1", output="2")
    attempt = open_attempt(a_generation(acme), a_call())
    ledger.settle(attempt, None, certainty=Certainty.EXACT, outcome="abandoned")
    entry = LedgerEntry.objects.get()
    assert (entry.certainty, entry.amount) == (Certainty.UNKNOWN, attempt.held)


def test_a_zero_that_the_provider_reports_is_a_zero(acme):
    make_price()
    attempt = open_attempt(a_generation(acme), a_call())
    usage = Usage.from_report({"prompt_tokens": 0, "completion_tokens": 0})
    ledger.settle(attempt, usage, certainty=Certainty.EXACT, outcome="stop")
    entry = LedgerEntry.objects.get()
    assert (entry.certainty, entry.amount) == (Certainty.EXACT, 0)


def test_an_unpriced_model_is_refused_with_what_to_do(acme):
    with pytest.raises(Unpriced, match=r"manage\.py set_price new-model --input"):
        open_attempt(a_generation(acme), a_call("new-model"))
    assert not Attempt.objects.exists()


def test_a_full_limit_refuses_and_writes_nothing(acme):
    make_price(input="1", output="2")
    make_limit(acme, "0.002")
    generation = a_generation(acme)
    with pytest.raises(SpendLimitReached, match="Spend limits"), transaction.atomic():
        open_attempt(generation, a_call())
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_holds_at_once_never_pass_the_limit_and_use_it_up():
    tenant = make_tenant()
    make_price(input="1", output="2")
    make_limit(tenant, "0.030")  # room for ten holds of 0.003
    generation = a_generation(tenant)

    def hold(_):
        try:
            return open_attempt(generation, a_call())
        except SpendLimitReached:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        held = [one for one in pool.map(hold, range(40)) if one]
    assert len(held) == 10
    assert Budget.objects.get().held == Decimal("0.030")


def test_months_are_those_of_the_tenant(acme):
    acme.time_zone = "Pacific/Kiritimati"  # fourteen hours ahead
    acme.save()
    make_price()
    make_limit(acme, "10")
    open_attempt(a_generation(acme), a_call())
    here = timezone.now().astimezone(zoneinfo.ZoneInfo(acme.time_zone))
    assert Budget.objects.get().first_day == here.date().replace(day=1)
