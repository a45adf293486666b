"""All models of the till."""

from billing.models.alerts import Alert, AlertHook, Delivery
from billing.models.attempts import Attempt
from billing.models.ledger import LedgerEntry
from billing.models.limits import Budget, SpendLimit
from billing.models.prices import Price

__all__ = [
    "Alert",
    "AlertHook",
    "Attempt",
    "Budget",
    "Delivery",
    "LedgerEntry",
    "Price",
    "SpendLimit",
]
