"""An invoice is the ledger's month, to the last digit, and what is printed adds up."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse

from billing.models import LedgerEntry
from billing.selectors.invoices import invoice_of
from billing.usage import Usage
from tests import factories
from tests.billing.spending import money, signed_in

pytestmark = pytest.mark.django_db
NOVEMBER = datetime.date(2025, 11, 1)


def at(day: int, hour: int = 12, month: int = 11) -> datetime.datetime:
    return datetime.datetime(2025, month, day, hour, tzinfo=datetime.UTC)


def spend(tenant, price, usage, moment=None) -> LedgerEntry:
    generation = factories.answered(factories.make_conversation(tenant))
    return factories.make_ledger_entry(generation, price, usage, moment or at(5))


def url(tenant, month="2025-11"):
    return reverse("billing:invoice", args=[tenant.slug, month])


@pytest.fixture
def filled(acme):
    """Two prices of a model, a correction, an estimated call and one of unknown use."""
    old = factories.make_price(cached_input=Decimal("0.01"), cache_write=Decimal("0.125"))
    new = factories.make_price(input="0.2", output="0.7", valid_from=at(10))
    spend(acme, old, Usage(1003, 107, cached=400, cache_write=99))
    spend(acme, old, Usage(17, 3))
    entry = spend(acme, new, Usage(5000, 901), at(20))
    factories.make_correction(entry, "-0.0001237", at=at(21))
    unknown = spend(acme, new, Usage(333, 1), at(22))
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                attempt=unknown.attempt,
                tenant=acme,
                purpose="reply",
                model=new.model,
                price=new,
                at=at(23),
                input_tokens=812,
                output_tokens=1000,
                certainty="unknown",
                amount=Decimal("0.000912345678"),
                outcome="abandoned",
            )
        ]
    )
    return acme


def test_lines_and_corrections_add_up_to_the_ledger(filled):
    found = invoice_of(filled, NOVEMBER)
    ledger = LedgerEntry.objects.aggregate(Sum("amount"))["amount__sum"]
    lines = sum(line.amount for line in found.lines)
    corrections = sum(entry.amount for entry in found.corrections)
    assert found.total == ledger == lines + corrections
    assert (found.calls, len(found.corrections), len(found.prices)) == (5, 1, 2)


def test_each_kind_of_token_has_its_price(filled):
    kinds = {
        (line.kind, line.per_million): (line.tokens, line.amount)
        for line in invoice_of(filled, NOVEMBER).lines
    }
    assert kinds["Input", Decimal("0.1")] == (521, Decimal("0.0000521"))
    assert kinds["Cached input", Decimal("0.01")] == (400, Decimal("0.000004"))
    assert kinds["Cache write", Decimal("0.125")] == (99, Decimal("0.000012375"))
    assert kinds["Input", Decimal("0.2")][0] == 5333
    assert kinds["1 call of unknown use, at the most", None] == (0, Decimal("0.000912345678"))


def test_what_is_printed_adds_up(filled, cleo):
    page = signed_in(cleo).get(url(filled))
    shown = page.context["shown"]
    rows = [row for group in shown.groups for row in group.rows] + shown.corrections
    assert [len(group.rows) for group in shown.groups] == [4, 3]
    assert sum(money(row.amount.replace("-$", "$-")) for row in rows) == money(shown.total) > 0
    assert page.text.count(shown.total) == 2
    assert "The provider&#x27;s bill says so." in page.text
    assert re.search(r"from 10 Nov 2025 12:00 UTC: input 0.2, output 0.7", page.text)


def test_the_month_is_the_tenants_own(acme):
    acme.time_zone = "Pacific/Kiritimati"  # fourteen hours ahead
    acme.save()
    price = factories.make_price()
    spend(acme, price, Usage(1, 0), at(31, 11, month=10))
    spend(acme, price, Usage(10, 0), at(30, 9))
    spend(acme, price, Usage(100, 0), at(30, 11))
    assert invoice_of(acme, NOVEMBER).lines[0].tokens == 11


def test_a_month_without_a_call_says_so(acme, cleo):
    assert "No model was called in this month." in signed_in(cleo).get(url(acme)).text


@pytest.mark.parametrize("month", ["2025-13", "november", "2025-1", "1999-12", "2025-11-01"])
def test_what_is_no_month_has_no_page(acme, cleo, month):
    assert signed_in(cleo).get(f"/admin/reports/invoice/{acme.slug}/{month}/").status_code == 404


def test_nothing_of_another_tenant_is_on_it(filled, globex):
    spend(globex, factories.make_price("secret"), Usage(1000, 1000))
    assert {line.model for line in invoice_of(filled, NOVEMBER).lines} == {"demo-1"}
