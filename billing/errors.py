"""Reasons why the till refuses."""

from collections.abc import Sequence


class BillingError(Exception):
    """The till refuses; the message tells staff what to do about it."""

    code = "billing"


class Unpriced(BillingError):
    """The model has no price at that moment; nothing is ever counted as free instead."""

    code = "unpriced"


class PriceTaken(BillingError):
    """The model has another price from that very moment on; prices are never rewritten."""

    code = "price_taken"


class NothingToCorrect(BillingError):
    """The correction says nothing, or says that a call cost less than nothing."""

    code = "nothing_to_correct"


class SpendLimitReached(BillingError):
    """A limit leaves no room for the most this call could cost.

    `limits` are the ids of those without room, `at_hard` and `cheaper_model`
    what the strictest of them wants instead.
    """

    code = "spend_limit"

    def __init__(
        self,
        message: str,
        *,
        limits: Sequence[int] = (),
        at_hard: str = "stop",
        cheaper_model: str = "",
    ) -> None:
        super().__init__(message)
        self.limits = limits
        self.at_hard = at_hard
        self.cheaper_model = cheaper_model


class AlreadyDecided(BillingError):
    """A person has approved or rejected this proposal before."""

    code = "already_decided"


class PriceTooEarly(BillingError):
    """Calls were already charged at another price since that moment."""

    code = "price_too_early"
