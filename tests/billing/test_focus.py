"""The FOCUS file is what the specification asks for: columns, types and allowed values."""

import csv
import datetime
import io
import json
import re
import zoneinfo
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from billing.exports.focus import focus_csv
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine
from conversations.models import Tenant

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Field(NamedTuple):
    """What version 1.2 says of a column."""

    type: str
    may_be_null: bool = False
    allowed: tuple[str, ...] = ()


# Read in the specification's repository at version 1.2.
MANDATORY = {
    "BilledCost": Field("decimal"),
    "BillingAccountId": Field("string"),
    "BillingAccountName": Field("string", True),
    "BillingCurrency": Field("currency"),
    "BillingPeriodEnd": Field("moment"),
    "BillingPeriodStart": Field("moment"),
    "ChargeCategory": Field("string", allowed=("Usage", "Purchase", "Tax", "Credit", "Adjustment")),
    "ChargeClass": Field("string", True, ("Correction",)),
    "ChargeDescription": Field("string", True),
    "ChargePeriodEnd": Field("moment"),
    "ChargePeriodStart": Field("moment"),
    "ContractedCost": Field("decimal"),
    "EffectiveCost": Field("decimal"),
    "InvoiceIssuerName": Field("string"),
    "ListCost": Field("decimal"),
    "PricingQuantity": Field("decimal", True),
    "PricingUnit": Field("string", True),
    "ProviderName": Field("string"),
    "PublisherName": Field("string"),
    "ServiceCategory": Field("string", allowed=("AI and Machine Learning",)),
    "ServiceName": Field("string"),
}
OTHERS = {
    "ChargeFrequency": Field("string", allowed=("One-Time", "Recurring", "Usage-Based")),
    "ConsumedQuantity": Field("decimal", True),
    "ConsumedUnit": Field("string", True),
    "PricingCategory": Field("string", True, ("Standard", "Dynamic", "Committed", "Other")),
    "ServiceSubcategory": Field("string", allowed=("Generative AI",)),
    "SkuId": Field("string", True),
    "SkuMeter": Field("string", True),
    "Tags": Field("json", True),
}
FIELDS = MANDATORY | OTHERS
ACME = Tenant(pk=1, name="Acme", slug="acme")


def is_of(type: str, text: str) -> bool:
    if type == "decimal":
        return bool(NUMBER.fullmatch(text))
    if type == "moment":
        return bool(MOMENT.fullmatch(text)) and bool(datetime.datetime.fromisoformat(text))
    if type == "json":
        return all(isinstance(value, str) for value in json.loads(text).values())
    return type != "currency" or bool(re.fullmatch("[A-Z]{3}", text))


def rows_of(lines: list[SpendLine], zone: str = "UTC") -> list[dict[str, str]]:
    days = [line.day for line in lines] or [datetime.date(2026, 11, 1)]
    scope = Scope((ACME,), min(days), max(days), zoneinfo.ZoneInfo(zone))
    text = "".join(focus_csv(scope, lines)).removeprefix("\ufeff")
    reader = csv.DictReader(io.StringIO(text))
    assert set(MANDATORY) <= set(reader.fieldnames or [])
    return list(reader)


lines = some.lists(
    some.builds(
        SpendLine,
        day=some.dates(datetime.date(2000, 1, 1), datetime.date(2999, 1, 1)),
        tenant_id=some.just(1),
        model=some.text("abc-1:/.", min_size=1),
        purpose=some.sampled_from(["reply", "moderation"]),
        persona_label=some.text(max_size=5),
        calls=some.integers(0, 10),
        amount=some.decimals(-100, 10**9, places=12),
        input_tokens=some.integers(0, 10**9),
        output_tokens=some.integers(0, 10**9),
    ),
    max_size=5,
)


@given(lines, some.sampled_from(["UTC", "Asia/Kathmandu", "America/Sao_Paulo"]))
@settings(max_examples=100, deadline=None)
def test_every_field_has_its_type_and_an_allowed_value(lines, zone):
    for row in rows_of(lines, zone):
        assert [name for name in row if not name.startswith("x_")] == sorted(FIELDS)
        for name, field in FIELDS.items():
            if row[name]:
                assert is_of(field.type, row[name]), (name, row[name])
                assert not field.allowed or row[name] in field.allowed
            else:
                assert field.may_be_null, name


@given(lines)
@settings(max_examples=60, deadline=None)
def test_usage_has_quantities_with_units_and_nothing_else_has(lines):
    for row in rows_of(lines):
        is_usage = row["ChargeCategory"] == "Usage"
        for name in ("PricingQuantity", "PricingUnit", "ConsumedQuantity", "ConsumedUnit"):
            assert bool(row[name]) == is_usage


def test_what_is_ours_begins_as_custom_columns_must():
    (row,) = rows_of([SpendLine(day=datetime.date(2026, 11, 1), tenant_id=1, calls=1)])
    assert all(name in FIELDS or name.startswith("x_") for name in row)
    assert row["x_Calls"] == "1"


def test_days_and_months_are_the_places_own_told_in_utc():
    line = SpendLine(
        day=datetime.date(2026, 10, 25), tenant_id=1, model="m", calls=1, amount=Decimal("0.25")
    )
    (row,) = rows_of([line], "Europe/Berlin")
    # the day on which the clocks go back
    assert row["ChargePeriodStart"] == "2026-10-24T22:00:00Z"
    assert row["ChargePeriodEnd"] == "2026-10-25T23:00:00Z"
    assert row["BillingPeriodStart"] == "2026-09-30T22:00:00Z"
    assert row["BillingPeriodEnd"] == "2026-10-31T23:00:00Z"


@pytest.mark.parametrize("cost", ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"])
def test_every_cost_is_the_ledgers(cost):
    amount = Decimal("0.000000000001")
    (row,) = rows_of([SpendLine(day=datetime.date(2026, 11, 1), tenant_id=1, amount=amount)])
    assert row[cost] == "0.000000000001"
