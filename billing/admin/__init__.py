"""Staff pages of the till; importing this registers them."""

from billing.admin.alerts import AlertAdmin, AlertHookAdmin
from billing.admin.aliases import ModelAliasAdmin
from billing.admin.ledger import AttemptAdmin, LedgerEntryAdmin
from billing.admin.limits import SpendLimitAdmin
from billing.admin.prices import PriceAdmin
from billing.admin.proposals import PriceProposalAdmin

__all__ = [
    "AlertAdmin",
    "AlertHookAdmin",
    "AttemptAdmin",
    "LedgerEntryAdmin",
    "ModelAliasAdmin",
    "PriceAdmin",
    "PriceProposalAdmin",
    "SpendLimitAdmin",
]
