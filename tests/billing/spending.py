"""Weeks of spending to look at, and how tests read the page and the file."""

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import openpyxl
from django.test import Client
from django.utils import timezone

from billing.usage import Usage
from conversations.models import Tenant
from tests import factories

PAGE, FILE = "/admin/reports/spend/", "/admin/reports/spend.csv"
JSON, XLSX, FOCUS = (f"/admin/reports/{name}" for name in ("spend.json", "spend.xlsx", "focus.csv"))
FILES = (FILE, JSON, XLSX, FOCUS)
MODELS = ("demo-1", "demo-1-mini", "gpt-x")


def signed_in(user: Any) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def fill(tenant: Tenant, days: int = 12, calls: int = 3) -> None:
    """So many days of calls, today first, whose amounts do not round evenly."""
    prices = [
        factories.make_price(
            f"{tenant.slug}-{name}", input=f"0.1{n}", output="0.7", cached_input=Decimal("0.01")
        )
        for n, name in enumerate(MODELS)
    ]
    now = timezone.now()
    for day in range(days):
        for n in range(calls):
            factories.make_ledger_entry(
                factories.answered(factories.make_conversation(tenant)),
                prices[(day + n) % len(prices)],
                Usage(1003 + 17 * day + n, 101 + 7 * n, cached=100 * n),
                now - datetime.timedelta(days=day),
            )


def money(text: str) -> Decimal:
    """A figure of the page; nothing for an empty cell."""
    return Decimal(text.replace("$", "").replace(",", "") or 0)


def rows_of(response: Any) -> list[dict[str, str]]:
    """The lines of the file."""
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def sheet_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook's only sheet, by the names in its head."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]
