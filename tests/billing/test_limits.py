"""Limits hold by tenant, visitor and deployment, by day and month, all at once."""

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from billing.errors import SpendLimitReached
from billing.models import Attempt, Budget, LedgerEntry
from billing.selectors.limits import limits_of
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from tests.factories import make_conversation, make_limit, make_price, make_tenant, post

Certainty = LedgerEntry.Certainty
MOST = Decimal("0.003")  # what a_call can cost at most


@pytest.fixture(autouse=True)
def _priced(request):
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    make_price(input="1", output="2")


def a_call():
    return Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={})


def a_generation(tenant):
    return post(make_conversation(tenant)).generation


def spend(generation, usage=None):
    attempt = open_attempt(generation, a_call())
    ledger.settle(attempt, usage or Usage(1000, 1000), certainty=Certainty.EXACT, outcome="stop")
    return attempt


def test_every_limit_holds_the_call(acme):
    limits = [
        make_limit(acme, "1"),
        make_limit(acme, "1", period="day"),
        make_limit(acme, "1", scope="visitor", period="day"),
        make_limit(None, "1"),
    ]
    attempt = open_attempt(a_generation(acme), a_call())
    held = dict(Budget.objects.values_list("limit", "held"))
    assert held == {limit.pk: MOST for limit in limits}
    assert set(attempt.budgets) == set(Budget.objects.values_list("pk", flat=True))
    ledger.settle(attempt, Usage(10, 0), certainty=Certainty.EXACT, outcome="stop")
    assert set(Budget.objects.values_list("held", "spent")) == {(0, Decimal("0.00001"))}


@pytest.mark.parametrize(
    "full",
    [
        {"scope": "tenant", "period": "month"},
        {"scope": "tenant", "period": "day"},
        {"scope": "visitor", "period": "month"},
        {"scope": "visitor", "period": "day"},
        {"scope": "deployment", "period": "month"},
        {"scope": "deployment", "period": "day"},
    ],
)
def test_one_full_limit_refuses_and_nothing_is_held_anywhere(acme, full):
    roomy = make_limit(acme, "1", scope="tenant" if full["scope"] != "tenant" else "visitor")
    tight = make_limit(None if full["scope"] == "deployment" else acme, "0.002", **full)
    with pytest.raises(SpendLimitReached) as refused:
        open_attempt(a_generation(acme), a_call())
    assert refused.value.limits == [tight.pk]
    connection.needs_rollback = False
    assert not Attempt.objects.exists()
    assert not Budget.objects.filter(limit=roomy).exclude(held=0).exists()


def test_a_visitors_limit_is_each_visitors_own(acme):
    make_limit(acme, "0.003", scope="visitor", period="day")
    ada, bob = a_generation(acme), a_generation(acme)
    spend(ada)
    spend(bob)
    with pytest.raises(SpendLimitReached):
        open_attempt(ada, a_call())


def test_the_deployments_limit_counts_every_tenant(acme, globex):
    make_limit(None, "0.003")
    spend(a_generation(globex))
    with pytest.raises(SpendLimitReached):
        open_attempt(a_generation(acme), a_call())


def test_a_limit_of_another_tenant_refuses_nobody_here(acme, globex):
    make_limit(globex, "0")
    assert open_attempt(a_generation(acme), a_call())


def test_a_limit_with_only_a_soft_amount_refuses_nothing(acme):
    make_limit(acme, None, soft=Decimal(0))
    assert open_attempt(a_generation(acme), a_call())


def test_a_limit_made_later_counts_what_was_spent_and_is_held(acme):
    generation = a_generation(acme)
    spend(generation)
    still_open = open_attempt(generation, a_call())
    make_limit(acme, "0.008")
    make_limit(acme, "0.008", scope="visitor", period="day")
    with pytest.raises(SpendLimitReached):  # 0.003 spent, 0.003 held
        open_attempt(generation, a_call())
    connection.needs_rollback = False
    smaller = Call(Attempt.Purpose.REPLY, "demo-1", 1000, 500, request={})
    open_attempt(generation, smaller)
    ledger.settle(still_open, Usage(10, 0), certainty=Certainty.EXACT, outcome="stop")
    assert set(Budget.objects.values_list("spent", "held")) == {
        (Decimal("0.00301"), Decimal("0.002"))
    }


