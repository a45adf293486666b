"""What a manager should know before asking is raised as an alert, once."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.errors import Unpriced
from billing.models import Alert
from billing.services import watch as watching
from billing.services.prices import price_at
from billing.services.watch import watch
from billing.usage import Usage
from conversations.services import generations
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
DOLLAR = Usage(1_000_000, 0)


@pytest.fixture
def price(db):
    return factories.make_price(input="1")


@pytest.fixture(autouse=True)
def noon_of_the_tenth(monkeypatch):
    """Days before the month's end, and hours before the day's."""
    now = datetime.datetime(2026, 11, 10, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def spend(tenant, price, days_ago: int = 0, dollars: str = "1", generation=None):
    generation = generation or factories.answered(factories.make_conversation(tenant))
    usage = Usage(int(Decimal(dollars) * 1_000_000), 0)
    at = timezone.now() - days_ago * DAY
    return factories.make_ledger_entry(generation, price, usage, at)


def alerts(**of) -> list[Alert]:
    return list(Alert.objects.filter(**of).order_by("pk"))


def test_a_limit_that_the_month_will_pass_is_told_while_it_is_not_passed(acme, price):
    for days_ago in range(28):
        spend(acme, price, days_ago, "0.5")
    factories.make_limit(acme, "12")
    assert watch() == 1
    (alert,) = alerts(kind="forecast", tenant=acme)
    assert Decimal(alert.figures["likely"]) == 15
    assert "is likely to have spent $15.00" in alert.why
    assert "likely reached on Tuesday 24 November" in alert.why
    assert "Raise the limit" in alert.do
    assert watch() == 0


@pytest.mark.parametrize("limit", ["20", "3"], ids=["far away", "passed already"])
def test_a_limit_far_away_or_passed_already_is_no_forecast(acme, price, limit):
    for days_ago in range(28):
        spend(acme, price, days_ago, "0.5")
    factories.make_limit(acme, limit)
    watch()
    assert alerts(kind="forecast") == []


def test_the_deployments_own_limit_is_its_operators_matter(acme, globex, price):
    for days_ago in range(28):
        spend(acme, price, days_ago, "0.25")
        spend(globex, price, days_ago, "0.25")
    factories.make_limit(None, "12", scope="deployment")
    watch()
    (alert,) = alerts(kind="forecast")
    assert alert.tenant is None
    assert Decimal(alert.figures["likely"]) == 15


def test_a_day_above_three_times_its_weekdays_median_is_told_to_its_tenant(acme, globex, price):
    for weeks in range(1, 5):
        spend(acme, price, 7 * weeks)
        spend(globex, price, 7 * weeks, "5")
    factories.make_price("other")
    for tenant in (acme, globex):
        for _ in range(5):
            spend(tenant, price)
    watch()
    (alert,) = alerts(kind="anomaly")
    assert (alert.tenant, alert.key) == (acme, "day/2026-11-10")
    assert "spent $5.00 on Tuesday 10 November" in alert.why
    assert "the $1.00 that a Tuesday usually costs" in alert.why


def test_a_conversation_above_the_operators_bound_is_told_with_its_id(acme, price, settings):
    settings.ALERT_CONVERSATION_ABOVE = Decimal(2)
    spend(acme, price, dollars="2")
    dear = spend(acme, price, dollars="2").generation
    spend(acme, price, days_ago=3, dollars="0.01", generation=dear)
    assert watch() == 1
    (alert,) = alerts(kind="anomaly")
    assert alert.figures == {"amount": "2.010000000000", "conversation": str(dear.conversation_id)}
    assert "in 2 calls" in alert.why
    assert str(dear.conversation.visitor) not in alert.why  # it leaves by mail
    assert watch() == 0


def test_a_model_without_a_price_is_told_to_managers_and_to_the_operator(acme):
    for _ in range(2):
        generation = factories.claimed(factories.make_conversation(acme))
        with pytest.raises(Unpriced) as refusal:
            price_at("new-model", timezone.now())
        generations.fail(
            generation, code=Unpriced.code, text="Sorry.", detail=str(refusal.value), partial=""
        )
    type(generation).objects.update(finished_at=timezone.now())
    assert watch() == 2
    to_managers, to_operator = (alerts(tenant=whom)[0] for whom in (acme, None))
    assert to_managers.why.startswith("new-model has no price")
    assert "2 replies failed" in to_managers.why
    assert "Ask the operator" in to_managers.do
    assert "Acme" in to_operator.why
    assert watch() == 0


def test_a_tenant_that_cannot_be_read_keeps_nobody_from_being_told(
    acme, globex, price, monkeypatch
):
    globex_looked_at = []

    def look(tenant):
        if tenant == acme:
            raise RuntimeError("unreadable")
        globex_looked_at.append(tenant)
        return 1

    monkeypatch.setattr(watching, "_look_at_tenant", look)
    assert watch() == 1
    assert globex_looked_at == [globex]
