"""The ledger's side of UTC days, added up as a bill is compared with it."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncDate, TruncTime

from billing.models import Attempt, LedgerEntry, Price, ProviderBill, Tier
from billing.pricing import TokenPrices, token_prices
from billing.selectors.entries import above
from billing.usage import Usage
from conversations.models import Tenant

Kind = ProviderBill.Kind
UTC = datetime.UTC

# A call ends within minutes, so whatever began the day before is settled by then.
OVER_MIDNIGHT = datetime.time(0, 15)


@dataclass(frozen=True)
class Group:
    """Calls of one day that were charged alike, added up."""

    price: Price
    long: bool
    certainty: str
    calls: int
    amount: Decimal
    usage: Usage

    @property
    def each(self) -> TokenPrices:
        """What a million tokens of each kind cost in them."""
        return token_prices(self.price, long=self.long)

    def tokens(self) -> dict[str, int]:
        """How many of each kind, every token once."""
        usage = self.usage
        return {
            Kind.INPUT: usage.input - usage.cached - usage.cache_write,
            Kind.CACHED: usage.cached,
            Kind.CACHE_WRITE: usage.cache_write,
            Kind.OUTPUT: usage.output,
        }

    def per_million(self) -> dict[str, Decimal]:
        """What each kind costs."""
        each = self.each
        return {
            Kind.INPUT: each.input,
            Kind.CACHED: each.cached,
            Kind.CACHE_WRITE: each.cache_write,
            Kind.OUTPUT: each.output,
        }


@dataclass
class Counted:
    """How many calls, and what they are worth."""

    calls: int = 0
    amount: Decimal = Decimal(0)


@dataclass
class DayBooks:
    """What the books know of one UTC day: by when calls were settled, as the ledger has it."""

    day: datetime.date
    groups: list[Group] = field(default_factory=list)
    corrections: Counted = field(default_factory=Counted)
    unsettled: Counted = field(default_factory=Counted)
    from_yesterday: Counted = field(default_factory=Counted)
    into_tomorrow: Counted = field(default_factory=Counted)
    called: set[str] = field(default_factory=set)  # models of calls that are still open
    changed: list[Price] = field(default_factory=list)  # prices that began on this day

    @property
    def amount(self) -> Decimal:
        """What the ledger has for it, corrections included."""
        calls = sum((group.amount for group in self.groups), Decimal(0))
        return calls + self.corrections.amount

    @property
    def models(self) -> set[str]:
        """The models that were called."""
        return {group.price.model for group in self.groups} | self.called

    def counted(self, certainty: str) -> Counted:
        """The calls of this certainty."""
        groups = [group for group in self.groups if group.certainty == certainty]
        return Counted(
            sum(group.calls for group in groups), sum((g.amount for g in groups), Decimal(0))
        )


def books_of(first: datetime.date, last: datetime.date) -> dict[datetime.date, DayBooks]:
    """Every day from the first to the last, both included."""
    books = {
        first + datetime.timedelta(days=n): DayBooks(first + datetime.timedelta(days=n))
        for n in range((last - first).days + 1)
    }
    _read_entries(books, first, last)
    _read_unsettled(books, first, last)
    _read_midnights(books, first, last)
    for price in Price.objects.filter(tier=Tier.STANDARD, **_within("valid_from", first, last)):
        books[price.valid_from.astimezone(UTC).date()].changed.append(price)
    return books


def _read_entries(
    books: dict[datetime.date, DayBooks], first: datetime.date, last: datetime.date
) -> None:
    rows = (
        _entries(first, last)
        .annotate(day=TruncDate("at", tzinfo=UTC), is_long=above(F("price__long_from")))
        .values("day", "kind", "price_id", "is_long", "certainty")
        .annotate(
            calls=Count("*"),
            sum=Sum("amount"),
            input=Sum("input_tokens"),
            cached=Sum("cached_tokens"),
            cache_write=Sum("cache_write_tokens"),
            output=Sum("output_tokens"),
        )
        .order_by("day", "price_id", "is_long", "certainty")
    )
    found = list(rows)
    prices = Price.objects.in_bulk({row["price_id"] for row in found})
    for row in found:
        book = books[row["day"]]
        if row["kind"] == LedgerEntry.Kind.CORRECTION:
            book.corrections.calls += row["calls"]
            book.corrections.amount += row["sum"]
            continue
        usage = Usage(row["input"], row["output"], row["cached"], row["cache_write"])
        book.groups.append(
            Group(
                prices[row["price_id"]],
                row["is_long"],
                row["certainty"],
                row["calls"],
                row["sum"],
                usage,
            )
        )


def _read_unsettled(
    books: dict[datetime.date, DayBooks], first: datetime.date, last: datetime.date
) -> None:
    rows = (
        Attempt.objects.filter(state=Attempt.State.OPEN, **_within("opened_at", first, last))
        .annotate(day=TruncDate("opened_at", tzinfo=UTC))
        .values("day", "price__model")
        .annotate(calls=Count("*"), sum=Sum("held"))
    )
    for row in rows:
        book = books[row["day"]]
        book.unsettled.calls += row["calls"]
        book.unsettled.amount += row["sum"]
        book.called.add(row["price__model"])


def _read_midnights(
    books: dict[datetime.date, DayBooks], first: datetime.date, last: datetime.date
) -> None:
    """Also of the day after the last, whose first calls may have begun on the last."""
    rows = (
        _entries(first, last + datetime.timedelta(days=1))
        .annotate(clock=TruncTime("at", tzinfo=UTC), day=TruncDate("at", tzinfo=UTC))
        .filter(kind=LedgerEntry.Kind.CALL, clock__lt=OVER_MIDNIGHT)
        .annotate(began=TruncDate("attempt__opened_at", tzinfo=UTC))
        .exclude(began=F("day"))
        .values("day")
        .annotate(calls=Count("*"), sum=Sum("amount"))
    )
    for row in rows:
        counted = Counted(row["calls"], row["sum"])
        if row["day"] in books:
            books[row["day"]].from_yesterday = counted
        if (before := row["day"] - datetime.timedelta(days=1)) in books:
            books[before].into_tomorrow = counted


def _entries(first: datetime.date, last: datetime.date) -> Any:
    """Of all tenants, each named, because the index of the ledger begins with the tenant."""
    tenants = list(Tenant.objects.values_list("pk", flat=True))
    return LedgerEntry.objects.filter(tenant_id__in=tenants, **_within("at", first, last))


def _within(name: str, first: datetime.date, last: datetime.date) -> dict[str, Any]:
    start = datetime.datetime.combine(first, datetime.time(), UTC)
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), UTC)
    return {f"{name}__gte": start, f"{name}__lt": end}
