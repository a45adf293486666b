"""The rollups never miss a line, never count one twice, and are never ahead of the ledger."""

import datetime
import threading
import zoneinfo
from decimal import Decimal

import pytest
from django.db import connection, transaction

from billing.models import Alert, ConversationDay, KeptZone, LedgerEntry, RollupState, SpendDay
from billing.selectors.differences import differences
from billing.selectors.spend import (
    Scope,
    added,
    conversation_spend,
    conversations_by,
    conversations_spend,
    spend_lines,
)
from billing.services import rollups
from billing.usage import Usage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
UTC = zoneinfo.ZoneInfo("UTC")
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
DAY = datetime.date(2026, 11, 1)
LATE = datetime.datetime(2026, 11, 1, 23, 30, tzinfo=datetime.UTC)


@pytest.fixture
def price():
    return factories.make_price()


def spend(tenant, price, usage=None, at=LATE):
    generation = factories.answered(factories.make_conversation(tenant))
    return factories.make_ledger_entry(generation, price, usage or Usage(1000, 100), at)


def lines(tenant, zone=UTC, **narrower):
    return spend_lines(Scope((tenant,), DAY, DAY + datetime.timedelta(days=1), zone, **narrower))


def folded() -> Decimal:
    return sum((row.amount for row in SpendDay.objects.filter(zone="UTC")), Decimal(0))


def test_reports_say_the_same_before_and_after_a_fold(acme, price):
    spend(acme, price, Usage(1000, 100, cached=300, cache_write=200, reasoning=40))
    before = lines(acme)
    rollups.fold()
    assert SpendDay.objects.filter(tenant=acme, zone="UTC").count() == 1
    assert lines(acme) == before
    assert (before[0].cache_write_tokens, before[0].reasoning_tokens) == (200, 40)
    assert before[0].day == DAY


def test_what_comes_after_a_fold_is_in_the_report_and_in_the_next_fold(acme, price):
    spend(acme, price)
    rollups.fold()
    second = spend(acme, price)
    factories.make_correction(second, "-0.00005", at=LATE)
    assert folded() == Decimal("0.00015")
    assert added(lines(acme)).amount == Decimal("0.00025")
    rollups.fold()
    rollups.fold()
    assert folded() == added(lines(acme)).amount == Decimal("0.00025")
    assert differences() == []


def test_a_line_that_commits_late_is_not_missed(acme, price):
    """Its transaction began before others that were folded meanwhile."""
    generation = factories.answered(factories.make_conversation(acme))
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                factories.make_ledger_entry(generation, price, Usage(7000, 0), LATE)
                written.set()
                assert go.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=late)
    writer.start()
    assert written.wait(10)
    spend(acme, price)
    rollups.fold()
    assert added(lines(acme)).calls == 1
    go.set()
    writer.join()
    assert added(lines(acme)).calls == 2
    rollups.fold()
    assert added(lines(acme)).calls == 2
    assert folded() == sum(entry.amount for entry in LedgerEntry.objects.all())


def test_days_are_kept_by_the_tenants_own_zone_and_utc(acme, price):
    acme.time_zone = "Europe/Berlin"
    acme.save()
    spend(acme, price)
    rollups.fold()
    days = dict(SpendDay.objects.values_list("zone", "day"))
    assert days == {"UTC": DAY, "Europe/Berlin": DAY + datetime.timedelta(days=1)}
    for zone in (BERLIN, UTC, zoneinfo.ZoneInfo("Asia/Tokyo")):
        assert added(lines(acme, zone)).calls == 1


def test_a_tenant_that_moves_has_its_days_anew(acme, price):
    spend(acme, price)
    rollups.fold()
    acme.time_zone = "Asia/Tokyo"
    acme.save()
    assert added(lines(acme, zoneinfo.ZoneInfo("Asia/Tokyo"))).calls == 1
    rollups.fold()
    assert set(KeptZone.objects.values_list("zone", flat=True)) == {"Asia/Tokyo", "UTC"}
    acme.time_zone = "Europe/Berlin"
    acme.save()
    rollups.fold()
    assert set(SpendDay.objects.values_list("zone", flat=True)) == {"Europe/Berlin", "UTC"}
    assert differences() == []


