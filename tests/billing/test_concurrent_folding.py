"""Whatever writers, late committers and folds do at the same time, reports equal the ledger."""

import datetime
import random
import threading
import zoneinfo
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from billing.models import LedgerEntry, SpendDay
from billing.selectors.differences import differences
from billing.selectors.spend import Scope, added, spend_lines
from billing.services import rollups
from billing.usage import Usage
from tests import factories

WRITERS, LINES = 6, 12
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


class Thread(threading.Thread):
    """Does this in a thread with a connection of its own; `end` raises what it raised."""

    def __init__(self, task: Callable[[], None]) -> None:
        super().__init__()
        self.task, self.raised = task, None
        self.start()

    def run(self) -> None:
        try:
            self.task()
        except Exception as error:
            self.raised = error
        finally:
            connection.close()

    def end(self) -> None:
        self.join()
        if self.raised:
            raise self.raised


def write(generation, price, chance: random.Random, done: threading.Event) -> None:
    for _ in range(LINES):
        with transaction.atomic():
            usage = Usage(chance.randrange(1, 5000), chance.randrange(500))
            factories.make_ledger_entry(generation, price, usage, NOON)
            done.wait(chance.choice([0, 0, 0.02, 0.1]))  # commits late


def fold(done: threading.Event) -> None:
    while not done.wait(0.01):
        rollups.fold()


def read(scope: Scope, done: threading.Event) -> None:
    """A report reads one moment of a ledger that only grows."""
    last = 0
    while not done.is_set():
        low = LedgerEntry.objects.count()
        calls = added(spend_lines(scope)).calls
        high = LedgerEntry.objects.count()
        assert max(low, last) <= calls <= high
        last = calls


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_reports_equal_the_ledger_at_every_moment(acme, seed):
    price = factories.make_price()
    generations = [factories.answered(factories.make_conversation(acme)) for _ in range(WRITERS)]
    scope = Scope((acme,), NOON.date(), NOON.date(), zoneinfo.ZoneInfo("UTC"))
    done = threading.Event()
    others = [Thread(lambda: fold(done)) for _ in range(2)] + [Thread(lambda: read(scope, done))]
    writers = [
        Thread(lambda one=one: write(one, price, random.Random(seed * 100 + one.pk), done))
        for one in generations
    ]
    try:
        for writer in writers:
            writer.end()
    finally:
        done.set()
    for other in others:
        other.end()
    rollups.fold()
    whole = sum((entry.amount for entry in LedgerEntry.objects.all()), Decimal(0))
    (row,) = SpendDay.objects.filter(zone="UTC")
    assert (row.calls, row.amount) == (WRITERS * LINES, whole)
    assert added(spend_lines(scope)).amount == whole
    assert differences() == []
