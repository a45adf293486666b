"""The ledger cannot be rewritten, not even past the code."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from billing.models import LedgerEntry
from billing.usage import Usage
from tests.factories import answered, make_conversation, make_ledger_entry, make_price


@pytest.fixture
def entry(acme):
    generation = answered(make_conversation(acme))
    return make_ledger_entry(generation, make_price(), Usage(1000, 100))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_ledgerentry SET amount = 0",
        "UPDATE billing_ledgerentry SET generation_id = NULL, output_tokens = 0",
        "DELETE FROM billing_ledgerentry",
    ],
)
def test_no_statement_changes_an_entry(entry, statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert LedgerEntry.objects.get().amount == Decimal("0.00015")


def test_erasing_a_conversation_leaves_the_sum_unmoved(entry):
    entry.generation.conversation.delete()
    left = LedgerEntry.objects.get()
    assert left.generation is None
    assert left.amount == entry.amount
