"""Reasons why the till refuses."""


class BillingError(Exception):
    """The till refuses; the message tells staff what to do about it."""

    code = "billing"


class Unpriced(BillingError):
    """The model has no price at that moment; nothing is ever counted as free instead."""

    code = "unpriced"


class PriceTaken(BillingError):
    """The model has another price from that very moment on; prices are never rewritten."""

    code = "price_taken"


class SpendLimitReached(BillingError):
    """The tenant's limit leaves no room for the most this call could cost."""

    code = "spend_limit"
