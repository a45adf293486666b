"""Every file holds the report's lines, to the last digit."""

import csv
import datetime
import io
import json
import zoneinfo
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some

from billing.exports.csv import spend_csv
from billing.exports.focus import focus_csv
from billing.exports.json import spend_json
from billing.exports.lines import lines_of
from billing.exports.xlsx import spend_xlsx
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine, added, spend_lines
from billing.usage import Usage
from conversations.models import Tenant
from tests import factories
from tests.billing.spending import FILE, FOCUS, JSON, XLSX, fill, rows_of, sheet_of, signed_in

TENANTS = (Tenant(pk=1, name="Acme", slug="acme"), Tenant(pk=2, name="=Globex", slug="globex"))
FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
SCOPE = Scope(TENANTS, FIRST, LAST, zoneinfo.ZoneInfo("Asia/Kolkata"))

counts = some.integers(0, 2**31 - 1)
amounts = some.decimals(-(10**9), 10**11, places=12)
words = some.text(
    some.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)
lines = some.lists(
    some.builds(
        SpendLine,
        day=some.dates(FIRST, LAST),
        tenant_id=some.sampled_from([1, 2]),
        model=words,
        purpose=some.sampled_from(["reply", "summary"]),
        persona_label=words | some.sampled_from(["=1+1", "@x", "+1", "-1"]),
        calls=counts,
        amount=amounts,
        estimated_amount=amounts,
        unknown_amount=amounts,
        input_tokens=counts,
        cached_tokens=counts,
        cache_write_tokens=counts,
        output_tokens=counts,
        reasoning_tokens=counts,
        errors=counts,
        exact=counts,
        estimated=counts,
        unknown=counts,
    ),
    max_size=8,
)


def read(pieces) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(pieces).removeprefix("\ufeff"))))


@given(lines)
@settings(max_examples=60, deadline=None)
def test_csv_json_and_workbook_hold_the_same_lines(lines):
    as_csv = read(spend_csv(SCOPE, lines))
    as_json = json.loads("".join(spend_json(SCOPE, lines)))
    as_xlsx = sheet_of(spend_xlsx(SCOPE, lines))
    assert len(as_csv) == len(as_json["lines"]) == len(as_xlsx) == len(lines)
    for line, row, thing, cells in zip(lines, as_csv, as_json["lines"], as_xlsx, strict=True):
        assert row["day"] == thing["day"] == cells["day"].date().isoformat()
        assert row["day"] == line.day.isoformat()
        for amount in ("amount_usd", "amount_estimated_usd", "amount_unknown_usd"):
            assert row[amount] == thing[amount] == cells[f"{amount}_exact"]
            assert cells[amount] == pytest.approx(float(row[amount]), rel=1e-14)
        for name in ("calls", "errors", "input_tokens", "reasoning_tokens", "calls_unknown"):
            assert int(row[name]) == thing[name] == cells[name]
        for name in ("tenant", "model", "persona"):
            assert row[name].removeprefix("'") == thing[name].removeprefix("'")
            assert (cells[name] or "") == thing[name]
        assert Decimal(row["amount_usd"]) == line.amount


@given(lines)
@settings(max_examples=60, deadline=None)
def test_every_file_adds_up_to_the_lines_as_one(lines):
    sums = added(lines)
    as_json = json.loads("".join(spend_json(SCOPE, lines)))
    totals = [
        sum(Decimal(row["amount_usd"]) for row in read(spend_csv(SCOPE, lines))),
        sum(Decimal(row["amount_usd_exact"]) for row in sheet_of(spend_xlsx(SCOPE, lines))),
        sum(Decimal(row["BilledCost"]) for row in read(focus_csv(SCOPE, lines))),
        Decimal(as_json["total"]["amount_usd"]),
    ]
    assert set(totals) == {sums.amount}
    assert as_json["total"]["calls"] == sums.calls
    assert as_json["total"]["output_tokens"] == sums.output_tokens


@pytest.mark.django_db
def test_files_of_the_same_filter_have_the_ledgers_sum(acme, cleo):
    fill(acme)
    client, asked = signed_in(cleo), {"period": "7d"}
    rows = rows_of(client.get(FILE, asked))
    total = sum(Decimal(row["amount_usd"]) for row in rows)
    assert total > 0
    assert json.loads(client.get(JSON, asked).getvalue())["total"]["amount_usd"] == f"{total:f}"
    sheet = sheet_of(client.get(XLSX, asked).content)
    assert sum(Decimal(row["amount_usd_exact"]) for row in sheet) == total
    focus = rows_of(client.get(FOCUS, asked))
    assert sum(Decimal(row["BilledCost"]) for row in focus) == total
    today = timezone.localdate()
    week = Scope((acme,), today - datetime.timedelta(days=6), today, zoneinfo.ZoneInfo("UTC"))
    assert total == added(spend_lines(week)).amount


@pytest.mark.django_db
def test_a_year_read_a_month_at_a_time_has_the_lines_of_the_year(acme):
    price, zone = factories.make_price(), zoneinfo.ZoneInfo("America/New_York")
    for month in range(1, 13):
        for day, hour in [(1, 0), (1, 6), (28, 23)]:
            moment = datetime.datetime(2026, month, day, hour, tzinfo=datetime.UTC)
            generation = factories.answered(factories.make_conversation(acme))
            factories.make_ledger_entry(generation, price, Usage(1000, 100), moment)
    year = Scope((acme,), FIRST, LAST, zone)
    assert list(lines_of(year)) == spend_lines(year)
    assert added(spend_lines(year)).calls == 35  # the first hour of the year was still the old one


@pytest.mark.django_db
def test_a_server_of_sockets_sends_the_same_file(acme, cleo):
    fill(acme)
    sent = signed_in(cleo).get(FILE).getvalue()

    async def ask() -> bytes:
        client = AsyncClient()
        await client.aforce_login(cleo)
        response = await client.get(FILE)
        return b"".join([piece async for piece in response.streaming_content])

    assert async_to_sync(ask)() == sent


@pytest.mark.django_db
def test_a_mistake_in_the_filter_is_said_and_sends_no_file(cleo, acme):
    asked = {"period": "custom", "from": "2026-11-02", "to": "2026-11-01"}
    for path in (FILE, JSON, XLSX, FOCUS):
        response = signed_in(cleo).get(path, asked)
        assert response.status_code == 400
        assert "swap them" in response.text
