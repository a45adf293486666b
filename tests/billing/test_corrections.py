"""A correction is one more line of the same attempt: in the sums, but no call."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.models import LedgerEntry
from billing.selectors.conversations import spent_on
from billing.selectors.spend import Scope, spend_lines
from billing.usage import Usage
from tests import factories

DAY = datetime.date(2026, 11, 1)
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def entry(acme):
    generation = factories.answered(factories.make_conversation(acme))
    return factories.make_ledger_entry(generation, factories.make_price(), Usage(1000, 100), NOON)


def test_a_correction_moves_the_amount_and_counts_as_no_call(acme, entry):
    factories.make_correction(entry, "-0.00005", at=NOON)
    (line,) = spend_lines(Scope((acme,), DAY, DAY, zoneinfo.ZoneInfo("UTC")))
    assert (line.calls, line.exact, line.errors) == (1, 1, 0)
    assert (line.input_tokens, line.amount) == (1000, Decimal("0.0001"))
    sums = spent_on(entry.generation.conversation)
    assert (sums.calls, sums.amount) == (1, Decimal("0.0001"))


def test_a_correction_without_a_reason_is_refused(entry):
    with pytest.raises(IntegrityError, match="corrections_have_a_reason"), transaction.atomic():
        factories.make_correction(entry, "1", reason="")
    assert LedgerEntry.objects.count() == 1
