"""What was spent, from the one source of every sum."""

import datetime
import zoneinfo
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from billing.selectors.scope import Scope as Spending
from billing.selectors.spend import SpendLine, added, spend_lines
from chatbot.api import shapes
from chatbot.api.problems import Problem
from chatbot.api.responses import PROBLEMS
from chatbot.api.tokens import Token, tenant_of
from chatbot.models import Scope

router = Router(tags=["Spending"])
By = Literal["day", "model", "purpose"]
ORDER: tuple[By, ...] = ("day", "model", "purpose")
MOST_DAYS = 366
USUAL_DAYS = 30


class Period(Schema):
    """Which days, and what a line is of."""

    first: datetime.date | None = None
    last: datetime.date | None = None
    by: list[By] = Field(default=["day"], max_length=3)


@router.get(
    "",
    response={200: shapes.SpendShape, **PROBLEMS},
    auth=Token(Scope.SPEND),
    operation_id="read_spend",
)
def read_spend(request: HttpRequest, period: Query[Period]) -> Any:
    """Read spending by day, model and purpose, corrections included; usual: the last 30 days."""
    tenant = tenant_of(request)
    zone = zoneinfo.ZoneInfo(tenant.time_zone)
    today = timezone.localtime(timezone=zone).date()
    last = period.last or max(today, period.first or today)
    first = period.first or _days_before(last, USUAL_DAYS - 1)
    if first > last:
        raise Problem(422, "bad_period", "first is not after last.")
    if (last - first).days >= MOST_DAYS:
        raise Problem(422, "bad_period", f"Ask for at most {MOST_DAYS} days at once.")
    if not datetime.date(2000, 1, 1) <= first <= last <= datetime.date(2200, 1, 1):
        raise Problem(422, "bad_period", "Ask for days of this century.")
    keys = [key for key in ORDER if key in period.by]
    lines = spend_lines(Spending((tenant,), first, last, zone), keys)
    return {
        "first": first,
        "last": last,
        "time_zone": zone.key,
        "amount": str(added(lines).amount if lines else 0),
        "lines": [_line(line, keys) for line in lines],
    }


def _line(line: SpendLine, keys: list[By]) -> dict[str, Any]:
    named = {key: getattr(line, key) if key in keys else None for key in ORDER}
    counts = ("calls", "input_tokens", "cached_tokens", "output_tokens", "errors")
    return named | {name: getattr(line, name) for name in counts} | {"amount": str(line.amount)}


def _days_before(day: datetime.date, days: int) -> datetime.date:
    return datetime.date.fromordinal(max(1, day.toordinal() - days))
