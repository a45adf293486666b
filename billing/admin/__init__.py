"""Staff pages of the till; importing this registers them."""

from billing.admin.alerts import AlertAdmin, AlertHookAdmin
from billing.admin.ledger import AttemptAdmin, LedgerEntryAdmin
from billing.admin.limits import SpendLimitAdmin
from billing.admin.prices import PriceAdmin

__all__ = [
    "AlertAdmin",
    "AlertHookAdmin",
    "AttemptAdmin",
    "LedgerEntryAdmin",
    "PriceAdmin",
    "SpendLimitAdmin",
]
