"""Each reason of a difference is found with its amount, and nothing is explained away."""

import datetime
from decimal import Decimal

import pytest

from billing.bills import BilledLine
from billing.models import Attempt, LedgerEntry, ProviderBill
from billing.selectors.reconciliation import compared, newest_difference
from billing.services.reconcile import keep_bills
from billing.usage import Usage
from tests import factories

pytestmark = pytest.mark.django_db
Source = ProviderBill.Source
DAY = datetime.date(2026, 11, 20)
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
MILLION = Usage(1_000_000, 0)


def entry(tenant, price, usage=MILLION, at=NOON, **fields):
    """A settled call of that day, with what the ledger says about it."""
    generation = factories.answered(factories.make_conversation(tenant))
    opened = fields.pop("opened_at", at)
    attempt = Attempt.objects.create(
        tenant=tenant,
        generation=generation,
        purpose="reply",
        model=price.model,
        price=price,
        state=fields.pop("state", "settled"),
        prompt_tokens=usage.input,
        max_output_tokens=0,
        held=fields.get("amount", usage.input * price.input / 1_000_000),
        request={},
        opened_at=opened,
    )
    if attempt.state == "open":
        return None
    return LedgerEntry.objects.create(
        attempt=attempt,
        tenant=tenant,
        generation=generation,
        purpose="reply",
        model=price.model,
        price=price,
        at=at,
        **{
            "input_tokens": usage.input,
            "cached_tokens": usage.cached,
            "output_tokens": usage.output,
            "certainty": "exact",
            "amount": usage.input * price.input / 1_000_000,
            "outcome": "stop",
        }
        | fields,
    )


def billed(amount, item="m, input", quantity=None, day=DAY):
    tokens = None if quantity is None else Decimal(quantity)
    keep_bills([BilledLine(day, item, Decimal(amount), tokens)], [day], Source.UPLOAD)


def the_day():
    (day,) = compared(DAY, DAY)
    parts = sum((reason.amount for reason in day.reasons), Decimal(0))
    assert parts + day.unexplained == day.difference
    return day


def only_reason():
    day = the_day()
    (reason,) = day.reasons
    assert day.unexplained == 0
    return reason


@pytest.fixture
def price(db):
    return factories.make_price("m", input="1", output="2")


def test_equal_books_have_no_difference(acme, globex, price):
    entry(acme, price)
    entry(globex, price)
    billed("2", quantity=2_000_000)
    day = the_day()
    assert (day.ledger, day.provider, day.difference, day.reasons) == (2, 2, 0, [])


def test_an_unknown_call_accounts_for_what_was_charged_too_much(acme, price):
    entry(acme, price)
    entry(acme, price, certainty="unknown")
    billed("1.25", quantity=1_250_000)
    reason = only_reason()
    assert "unknown tokens" in reason.why
    assert (reason.amount, reason.sure) == (Decimal("0.75"), False)


def test_an_estimated_call_may_have_cost_more_or_less(acme, price):
    entry(acme, price, certainty="estimated")
    billed("1.10", quantity=1_100_000)
    assert only_reason().amount == Decimal("-0.10")
    billed("0.90", quantity=900_000)
    assert only_reason().amount == Decimal("0.10")


def test_a_call_that_is_not_settled_is_only_on_the_bill(acme, price):
    entry(acme, price, state="open")
    billed("0.40", quantity=400_000)
    reason = only_reason()
    assert "not settled yet (1)" in reason.why
    assert reason.amount == Decimal("-0.40")


def test_a_call_over_midnight_is_on_another_day_of_the_bill(acme, price):
    start = NOON - 12 * HOUR
    second = datetime.timedelta(seconds=1)
    entry(acme, price, at=start + second, opened_at=start - second)
    billed("0")
    reason = only_reason()
    assert "over midnight UTC (1)" in reason.why
    assert reason.amount == 1
    (before,) = compared(DAY - datetime.timedelta(days=1), DAY - datetime.timedelta(days=1)) or [
        None
    ]
    assert before is None


