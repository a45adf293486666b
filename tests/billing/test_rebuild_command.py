"""`manage.py rebuild_rollups` finds what differs, and makes it right."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from billing.models import SpendDay
from billing.services import rollups
from billing.usage import Usage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def broken(acme):
    generation = factories.answered(factories.make_conversation(acme))
    factories.make_ledger_entry(generation, factories.make_price(), Usage(1000, 100), NOON)
    rollups.fold()
    SpendDay.objects.update(amount=1)


def test_checking_lists_what_differs_and_changes_nothing(acme, broken):
    said = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("rebuild_rollups", "--check", stdout=said)
    assert f"tenant {acme.pk}, 2026-11-01 (UTC): ledger 0.000150000000" in said.getvalue()
    assert SpendDay.objects.get().amount == 1


def test_rebuilding_makes_it_right(broken):
    call_command("rebuild_rollups", stdout=StringIO())
    with pytest.raises(SystemExit, match="0"):
        call_command("rebuild_rollups", "--check", stdout=StringIO())
