"""The operator sees both books by day, and uploads what cannot be fetched."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.bills import BilledLine
from billing.models import ProviderBill
from billing.services.reconcile import keep_bills
from billing.usage import Usage
from tests import factories
from tests.billing.spending import fill, money, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/reconciliation/"


@pytest.fixture
def operator(db):
    return signed_in(factories.make_user("root", is_superuser=True))


def today():
    return datetime.datetime.now(datetime.UTC).date()


def upload(client, text, name="costs.csv"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, text.encode())}, follow=True)


def test_each_days_parts_add_up_to_its_difference_and_days_to_the_total(acme, operator):
    fill(acme, days=5)
    days = [today() - datetime.timedelta(days=n) for n in range(5)]
    lines = [
        BilledLine(day, item, Decimal(f"0.000{n}17"))
        for n, day in enumerate(days, start=1)
        for item in (f"{acme.slug}-demo-1, input", "others")
    ]
    keep_bills(lines, days, ProviderBill.Source.API)
    figures = operator.get(PAGE).context["figures"]
    assert len(figures.days) == 5
    for row in figures.days:
        parts = sum(money(part.amount) for part in row.parts) + money(row.unexplained)
        assert parts == money(row.difference) == money(row.ledger) - money(row.provider)
    for column in ("ledger", "provider", "difference"):
        shown = sum(money(getattr(row, column)) for row in figures.days)
        assert shown == money(getattr(figures.total, column))


def test_an_uploaded_export_is_beside_the_ledger(acme, operator):
    price = factories.make_price("m", input="1")
    generation = factories.answered(factories.make_conversation(acme))
    factories.make_ledger_entry(generation, price, Usage(1_000_000, 0))
    page = upload(operator, f'day,amount,line_item\n{today()},0.90,"m, input"\n')
    assert "1 lines of 1 days are here now." in page.text
    (row,) = page.context["figures"].days
    assert (row.ledger, row.provider, row.percent) == ("$1.0000", "$0.9000", "+11.11 %")
    assert "not explained" in page.text
    assert "Uploaded export" in page.text


def test_equal_days_are_told_in_a_word(acme, operator):
    price = factories.make_price("m", input="1")
    generation = factories.answered(factories.make_conversation(acme))
    factories.make_ledger_entry(generation, price, Usage(1_000_000, 0))
    page = upload(operator, f"day,amount\n{today()},1\n")
    assert "the same in both books" in page.text
    assert "±0 %" in page.text
    assert "not explained</li>" not in page.text


def test_a_bad_file_is_explained_line_by_line_and_nothing_of_it_is_stored(operator):
    page = upload(operator, f"day,amount\n{today()},1\nsoon,2\n{today()},much\n")
    assert page.status_code == 400
    assert "Nothing was stored" in page.text
    assert "Line 3: “soon” is no day" in page.text
    assert "Line 4: “much” is no amount" in page.text
    assert not ProviderBill.objects.exists()


def test_no_file_is_explained(operator):
    assert "Choose the file" in operator.post(PAGE).text


def test_days_that_wait_for_a_bill_are_named(acme, operator):
    fill(acme, days=1)
    page = operator.get(PAGE)
    assert "No bill of these days is here yet" in page.text
    assert "Days with calls but without a bill" in page.text


@pytest.mark.parametrize(("key", "said"), [(None, "OPENAI_ADMIN_KEY"), ("k", "fetch_bills")])
def test_without_a_bill_the_page_says_how_to_get_one(operator, settings, key, said):
    settings.OPENAI_ADMIN_KEY = key
    assert said in operator.get(PAGE).text


def test_days_are_utc_also_where_the_only_tenant_lives_elsewhere(acme, operator):
    acme.time_zone = "Pacific/Kiritimati"
    acme.save()
    assert operator.get(PAGE).context["asked"].scope.zone.key == "UTC"


def test_a_wrong_period_is_explained(operator):
    page = operator.get(PAGE, {"period": "custom", "from": "soon", "to": "2026-11-01"})
    assert page.status_code == 400
    assert "Enter a day like" in page.text


def test_a_manager_neither_sees_nor_uploads(cleo):
    assert signed_in(cleo).get(PAGE).status_code == 403
    assert upload(signed_in(cleo), f"day,amount\n{today()},1\n").status_code == 403
    assert not ProviderBill.objects.exists()
