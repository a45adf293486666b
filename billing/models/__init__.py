"""All models of the till."""

from billing.models.alerts import Alert, AlertHook, Delivery
from billing.models.aliases import ModelAlias
from billing.models.attempts import Attempt
from billing.models.digests import SentDigest
from billing.models.ledger import LedgerEntry
from billing.models.limits import Budget, SpendLimit
from billing.models.prices import Price, Tier
from billing.models.proposals import PriceProposal
from billing.models.reconciliation import ProviderBill
from billing.models.rollups import ConversationDay, KeptZone, RollupState, SpendDay

__all__ = [
    "Alert",
    "AlertHook",
    "Attempt",
    "Budget",
    "ConversationDay",
    "Delivery",
    "KeptZone",
    "LedgerEntry",
    "ModelAlias",
    "Price",
    "PriceProposal",
    "ProviderBill",
    "RollupState",
    "SentDigest",
    "SpendDay",
    "SpendLimit",
    "Tier",
]
