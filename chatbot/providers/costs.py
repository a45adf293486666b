"""Ask the provider what it charged: OpenAI's organization costs, by UTC day and line item."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from openai import OpenAI, OpenAIError

from billing.bills import BilledLine, in_tokens
from billing.models import ProviderBill
from billing.services.reconcile import keep_bills

DAY = datetime.timedelta(days=1)
MOST_DAYS = 180  # in one answer, as the API's reference says (November 2026)
PATIENCE_SECONDS = 60
# Providers correct their days for a while; the last week is read anew every time.
BILLED_DAYS = 7


class CostsUnavailable(Exception):
    """The provider did not say what it charged; the message says why."""


def bring_bills(days: int = BILLED_DAYS) -> int:
    """The last so many days, today included, are billed here as the provider tells them now.

    Returns how many lines that took; refused as `daily_costs` is, and then
    nothing has changed.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    first = today - DAY * (days - 1)
    lines = daily_costs(first, today)
    return keep_bills(
        lines, [first + DAY * number for number in range(days)], ProviderBill.Source.API
    )


def daily_costs(first: datetime.date, last: datetime.date) -> list[BilledLine]:
    """What was charged on these UTC days, both included; a day without a line cost nothing.

    Refused with `CostsUnavailable` where no admin key is set, where the
    server does not know the question, and for amounts that are not in US
    dollars.
    """
    if not settings.OPENAI_ADMIN_KEY:
        raise CostsUnavailable("Set OPENAI_ADMIN_KEY to an admin key of your organization.")
    client = OpenAI(
        api_key="none",  # the SDK insists on one; the admin key is what is sent
        admin_api_key=settings.OPENAI_ADMIN_KEY,
        base_url=settings.OPENAI_BASE_URL,
        timeout=PATIENCE_SECONDS,
        max_retries=3,
    )
    try:
        with client:
            return [line for bucket in _buckets(client, first, last) for line in _lines(bucket)]
    except OpenAIError as error:
        raise CostsUnavailable(f"The provider's costs could not be read: {error}") from error
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise CostsUnavailable(f"The provider's costs have an unknown shape: {error!r}") from error


def _buckets(client: OpenAI, first: datetime.date, last: datetime.date) -> Iterator[dict[str, Any]]:
    """A bucket per day. Read as text: the SDK's own objects hold amounts as floats."""
    page: dict[str, str] = {}
    while True:
        answer = client.admin.organization.usage.with_raw_response.costs(
            start_time=_seconds(first),
            end_time=_seconds(last + DAY),
            bucket_width="1d",
            group_by=["line_item"],
            limit=MOST_DAYS,
            **page,  # type: ignore[arg-type]
        )
        content = json.loads(answer.content, parse_float=Decimal)
        yield from content["data"]
        if not content.get("has_more"):
            return
        page = {"page": content["next_page"]}


def _lines(bucket: dict[str, Any]) -> Iterator[BilledLine]:
    day = datetime.datetime.fromtimestamp(bucket["start_time"], datetime.UTC).date()
    for result in bucket["results"]:
        amount = result.get("amount") or {}
        currency = amount.get("currency") or "usd"
        if currency.lower() != "usd":
            raise ValueError(f"amounts in {currency}, not in US dollars")
        quantity = result.get("quantity")
        yield BilledLine(
            day=day,
            line_item=(result.get("line_item") or "")[:300],
            amount=Decimal(amount.get("value") or 0),
            quantity=None
            if quantity is None
            else in_tokens(Decimal(quantity), result.get("quantity_unit") or "tokens"),
        )


def _seconds(day: datetime.date) -> int:
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
