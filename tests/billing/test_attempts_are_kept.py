"""A call stays in the books as it was made."""

import pytest
from django.db import DatabaseError, connection, transaction

from billing.models import Attempt
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from tests.factories import make_conversation, make_price, post


@pytest.fixture
def attempt(acme):
    make_price()
    call = Call(Attempt.Purpose.REPLY, "demo-1", 10, 10, request={})
    return open_attempt(post(make_conversation(acme)).generation, call)


def settle(attempt):
    ledger.settle(attempt, Usage(1, 1), certainty=ledger.Certainty.EXACT, outcome="stop")


def refused(statement):
    with (
        pytest.raises(DatabaseError, match="stays in the books"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_attempt SET held = 0",
        "UPDATE billing_attempt SET request = '{}'",
        "UPDATE billing_attempt SET state = 'free'",
        "UPDATE billing_attempt SET opened_at = now(), generation_id = NULL",
        "DELETE FROM billing_attempt",
    ],
)
def test_no_statement_changes_a_call(attempt, statement):
    refused(statement)


@pytest.mark.parametrize("change", ["state = 'open'", "budgets = '{1}'"])
def test_a_settled_call_stays_settled(attempt, change):
    settle(attempt)
    refused(f"UPDATE billing_attempt SET {change}")


def test_erasing_a_visitor_leaves_the_call(attempt):
    attempt.generation.conversation.visitor.delete()
    settle(attempt)
    kept = Attempt.objects.get()
    assert (kept.generation, kept.state) == (None, "settled")
