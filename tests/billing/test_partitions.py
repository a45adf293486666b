"""The ledger has a partition for every month that it needs, and refuses no line meanwhile."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from billing.models import LedgerEntry
from billing.services.partitions import make_partitions
from billing.usage import Usage
from tests import factories

LONG_AGO = datetime.datetime(2019, 2, 28, 23, 59, 59, tzinfo=datetime.UTC)


def partition_of(entry: LedgerEntry) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM billing_ledgerentry WHERE id = %s", [entry.pk]
        )
        return cursor.fetchone()[0]


def settled(acme, moment) -> LedgerEntry:
    generation = factories.answered(factories.make_conversation(acme))
    price = factories.make_price(f"model of {moment}")
    entry = factories.make_ledger_entry(generation, price, Usage(1000, 100), moment)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return entry


def test_a_line_of_this_month_and_of_the_next_has_its_partition(acme):
    now = datetime.datetime.now(datetime.UTC)
    later = now + datetime.timedelta(days=80)
    for moment in (now, later):
        assert partition_of(settled(acme, moment)) == f"billing_ledgerentry_{moment:%Y_%m}"


def test_a_line_of_any_other_month_is_kept_and_moved_to_its_own(acme):
    entry = settled(acme, LONG_AGO)
    assert partition_of(entry) == "billing_ledgerentry_default"
    assert make_partitions() == 1
    assert partition_of(entry) == "billing_ledgerentry_2019_02"
    assert LedgerEntry.objects.get().amount == entry.amount
    assert make_partitions() == 0


def test_a_moved_line_is_append_only_and_outlives_its_visitor(acme):
    entry = settled(acme, LONG_AGO)
    make_partitions()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE billing_ledgerentry_2019_02 SET amount = 0")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # as in a transaction of its own
    entry.generation.conversation.visitor.delete()
    left = LedgerEntry.objects.get()
    assert (left.generation, left.amount) == (None, Decimal("0.00015"))
