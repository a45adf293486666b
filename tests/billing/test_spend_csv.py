"""The file has what the page has, to the last digit."""

import datetime
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.models import LedgerEntry
from tests.billing.spending import FILE, PAGE, fill, rows_of, signed_in

pytestmark = pytest.mark.django_db


def test_the_file_has_the_pages_sums_to_the_last_digit(acme, cleo):
    fill(acme)
    client = signed_in(cleo)
    page = client.get(PAGE, {"period": "7d"})
    rows = rows_of(client.get(page.context["asked"].file_link("billing:spend-csv")))
    sums = page.context["reading"].sums
    assert sum(Decimal(row["amount_usd"]) for row in rows) == sums.amount
    for column, sum_ in [
        ("calls", sums.calls),
        ("input_tokens", sums.input_tokens),
        ("cached_input_tokens", sums.cached_tokens),
        ("output_tokens", sums.output_tokens),
        ("calls_exact", sums.exact),
    ]:
        assert sum(int(row[column]) for row in rows) == sum_ > 0
    assert len({(row["day"], row["tenant"], row["model"]) for row in rows}) == len(rows) == 21
    assert all(re.fullmatch(r"\d+\.\d+", row["amount_usd"]) for row in rows)
    week = LedgerEntry.objects.filter(at__gt=timezone.now() - datetime.timedelta(days=7))
    assert sums.amount == sum(entry.amount for entry in week)


def test_a_name_that_looks_like_a_formula_stays_text_in_the_file(acme, cleo):
    acme.name = "=1+1"
    acme.save()
    fill(acme, days=1)
    assert {row["tenant"] for row in rows_of(signed_in(cleo).get(FILE))} == {"'=1+1"}
