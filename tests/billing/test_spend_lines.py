"""The report's one source adds up the ledger, day by day of the right zone."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest

from billing.models import LedgerEntry
from billing.selectors.spend import Scope, added, conversation_spend, spend_lines, top_conversations
from billing.usage import Usage
from tests import factories

pytestmark = pytest.mark.django_db
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
UTC = zoneinfo.ZoneInfo("UTC")
NOV_1, NOV_2 = datetime.date(2026, 11, 1), datetime.date(2026, 11, 2)


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=datetime.UTC)


def spend(tenant, price, moment, usage=None):
    generation = factories.answered(factories.make_conversation(tenant))
    return factories.make_ledger_entry(generation, price, usage or Usage(1000, 100), moment)


@pytest.fixture
def price(db):
    return factories.make_price()


def test_an_hour_before_midnight_utc_is_the_next_day_in_berlin(acme, price):
    spend(acme, price, at(1, 23, 30))
    (line,) = spend_lines(Scope((acme,), NOV_1, NOV_2, BERLIN))
    assert line.day == NOV_2
    (line,) = spend_lines(Scope((acme,), NOV_1, NOV_2, UTC))
    assert line.day == NOV_1


def test_the_edges_of_the_period_are_the_zones_own(acme, price):
    spend(acme, price, at(1, 22, 59))
    spend(acme, price, at(1, 23, 0))
    spend(acme, price, at(2, 22, 59))
    spend(acme, price, at(2, 23, 0))
    assert added(spend_lines(Scope((acme,), NOV_2, NOV_2, BERLIN))).calls == 2


def test_lines_keep_every_token_and_every_digit(acme, price):
    other = factories.make_price("other", input="0.000001", output="0")
    spend(acme, price, at(1, 10), Usage(1000, 100, cached=400))
    spend(acme, price, at(1, 11), Usage(500, 50))
    spend(acme, other, at(1, 11), Usage(1, 0))
    one, two = spend_lines(Scope((acme,), NOV_1, NOV_1, UTC))
    assert (one.model, one.calls, one.input_tokens) == ("demo-1", 2, 1500)
    assert (one.cached_tokens, one.output_tokens) == (400, 150)
    assert (two.model, two.amount) == ("other", Decimal("0.000000000001"))
    whole = added([one, two])
    assert whole.amount == sum(entry.amount for entry in LedgerEntry.objects.all())


def test_nothing_of_another_tenant_is_added(acme, globex, price):
    spend(acme, price, at(1, 10))
    spend(globex, price, at(1, 10))
    assert [line.tenant_id for line in spend_lines(Scope((acme,), NOV_1, NOV_1, UTC))] == [acme.pk]
    assert conversation_spend(Scope((acme,), NOV_1, NOV_1, UTC))[0] == 1
    (top,) = top_conversations(Scope((acme,), NOV_1, NOV_1, UTC))
    assert top.tenant_id == acme.pk


def test_the_dearest_conversation_comes_first(acme, price):
    cheap = spend(acme, price, at(1, 10), Usage(10, 1)).generation.conversation
    dear = spend(acme, price, at(1, 10), Usage(1000, 100)).generation.conversation
    found = top_conversations(Scope((acme,), NOV_1, NOV_1, UTC))
    assert [one.id for one in found] == [dear.pk, cheap.pk]
    assert (found[0].visitor, found[0].tokens) == (str(dear.visitor), 1100)
