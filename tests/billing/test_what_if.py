"""What the same tokens would have cost elsewhere: exact, read-only, adding up."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.models import Attempt, LedgerEntry, Tier
from billing.pricing import cost_of
from billing.selectors.rerating import OtherPrices, rerated
from billing.selectors.spend import Scope
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from billing.usage import Usage
from tests import factories
from tests.billing.spending import fill, money, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/what-if/"


def scope_of(tenant, days=30):
    today = timezone.now().date()
    return Scope((tenant,), today - datetime.timedelta(days=days), today, zoneinfo.ZoneInfo("UTC"))


def called(tenant, price, usage):
    generation = factories.answered(factories.make_conversation(tenant))
    return factories.make_ledger_entry(generation, price, usage)


def used(entry):
    return Usage(
        entry.input_tokens, entry.output_tokens, entry.cached_tokens, entry.cache_write_tokens
    )


def would(tenant, prices):
    return sum(line.would for line in rerated(scope_of(tenant), prices))


def test_each_call_is_rated_exactly_as_it_would_have_been_charged(acme):
    fill(acme)
    other = factories.make_price("other", input="0.37", output="1.11", cached_input=Decimal("0.03"))
    lines = rerated(scope_of(acme), OtherPrices.of_model("other"))
    entries = LedgerEntry.objects.filter(tenant=acme)
    expected = sum(cost_of(used(entry), other) for entry in entries)
    assert sum(line.would for line in lines) == expected
    assert sum(line.paid for line in lines) == sum(entry.amount for entry in entries)
    assert sum(line.calls for line in lines) == len(entries)


def test_rating_by_what_was_paid_changes_nothing(acme):
    price = factories.make_price("m", cached_input=Decimal("0.01"), long_from=500, long_input=9)
    for tokens in (400, 501, 5000):
        called(acme, price, Usage(tokens, 10, cached=100))
    (line,) = rerated(scope_of(acme), OtherPrices.of_row(price))
    assert line.would == line.paid


def test_long_input_is_decided_call_by_call(acme):
    price = factories.make_price("m")
    other = factories.make_price("other", input="1", long_from=1000, long_input=Decimal(2))
    called(acme, price, Usage(800, 0))
    called(acme, price, Usage(900, 0))
    called(acme, price, Usage(1500, 0))
    assert would(acme, OtherPrices.of_model("other")) == Decimal("0.0047")
    assert other.long_from == 1000


def test_a_call_keeps_its_tier_where_the_other_model_has_it(acme):
    flex = factories.make_price("m", tier=Tier.FLEX)
    batch = factories.make_price("m", tier=Tier.BATCH)
    factories.make_price("other", input="1")
    factories.make_price("other", input="3", tier=Tier.FLEX)
    called(acme, flex, Usage(1_000_000, 0))
    called(acme, batch, Usage(1_000_000, 0))
    assert would(acme, OtherPrices.of_model("other")) == 4


def test_a_call_of_unknown_tokens_is_rated_at_the_most_it_could_have_cost(acme):
    factories.make_price("m")
    factories.make_price("other", input="1", output="2", cache_write=Decimal("1.25"))
    generation = factories.claimed(factories.make_conversation(acme))
    attempt = open_attempt(generation, Call(Attempt.Purpose.REPLY, "m", 1000, 1000, request={}))
    settle(attempt, None, certainty=LedgerEntry.Certainty.UNKNOWN, outcome="abandoned")
    assert would(acme, OtherPrices.of_model("other")) == Decimal("0.00325")


def test_a_correction_stays_what_it_is(acme):
    entry = called(acme, factories.make_price("m"), Usage(1_000_000, 0))
    factories.make_correction(entry, "-0.05")
    factories.make_price("other", input="1")
    (line,) = rerated(scope_of(acme), OtherPrices.of_model("other"))
    assert (line.calls, line.paid, line.would) == (1, Decimal("0.05"), Decimal("0.95"))


def test_both_tables_add_up_to_the_total_as_shown(acme, cleo):
    fill(acme)
    factories.make_price("other", input="0.37", output="1.11")
    figures = signed_in(cleo).get(PAGE, {"at": "other"}).context["figures"]
    for rows in (figures.models, figures.days):
        for column in ("paid", "would"):
            shown = sum(money(getattr(row, column)) for row in rows)
            assert shown == money(getattr(figures.total, column)) > 0
    assert money(figures.total.would) > money(figures.total.paid)
    assert figures.total.calls == 36


def test_an_earlier_price_can_be_chosen(acme, cleo):
    early = factories.make_price("m", input="1")
    now = factories.make_price("m", input="2", valid_from=timezone.now())
    called(acme, now, Usage(1_000_000, 0))
    figures = signed_in(cleo).get(PAGE, {"at": f"row-{early.pk}"}).context["figures"]
    assert (figures.total.paid, figures.total.would) == ("$2.000", "$1.000")
    assert (figures.total.difference, figures.total.change) == ("-$1.000", "−50 %")


def test_another_tenants_calls_are_not_in_it(acme, globex, cleo):
    fill(globex)
    factories.make_price("other")
    page = signed_in(cleo).get(PAGE, {"at": "other"})
    assert "There was no call in these days" in page.text
    assert signed_in(cleo).get(PAGE, {"tenant": globex.slug}).status_code == 403


def test_without_a_model_the_page_asks_for_one(cleo):
    assert "Choose a model" in signed_in(cleo).get(PAGE).text


@pytest.mark.parametrize("at", ["nothing", "row-0", "row-x"])
def test_a_model_without_a_price_is_explained(cleo, at):
    page = signed_in(cleo).get(PAGE, {"at": at})
    assert page.status_code == 400
    assert f"“{at}” has no price" in page.text


def test_nothing_is_changed_by_looking(acme, cleo):
    fill(acme, days=2)
    factories.make_price("other")
    before = list(LedgerEntry.objects.order_by("pk").values())
    signed_in(cleo).get(PAGE, {"at": "other"})
    assert signed_in(cleo).post(PAGE, {"at": "other"}).status_code == 405
    assert list(LedgerEntry.objects.order_by("pk").values()) == before