def test_another_price_at_the_provider_is_worked_out_from_its_tokens(acme, price):
    entry(acme, price)
    billed("1.50", quantity=1_000_000)
    reason = only_reason()
    assert (reason.amount, reason.sure) == (Decimal("-0.5"), True)


def test_a_price_that_changed_on_the_day_accounts_for_calls_between(acme, price):
    factories.make_price("m", input="3", valid_from=NOON)
    entry(acme, price)
    billed("3")
    reason = only_reason()
    assert "price that changed on this day" in reason.why
    assert reason.amount == -2


def test_a_model_that_is_not_called_from_here_is_somebody_elses(acme, price):
    entry(acme, price)
    keep_bills(
        [BilledLine(DAY, "m, input", Decimal(1)), BilledLine(DAY, "web search", Decimal("0.03"))],
        [DAY],
        Source.API,
    )
    reason = only_reason()
    assert "others" in reason.why
    assert reason.amount == Decimal("-0.03")


def test_a_total_without_line_items_is_not_taken_for_somebody_elses(acme, price):
    entry(acme, price)
    billed("1.2", item="")
    day = the_day()
    assert (day.reasons, day.unexplained) == ([], Decimal("-0.2"))


def test_a_correction_is_a_reason_of_its_own(acme, price):
    factories.make_correction(entry(acme, price), "-0.2", at=NOON)
    billed("1", quantity=1_000_000)
    reason = only_reason()
    assert (reason.why, reason.amount) == ("Corrections in the ledger (1)", Decimal("-0.2"))


def test_what_nothing_accounts_for_stays_unexplained(acme, price):
    entry(acme, price)
    billed("5", quantity=5_000_000)
    day = the_day()
    assert (day.reasons, day.unexplained) == ([], -4)


@pytest.mark.parametrize("theirs", ["m", "m-2026-09-22", "azure-m"])
def test_a_model_is_known_by_its_dated_name_and_its_aliases(acme, price, theirs):
    factories.make_alias("azure-m", "m")
    entry(acme, price)
    billed("1", item=f"{theirs}, input", quantity=1_000_000)
    assert the_day().reasons == []


def test_days_without_a_bill_are_told_and_have_no_difference(acme, price):
    entry(acme, price)
    day = the_day()
    assert (day.ledger, day.provider, day.difference) == (1, None, 0)


def test_a_day_that_is_read_again_is_replaced_as_a_whole(acme):
    lines = [BilledLine(DAY, "a", Decimal(1)), BilledLine(DAY, "a", Decimal(2))]
    keep_bills(lines, [DAY], Source.API)
    assert ProviderBill.objects.get().amount == 3
    keep_bills([BilledLine(DAY, "b", Decimal("0.0000000000005"))], [DAY], Source.UPLOAD)
    bill = ProviderBill.objects.get()
    assert (bill.line_item, bill.amount, bill.source) == ("b", 0, "upload")


def test_the_newest_difference_is_of_the_newest_billed_day(acme, price):
    entry(acme, price)
    billed("0.8")
    billed("9", day=DAY - datetime.timedelta(days=1))
    week = DAY - datetime.timedelta(days=6)
    found = newest_difference([acme], week, DAY)
    assert (found.day, found.ledger, found.provider) == (DAY, 1, Decimal("0.8"))
    assert (found.difference, found.percent) == (Decimal("0.2"), 25)
    assert newest_difference([acme], DAY + datetime.timedelta(days=1), DAY) is None


def test_whoever_sees_one_tenant_of_several_gets_the_share_only(acme, globex, price):
    entry(acme, price)
    billed("0.8")
    found = newest_difference([acme], DAY, DAY)
    assert found.percent == 25
    assert (found.ledger, found.provider, found.difference) == (None, None, None)
