"""The spend report: rows add up, days are the tenant's, mistakes are explained."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Attempt, LedgerEntry
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from billing.usage import Usage
from tests import factories
from tests.billing.spending import FILE, PAGE, fill, money, signed_in

pytestmark = pytest.mark.django_db


def test_every_table_adds_up_to_the_total(acme, cleo):
    fill(acme)
    figures = signed_in(cleo).get(PAGE).context["figures"]
    total = money(figures.total)
    assert total > 0
    assert sum(money(row.amount) for row in figures.models) == total
    assert sum(money(row.total) for row in figures.days) == total
    for row in figures.days:
        assert sum(map(money, row.amounts)) == money(row.total)
    for column, model in enumerate(figures.models):
        assert sum(money(row.amounts[column]) for row in figures.days) == money(model.amount)
    listed = sum(money(row.amount) for row in figures.conversations)
    assert listed + money(figures.other_conversations) == total
    assert len(figures.conversations) == 10


def test_the_page_adds_up_as_its_reader_would_do_it(acme, cleo):
    fill(acme)
    sections = signed_in(cleo).get(PAGE).text.split("<section")
    tables = [section for section in sections if "report-important" in section]
    assert len(tables) == 3
    for table in tables:
        body, foot = table.split("<tfoot>")
        rows = re.findall(r'report-important">([^<]+)<', body)
        figures = re.findall(r'</th>\s*<td class="number">([^<]+)<', foot)
        *rest, total = map(money, figures)
        assert sum(map(money, rows)) + sum(rest) == total > 0


def test_the_days_are_the_tenants_own_and_the_zone_is_named(acme, cleo):
    acme.time_zone = "Pacific/Kiritimati"
    acme.save()
    page = signed_in(cleo).get(PAGE)
    scope = page.context["scope"]
    assert "Pacific/Kiritimati" in page.text
    assert scope.last == timezone.localdate(timezone=scope.zone)


def test_an_operator_sees_all_tenants_in_utc_or_one(acme, globex):
    fill(acme, days=2)
    fill(globex, days=3)
    client = signed_in(factories.make_user("root", is_superuser=True))
    page = client.get(PAGE)
    figures = page.context["figures"]
    assert page.context["scope"].zone.key == "UTC"
    assert {row.name for row in figures.tenants} == {"Acme", "Globex"}
    assert sum(money(row.amount) for row in figures.tenants) == money(figures.total)
    only = client.get(PAGE, {"tenant": acme.slug}).context["figures"]
    assert only.sums.calls == 6


def test_an_operator_without_tenants_is_told_so():
    page = signed_in(factories.make_user("root", is_superuser=True)).get(PAGE)
    assert "There is no tenant yet" in page.text


def test_an_empty_period_says_so(cleo):
    assert "Nothing was spent in these days" in signed_in(cleo).get(PAGE).text


@pytest.mark.parametrize("path", [PAGE, FILE])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"period": "custom"}, "Choose a first and a last day."),
        ({"period": "custom", "from": "2026-11-02", "to": "2026-11-01"}, "before the first"),
        ({"period": "custom", "from": "2024-01-01", "to": "2026-11-01"}, "at most 366 days"),
        ({"period": "custom", "from": "soon", "to": "2026-11-01"}, "Enter a day like 2026-11-23."),
        ({"period": "custom", "from": "0001-01-01", "to": "0001-01-02"}, "2000"),
        ({"period": "fortnight"}, "fortnight"),
    ],
)
def test_a_wrong_period_is_explained(cleo, path, query, said):
    response = signed_in(cleo).get(path, query)
    assert response.status_code == 400
    assert said in response.text


def test_calls_of_erased_visitors_stay_in_the_sums(acme, cleo):
    fill(acme, days=1)
    before = signed_in(cleo).get(PAGE)
    LedgerEntry.objects.first().generation.conversation.visitor.delete()
    after = signed_in(cleo).get(PAGE)
    assert after.context["figures"].total == before.context["figures"].total
    assert (before.context["now"].conversations, after.context["now"].conversations) == (3, 2)


def test_estimated_and_unknown_calls_are_told_apart(acme, cleo):
    factories.make_price()
    usage = Usage(1000, 10)
    for certainty in ("exact", "exact", "estimated", "unknown"):
        generation = factories.claimed(factories.make_conversation(acme))
        call = Call(Attempt.Purpose.REPLY, "demo-1", 1000, 2000, {"messages": []})
        settle(
            open_attempt(generation, call),
            None if certainty == "unknown" else usage,
            certainty=LedgerEntry.Certainty(certainty),
            outcome="stop",
        )
    figures = signed_in(cleo).get(PAGE).context["figures"]
    trust = figures.trust
    assert (trust.exact, trust.estimated, trust.unknown) == ("50.0 %", "25.0 %", "25.0 %")
    # the whole hold: 1,000 tokens in and 2,000 out
    assert f"{figures.sums.unknown_amount:f}" == "0.001100000000"


def test_more_spending_takes_no_more_queries(acme, cleo):
    client = signed_in(cleo)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    fill(acme, days=1, calls=1)
    few = queries()
    price = LedgerEntry.objects.first().price
    for _ in range(30):
        generation = factories.answered(factories.make_conversation(acme))
        factories.make_ledger_entry(generation, price, Usage(1000, 10))
    assert queries() == few
