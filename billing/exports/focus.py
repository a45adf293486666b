"""Spending in the FinOps world's own columns: FOCUS, the cost and usage specification, 1.2.

Every mandatory and recommended column that applies is there, conditional
ones where our rows have something to say, and ours begin with `x_` as the
specification wants of custom columns. Where a column has no value its
field is empty. A line's tokens are of several kinds with a price each, so
there is no unit price, and all four costs are what the ledger says: there
are no discounts, commitments or prepaid parts here.

Columns, types and allowed values were read in the specification's own
repository at version 1.2, November 2026.
"""

import datetime
import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings

from billing.exports.csv import table
from billing.exports.lines import DAY, Of, field, tenant_of
from billing.models import Attempt
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine

UNIT = "Tokens"
SERVICE = "Counterfoil"


def focus_csv(scope: Scope, lines: Iterable[SpendLine]) -> Iterator[str]:
    """A head and one row for each line, piece by piece; moments in UTC, amounts unrounded.

    A line without a call has only a correction: an adjustment of no
    quantity. The model that was called is the SKU, what for is its meter.
    """
    yield from table(list(COLUMNS), ([of(scope, one) for of in COLUMNS.values()] for one in lines))


def _issuer(scope: Scope, line: SpendLine) -> str:
    """This server, which makes the service available to its tenants."""
    return urlsplit(settings.PUBLIC_URL).hostname or SERVICE


def _purpose(scope: Scope, line: SpendLine) -> str:
    known = line.purpose in Attempt.Purpose.values
    return Attempt.Purpose(line.purpose).label if known else line.purpose


def _if_called(value: Of) -> Of:
    return lambda scope, line: value(scope, line) if line.calls else ""


def _always(value: str) -> Of:
    return lambda scope, line: value


def _description(scope: Scope, line: SpendLine) -> str:
    called = f"{line.calls} calls of {line.model}" if line.calls else f"correction for {line.model}"
    return f"{_purpose(scope, line)}: {called}"


def _tags(scope: Scope, line: SpendLine) -> str:
    return json.dumps({"purpose": line.purpose, "persona": line.persona_label})


def _next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + 32 * DAY).replace(day=1)


def _utc(scope: Scope, day: datetime.date) -> str:
    """When the day begins at the scope's place, as the specification writes a moment."""
    start = datetime.datetime.combine(day, datetime.time(), scope.zone)
    return f"{start.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"


COLUMNS: dict[str, Of] = {
    "BilledCost": field("amount"),
    "BillingAccountId": lambda scope, line: tenant_of(scope, line.tenant_id).slug,
    "BillingAccountName": lambda scope, line: tenant_of(scope, line.tenant_id).name,
    "BillingCurrency": _always("USD"),
    "BillingPeriodEnd": lambda scope, line: _utc(scope, _next_month(line.day)),
    "BillingPeriodStart": lambda scope, line: _utc(scope, line.day.replace(day=1)),
    "ChargeCategory": lambda scope, line: "Usage" if line.calls else "Adjustment",
    # for corrections of an invoice already sent; ours are of the month they are made in
    "ChargeClass": _always(""),
    "ChargeDescription": _description,
    "ChargeFrequency": lambda scope, line: "Usage-Based" if line.calls else "One-Time",
    "ChargePeriodEnd": lambda scope, line: _utc(scope, line.day + DAY),
    "ChargePeriodStart": lambda scope, line: _utc(scope, line.day),
    "ConsumedQuantity": _if_called(field("tokens")),
    "ConsumedUnit": _if_called(_always(UNIT)),
    "ContractedCost": field("amount"),
    "EffectiveCost": field("amount"),
    "InvoiceIssuerName": _issuer,
    "ListCost": field("amount"),
    "PricingCategory": _if_called(_always("Standard")),
    "PricingQuantity": _if_called(field("tokens")),
    "PricingUnit": _if_called(_always(UNIT)),
    "ProviderName": _issuer,
    "PublisherName": _always(SERVICE),
    "ServiceCategory": _always("AI and Machine Learning"),
    "ServiceName": _always(SERVICE),
    "ServiceSubcategory": _always("Generative AI"),
    "SkuId": field("model"),
    "SkuMeter": _purpose,
    "Tags": _tags,
    "x_CacheWriteTokens": field("cache_write_tokens"),
    "x_CachedInputTokens": field("cached_tokens"),
    "x_Calls": field("calls"),
    "x_Errors": field("errors"),
    "x_InputTokens": field("input_tokens"),
    "x_OutputTokens": field("output_tokens"),
    "x_ReasoningTokens": field("reasoning_tokens"),
}
