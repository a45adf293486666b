"""Whose fault it was that a reply failed."""

import enum

from chatbot.providers.errors import BY_CODE, Family


class Fault(enum.StrEnum):
    """Who has to do something about it; `WISHED` is no error."""

    OURS = "ours"
    PROVIDER = "provider"
    SETTINGS = "settings"
    WISHED = "wished"


# Share of the replies that may fail before the budget for errors is used up.
BUDGET = 0.005

TITLES = {
    Fault.OURS: "This product",
    Fault.PROVIDER: "The provider",
    Fault.SETTINGS: "Keys, credit and prices",
    Fault.WISHED: "As wished: limits and guardrails",
}
WHAT_TO_DO = {
    Fault.OURS: "The transcripts say why; the log has the same ids.",
    Fault.PROVIDER: "Who stands in when one fails is set under Fallback.",
    Fault.SETTINGS: "`python3 manage.py doctor` says which, and what to do.",
    Fault.WISHED: "Not an error: a spend limit, a word list, or the provider's own rules said no.",
}

WISHED = {"spend_limit", "blocked", "not_judged"}
SETTINGS = {
    *("unpriced", "billing", "no_key", "empty_at_limit"),
    *("http_401", "http_402", "http_403", "http_404"),
}
# A request that a server does not take was not made as it should be.
OURS = {
    *("database", "gave_up", "http_400", "http_413", "http_422"),
    *("unsupported_parameter", "unsupported_value", "invalid_value"),
    *("missing_required_parameter", "context_length_exceeded"),
}
OF_FAMILY = {
    Family.POLICY: Fault.WISHED,
    Family.NO_MONEY: Fault.SETTINGS,
    Family.BAD_KEY: Fault.SETTINGS,
    Family.FORBIDDEN: Fault.SETTINGS,
    Family.NO_MODEL: Fault.SETTINGS,
    Family.TOO_LONG: Fault.OURS,
}


def fault_of(code: str) -> Fault:
    """Whose fault a failure with this code is; the provider's where nobody else is known for it."""
    for codes, fault in ((WISHED, Fault.WISHED), (SETTINGS, Fault.SETTINGS), (OURS, Fault.OURS)):
        if code in codes:
            return fault
    family = BY_CODE.get(code)
    return OF_FAMILY.get(family, Fault.PROVIDER) if family else Fault.PROVIDER