def test_models_and_purposes_narrow_what_is_folded_and_what_is_not(acme, price):
    other = factories.make_price("other")
    spend(acme, price)
    spend(acme, other)
    rollups.fold()
    spend(acme, other)
    assert added(lines(acme, models=("other",))).calls == 2
    assert added(lines(acme, purposes=("summary",))).calls == 0


def test_conversations_are_the_same_before_and_after_a_fold(acme, price):
    scope = Scope((acme,), DAY, DAY, UTC)
    dear = spend(acme, price, Usage(9000, 0)).generation.conversation
    spend(acme, price)
    before = conversations_spend(scope, limit=1)
    rollups.fold()
    assert conversations_spend(scope, limit=1) == before
    assert (before.count, before.top[0].id) == (2, dear.pk)


def test_a_conversation_is_counted_once_in_each_group(acme, price):
    scope = Scope((acme,), DAY, DAY + datetime.timedelta(days=1), UTC)
    entry = spend(acme, price)
    other = factories.make_price("other")
    later = LATE + datetime.timedelta(hours=1)
    factories.make_ledger_entry(entry.generation, other, Usage(1000, 100), later)
    spend(acme, price)
    each = Decimal("0.00015")
    for _ in range(2):
        assert conversation_spend(scope) == (2, 3 * each)
        assert conversations_by(scope, "model") == {"demo-1": (2, 2 * each), "other": (1, each)}
        assert conversations_by(scope, "day") == {DAY: (2, 2 * each), scope.last: (1, each)}
        rollups.fold()


def test_an_erased_conversation_leaves_the_days_sums(acme, price):
    entry = spend(acme, price)
    rollups.fold()
    entry.generation.conversation.visitor.delete()
    assert not ConversationDay.objects.exists()
    assert added(lines(acme)).amount == entry.amount
    assert conversations_spend(Scope((acme,), DAY, DAY, UTC)).count == 0
    assert differences() == []


def test_what_is_broken_is_found_and_repaired(acme, price):
    spend(acme, price)
    rollups.fold()
    SpendDay.objects.filter(zone="UTC").update(amount=1)
    (found,) = rollups.check()
    assert (found.tenant_id, found.day, found.rollup) == (acme.pk, DAY, 1)
    assert found.ledger == Decimal("0.00015")
    assert "1.000000000000 instead of 0.000150000000" in Alert.objects.get(tenant=None).why
    assert rollups.check() == []
    assert folded() == Decimal("0.00015")


def test_a_dump_restored_into_a_younger_cluster_is_folded_anew(acme, price):
    entry = spend(acme, price)
    rollups.fold()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_ledgerentry SET writer = '999999999999'")
    RollupState.objects.update(watermark=999_999_999_990)
    fresh = spend(acme, price)
    assert added(lines(acme)).amount == entry.amount + fresh.amount
    rollups.fold()
    rollups.fold()
    assert folded() == added(lines(acme)).amount == entry.amount + fresh.amount
    assert differences() == []


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
def test_a_day_begins_where_the_zone_says(acme, price, zone):
    """Zones that are off by quarters of an hour, one of them with a summer time of half an hour."""
    acme.time_zone = zone
    acme.save()
    midnight = datetime.datetime.combine(DAY, datetime.time(), zoneinfo.ZoneInfo(zone))
    spend(acme, price, at=midnight - datetime.timedelta(microseconds=1))
    spend(acme, price, at=midnight)
    rollups.fold()
    days = SpendDay.objects.filter(zone=zone).order_by("day").values_list("day", "calls")
    assert list(days) == [(DAY - datetime.timedelta(days=1), 1), (DAY, 1)]
    assert differences() == []
