"""Keep what the provider says it charged."""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.db import connection, transaction
from django.utils import timezone

from billing.bills import BilledLine, named
from billing.models import ProviderBill
from billing.money import MONEY, rounded

# Any number that no other lock of ours has.
LOCK = 7_262_031


def keep_bills(
    lines: Iterable[BilledLine], days: Iterable[datetime.date], source: ProviderBill.Source
) -> int:
    """These days are billed as these lines say, and as nothing else; returns how many lines.

    Lines of the same day and item are added up. A day without a line was
    billed nothing. Amounts are kept to twelve decimals, as in the ledger.
    """
    merged: dict[tuple[datetime.date, str], BilledLine] = {}
    for line in lines:
        known = merged.get((line.day, line.line_item))
        merged[line.day, line.line_item] = _added(known, line) if known else line
    days = set(days) | {day for day, _ in merged}
    empty = days - {day for day, _ in merged}
    now = timezone.now()
    rows = [_row(line, source, now) for line in merged.values()]
    rows += [ProviderBill(day=day, amount=0, source=source, fetched_at=now) for day in empty]
    with transaction.atomic():
        with connection.cursor() as cursor:  # two at once take turns
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        ProviderBill.objects.filter(day__in=days).delete()
        ProviderBill.objects.bulk_create(rows, batch_size=1000)
    return len(merged)


def _added(one: BilledLine, other: BilledLine) -> BilledLine:
    quantity = None
    if one.quantity is not None and other.quantity is not None:
        quantity = one.quantity + other.quantity
    return replace(one, amount=one.amount + other.amount, quantity=quantity)


def _row(
    line: BilledLine, source: ProviderBill.Source, fetched_at: datetime.datetime
) -> ProviderBill:
    model, kind = named(line.line_item)
    return ProviderBill(
        day=line.day,
        line_item=line.line_item,
        model=model,
        kind=kind,
        quantity=line.quantity,
        amount=rounded(line.amount, MONEY["decimal_places"]),
        source=source,
        fetched_at=fetched_at,
    )
