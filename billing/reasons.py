"""Why a day of the ledger differs from the provider's bill."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from billing.differences import Possible, Reason
from billing.models import LedgerEntry, ProviderBill, Tier
from billing.models.prices import Price
from billing.money import MILLION, MONEY, rounded
from billing.pricing import cost_at, token_prices
from billing.selectors.billed_days import DayBooks, Group

Certainty = LedgerEntry.Certainty


def sure_reasons(
    books: DayBooks, bills: Iterable[ProviderBill], names: Mapping[str, str]
) -> list[Reason]:
    """What can be worked out; `names` says which model here each of the provider's names is."""
    bills = list(bills)
    others = [bill for bill in bills if bill.line_item and names[bill.model] not in books.models]
    billed = sum((bill.amount for bill in others), Decimal(0))
    called = [bill for bill in bills if bill not in others]
    return [
        Reason(
            "Billed for what was not called from here: others with the same key or organization",
            -billed,
            sure=True,
        ),
        Reason(
            f"Corrections in the ledger ({books.corrections.calls:,})",
            books.corrections.amount,
            sure=True,
        ),
        Reason(
            "The provider charged another price per token than the ledger",
            _price_effect(books, called, names),
            sure=True,
        ),
    ]


def possible_reasons(books: DayBooks) -> list[Possible]:
    """What may account for the rest, the likeliest first."""
    unknown, estimated = books.counted(Certainty.UNKNOWN), books.counted(Certainty.ESTIMATED)
    zero = Decimal(0)
    return [
        Possible(
            f"Calls of unknown tokens, charged at the most they could cost ({unknown.calls:,})",
            zero,
            unknown.amount,
        ),
        Possible(
            f"Estimated calls, whose tokens were counted here ({estimated.calls:,})",
            -estimated.amount,
            estimated.amount,
        ),
        Possible(
            f"Calls that are not settled yet ({books.unsettled.calls:,})",
            -books.unsettled.amount,
            zero,
        ),
        Possible(
            "Calls that ran over midnight UTC "
            f"({books.from_yesterday.calls + books.into_tomorrow.calls:,})",
            -books.into_tomorrow.amount,
            books.from_yesterday.amount,
        ),
        _price_change(books),
    ]


def _price_effect(books: DayBooks, bills: list[ProviderBill], names: Mapping[str, str]) -> Decimal:
    """The provider's own tokens at the ledger's price, less what it charged for them.

    Only kinds of token whose number both sides know; the ledger's price of
    a kind is what its calls of that day paid for it on average.
    """
    effect = Decimal(0)
    theirs: dict[tuple[str, str], list[ProviderBill]] = {}
    for bill in bills:
        if bill.kind:
            theirs.setdefault((names[bill.model], bill.kind), []).append(bill)
    for (model, kind), some in theirs.items():
        known = [
            (group.tokens()[kind], group.per_million()[kind])
            for group in books.groups
            if group.price.model == model and group.certainty != Certainty.UNKNOWN
        ]
        tokens = sum(count for count, _ in known)
        if not tokens or any(bill.quantity is None for bill in some):
            continue
        average = sum((count * price for count, price in known), Decimal(0)) / tokens
        quantity = sum((bill.quantity or Decimal(0) for bill in some), Decimal(0))
        effect += quantity * average / MILLION - sum(bill.amount for bill in some)
    return rounded(effect, MONEY["decimal_places"])


def _price_change(books: DayBooks) -> Possible:
    """If a price changed on the day: all of its calls at the old or at the new one."""
    low = high = Decimal(0)
    names = []
    for model in sorted({price.model for price in books.changed} & books.models):
        groups = [group for group in books.groups if group.price.model == model]
        standard = [group for group in groups if group.price.tier == Tier.STANDARD]
        rows = {group.price for group in standard} | {
            price for price in books.changed if price.model == model
        }
        paid = sum((group.amount for group in standard), Decimal(0))
        apart = [paid - sum((_at(group, row) for group in standard), Decimal(0)) for row in rows]
        low, high = low + min(apart, default=low), high + max(apart, default=high)
        names.append(model)
    why = f"A price that changed on this day, at which moment for the provider: {', '.join(names)}"
    return Possible(why, min(low, Decimal(0)), max(high, Decimal(0)))


def _at(group: Group, price: Price) -> Decimal:
    each = token_prices(price, long=group.long)
    if group.certainty == Certainty.UNKNOWN:
        usage = group.usage
        return (usage.input * each.dearest_input + usage.output * each.output) / MILLION
    return cost_at(group.usage, each)