def test_what_was_opened_before_the_period_does_not_count(acme):
    limit = make_limit(acme, "0.003", period="day")
    generation = a_generation(acme)
    attempt = open_attempt(generation, a_call())
    Budget.objects.all().delete()
    values = {field.attname: getattr(attempt, field.attname) for field in attempt._meta.fields}
    yesterday = timezone.now() - datetime.timedelta(days=1)
    ledger.settle(attempt, Usage(0, 0), certainty=Certainty.EXACT, outcome="stop")
    older = Attempt(**values | {"id": uuid.uuid4(), "opened_at": yesterday, "state": "open"})
    older.save(force_insert=True)
    ledger.settle(older, Usage(1000, 1000), certainty=Certainty.EXACT, outcome="stop")
    assert open_attempt(generation, a_call())
    assert Budget.objects.get(limit=limit).spent == 0


def test_a_lowered_limit_refuses_what_is_new_and_settles_what_is_open(acme):
    limit = make_limit(acme, "1")
    generation = a_generation(acme)
    attempt = open_attempt(generation, a_call())
    limit.hard = Decimal("0.001")
    limit.save()
    assert ledger.settle(attempt, Usage(1000, 1000), certainty=Certainty.EXACT, outcome="stop")
    assert Budget.objects.get().spent == MOST
    with pytest.raises(SpendLimitReached):
        open_attempt(generation, a_call())


def test_a_call_settles_after_its_limit_is_gone(acme):
    limit = make_limit(acme, "1")
    attempt = open_attempt(a_generation(acme), a_call())
    limit.delete()
    assert ledger.settle(attempt, Usage(1, 1), certainty=Certainty.EXACT, outcome="stop")


def test_the_strictest_of_full_limits_says_what_happens(acme):
    make_limit(acme, "0", at_hard="cheaper", cheaper_model="demo-1-mini")
    make_limit(acme, "0", period="day", at_hard="person")
    with pytest.raises(SpendLimitReached) as refused:
        open_attempt(a_generation(acme), a_call())
    assert refused.value.at_hard == "person"


def test_how_a_limit_stands_is_known_before_its_first_call(acme):
    spend(a_generation(acme))
    open_attempt(a_generation(acme), a_call())
    limit = make_limit(acme, "1", soft=Decimal("0.5"))
    make_limit(acme, "1", scope="visitor")
    make_limit(None, "9")
    (state,) = limits_of(acme)
    assert (state.limit, state.spent, state.held) == (limit, MOST, MOST)
    assert (state.soft, state.hard, state.left) == (Decimal("0.5"), 1, 1 - 2 * MOST)
    assert state.start <= timezone.now() < state.end
    assert [one.limit.tenant for one in limits_of(None)] == [None]


@pytest.mark.django_db(transaction=True)
def test_many_calls_under_many_limits_never_deadlock_and_never_overshoot(transactional_db):
    tenants = [make_tenant(f"T{n}") for n in range(3)]
    make_limit(None, "0.120")
    for tenant in tenants:
        make_limit(tenant, "0.060", period="day")
        make_limit(tenant, "0.060")
        make_limit(tenant, "0.030", scope="visitor", period="day")
    generations = [a_generation(tenant) for tenant in tenants for _ in range(2)]

    def turn(number):
        try:
            attempt = open_attempt(generations[number % len(generations)], a_call())
            if number % 3:
                usage = Usage(1000, 250)  # half of what was held
                ledger.settle(attempt, usage, certainty=Certainty.EXACT, outcome="stop")
            return attempt
        except SpendLimitReached:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        opened = [one for one in pool.map(turn, range(240)) if one]
    assert opened
    for budget in Budget.objects.select_related("limit"):
        assert budget.spent + budget.held <= budget.limit.hard
    everything = Budget.objects.get(limit__tenant=None)
    assert everything.spent == sum(LedgerEntry.objects.values_list("amount", flat=True))
    left_open = Attempt.objects.filter(state="open").values_list("held", flat=True)
    assert everything.held == sum(left_open)
