"""How long a reader waits: for the sums, and for the whole page."""

import datetime
import http.client
import random
import time
import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from billing.selectors.spend import Scope, conversation_spend, conversations_spend, spend_lines
from chatbot.bench.clocks import percentile
from chatbot.bench.frame import CannotMeasure
from chatbot.bench.reports.fill import DAYS
from chatbot.bench.stack import Stack
from conversations.models import Tenant

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
UTC = zoneinfo.ZoneInfo("UTC")
# Nobody's days: the product reads them from the ledger alone.
UNKEPT = zoneinfo.ZoneInfo("Africa/Lagos")
BY = ("day", "model")
MONTH = 30
PAGE = "/admin/reports/spend/"


@dataclass(frozen=True)
class Waits:
    """Milliseconds of each call, sorted by nobody."""

    ms: Sequence[float]

    @property
    def p50(self) -> float:
        """Half of them took no longer."""
        return round(percentile(self.ms, 0.5), 1)

    @property
    def p95(self) -> float:
        """Nineteen of twenty took no longer."""
        return round(percentile(self.ms, 0.95), 1)


def timed(times: int, call: Callable[[], object]) -> Waits:
    """How long each of so many calls took."""
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        waits.append(1000 * (time.perf_counter() - began))
    return Waits(waits)


def sums(
    tenants: tuple[Tenant, ...], zone: zoneinfo.ZoneInfo, times: int, chance: random.Random
) -> Waits:
    """Thirty days by day and model, another stretch of the last year each time."""

    def read() -> None:
        first = timezone.localdate() - datetime.timedelta(
            days=MONTH + chance.randrange(DAYS - 2 * MONTH)
        )
        scope = Scope(tenants, first, first + datetime.timedelta(days=MONTH - 1), zone)
        if not spend_lines(scope, BY):
            raise CannotMeasure(f"There is nothing in the ledger from {first} on.")

    read()
    return timed(times, read)


def sums_of_now(tenants: tuple[Tenant, ...], zone: zoneinfo.ZoneInfo, times: int) -> Waits:
    """The thirty days until today, which have lines that are not folded yet."""
    today = timezone.localdate(timezone=zone)
    scope = Scope(tenants, today - datetime.timedelta(days=MONTH - 1), today, zone)
    return timed(times, lambda: spend_lines(scope, BY))


def talks_of_now(tenants: tuple[Tenant, ...], zone: zoneinfo.ZoneInfo, times: int) -> Waits:
    """How many conversations there were in the thirty days until today, and the twenty dearest."""
    today = timezone.localdate(timezone=zone)
    scope = Scope(tenants, today - datetime.timedelta(days=MONTH - 1), today, zone)
    return timed(times, lambda: conversations_spend(scope, 20))


def talks_counted(tenants: tuple[Tenant, ...], zone: zoneinfo.ZoneInfo, times: int) -> Waits:
    """Only how many conversations there were in those days."""
    today = timezone.localdate(timezone=zone)
    scope = Scope(tenants, today - datetime.timedelta(days=MONTH - 1), today, zone)
    return timed(times, lambda: conversation_spend(scope))


def pages(stack: Stack, user: str, query: str, times: int) -> Waits:
    """The whole page over HTTP, from the request to its last byte, by somebody signed in."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=user))
    name = settings.SESSION_COOKIE_NAME
    headers = {"Cookie": f"{name}={client.cookies[name].value}"}
    line = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=60)

    def load() -> None:
        line.request("GET", f"{PAGE}?{query}", headers=headers)
        answer = line.getresponse()
        text = answer.read()
        if answer.status != 200 or b"<table" not in text:
            raise CannotMeasure(f"{PAGE} answered {answer.status} without a table.")

    try:
        for _ in range(5):
            load()
        return timed(times, load)
    finally:
        line.close()


def size_mb(table: str) -> int:
    """How much room a table takes with its indexes and partitions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_total_relation_size(relid)), pg_total_relation_size(%s)) "
            "FROM pg_partition_tree(%s)",
            [table, table],
        )
        return round(cursor.fetchone()[0] / 2**20)
