"""The ledger beside the provider's bill, by UTC day, and why they differ."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.differences import Reason, explained
from billing.models import LedgerEntry, ModelAlias, ProviderBill
from billing.reasons import possible_reasons, sure_reasons
from billing.selectors.billed_days import DayBooks, books_of
from conversations.models import Tenant

DATED = re.compile(r"-20\d\d-\d\d-\d\d$")


@dataclass(frozen=True)
class DayCompared:
    """One UTC day in both books; `provider` is None where no bill of it is here yet.

    `reasons` and `unexplained` together are the difference.
    """

    day: datetime.date
    ledger: Decimal
    provider: Decimal | None
    source: str = ""
    fetched_at: datetime.datetime | None = None
    reasons: list[Reason] = field(default_factory=list)
    unexplained: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """Ledger less provider; zero where there is nothing to compare with."""
        return Decimal(0) if self.provider is None else self.ledger - self.provider


@dataclass(frozen=True)
class NewestDifference:
    """The newest UTC day that is over and billed; amounts are the whole deployment's.

    The amounts are None for a reader who does not see all of its tenants.
    """

    day: datetime.date
    percent: Decimal | None
    fetched_at: datetime.datetime
    ledger: Decimal | None = None
    provider: Decimal | None = None
    difference: Decimal | None = None


def compared(first: datetime.date, last: datetime.date) -> list[DayCompared]:
    """Every day with a bill or an entry, newest first; both included, of the whole deployment."""
    bills: dict[datetime.date, list[ProviderBill]] = {}
    for bill in ProviderBill.objects.filter(day__range=(first, last)).order_by("day", "line_item"):
        bills.setdefault(bill.day, []).append(bill)
    books = books_of(first, last)
    days = sorted({*bills, *(day for day, book in books.items() if book.groups)}, reverse=True)
    names = _our_names(
        {bill.model for some in bills.values() for bill in some}, _known(books.values())
    )
    return [_compared(day, bills.get(day), books.get(day) or DayBooks(day), names) for day in days]


def newest_difference(
    tenants: Iterable[Tenant], first: datetime.date, last: datetime.date
) -> NewestDifference | None:
    """The newest of these days that is over and billed; None where there is none."""
    today = datetime.datetime.now(datetime.UTC).date()
    newest = (
        ProviderBill.objects.filter(day__range=(first, last), day__lt=today)
        .order_by("-day", "-fetched_at")
        .first()
    )
    if newest is None:
        return None
    ledger = _sum(LedgerEntry.objects.filter(**_on(newest.day)))
    provider = _sum(ProviderBill.objects.filter(day=newest.day))
    percent = percent_of(ledger - provider, provider)
    if Tenant.objects.exclude(pk__in=[tenant.pk for tenant in tenants]).exists():
        return NewestDifference(newest.day, percent, newest.fetched_at)
    return NewestDifference(
        newest.day, percent, newest.fetched_at, ledger, provider, ledger - provider
    )


def percent_of(difference: Decimal, provider: Decimal) -> Decimal | None:
    """The difference as a share of what the provider billed; None where it billed nothing."""
    return difference * 100 / provider if provider else None


def _compared(
    day: datetime.date, bills: list[ProviderBill] | None, books: DayBooks, names: dict[str, str]
) -> DayCompared:
    ledger = books.amount
    if bills is None:
        return DayCompared(day, ledger, None)
    provider = sum((bill.amount for bill in bills), Decimal(0))
    reasons, rest = explained(
        ledger - provider, sure_reasons(books, bills, names), possible_reasons(books)
    )
    newest = max(bills, key=lambda bill: bill.fetched_at)
    return DayCompared(
        day, ledger, provider, newest.get_source_display(), newest.fetched_at, reasons, rest
    )


def _known(books: Iterable[DayBooks]) -> set[str]:
    return {model for book in books for model in book.models}


def _our_names(theirs: set[str], ours: set[str]) -> dict[str, str]:
    """The model that each of the provider's names is here: itself, its alias, or without its date.

    A name that is none of these stays as it is.
    """
    aliases = dict(ModelAlias.objects.filter(tenant=None).values_list("alias", "model"))
    names = {}
    for name in theirs:
        undated = DATED.sub("", name)
        names[name] = aliases.get(name) or (
            undated if name not in ours and undated in ours else name
        )
    return names


def _on(day: datetime.date) -> dict[str, object]:
    """Through every tenant, because the index of the ledger begins with the tenant."""
    start = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return {
        "tenant_id__in": list(Tenant.objects.values_list("pk", flat=True)),
        "at__gte": start,
        "at__lt": start + datetime.timedelta(days=1),
    }


def _sum(rows: QuerySet) -> Decimal:
    return rows.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
