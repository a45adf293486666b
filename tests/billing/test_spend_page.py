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
from billing.views.filters import By, Part
from tests import factories
from tests.billing.spending import FILE, PAGE, fill, money, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", By.values)
def test_every_table_adds_up_to_the_total(acme, globex, cleo, by):
    fill(acme)
    page = signed_in(factories.make_user("root", is_superuser=True)).get(PAGE, {"by": by})
    table, total = page.context["table"], money(page.context["reading"].total_shown)
    assert total > 0
    assert table.by == by
    listed = sum(money(row.amount) for row in table.rows)
    assert listed + sum(money(cell) for cell in table.rest) == total
    assert money(table.total[0]) == total


def test_the_dearest_twenty_have_a_row_and_the_others_one_together(acme, cleo):
    fill(acme)
    table = signed_in(cleo).get(PAGE, {"by": "conversation"}).context["table"]
    assert len(table.rows) == 20
    assert money(table.rest[0]) > 0


@pytest.mark.parametrize("parts", Part.values)
def test_the_days_add_up_by_part_and_by_day(acme, globex, parts):
    fill(acme)
    fill(globex, days=4)
    page = signed_in(factories.make_user("root", is_superuser=True)).get(PAGE, {"parts": parts})
    daily, total = page.context["daily"], money(page.context["reading"].total_shown)
    assert sum(money(row.total) for row in daily.rows) == total > 0
    assert sum(money(part.amount) for part in daily.legend) == total
    for row in daily.rows:
        assert sum(map(money, row.amounts)) == money(row.total)
    for column, part in enumerate(daily.legend):
        assert sum(money(row.amounts[column]) for row in daily.rows) == money(part.amount)


def test_the_page_adds_up_as_its_reader_would_do_it(acme, cleo):
    fill(acme)
    page = signed_in(cleo).get(PAGE, {"by": "conversation"})
    for name in ("daily", "table"):
        section = page.text.split(f'id="{name}"')[1].split("</section>")[0]
        body, foot = section.split("<tfoot>")
        rows = re.findall(r'report-important">([^<]+)<', body)
        *rest, total = map(money, re.findall(r'</th>\s*<td class="number">([^<]+)<', foot))
        assert (
            sum(map(money, rows)) + sum(rest) == total == money(page.context["reading"].total_shown)
        )


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
    page = client.get(PAGE, {"by": "tenant"})
    assert page.context["scope"].zone.key == "UTC"
    assert {row.name for row in page.context["table"].rows} == {"Acme", "Globex"}
    only = client.get(PAGE, {"tenant": acme.slug}).context["reading"]
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
    readings = [page.context["reading"] for page in (before, after)]
    assert readings[0].total_shown == readings[1].total_shown
    assert [reading.talks.conversations for reading in readings] == [3, 2]


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
    page = signed_in(cleo).get(PAGE)
    certainties = page.context["trust"].certainties
    assert [one.share for one in certainties] == ["50.0 %", "25.0 %", "25.0 %"]
    # the whole hold: 1,000 tokens in and 2,000 out
    assert f"{page.context['reading'].sums.unknown_amount:f}" == "0.001100000000"


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
