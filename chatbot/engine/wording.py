"""What a visitor is told when there is no whole answer."""

from chatbot.guardrails.screen import Refusal

SORRY = "Sorry, I could not answer this just now. Please try again, or ask for a person."
BROKEN_OFF = "Sorry, my answer broke off here. Please try again, or ask for a person."
PAUSED = "Sorry, the assistant is not available just now. Please ask for a person."
NOT_THIS = "Sorry, I cannot answer that. Please ask in other words, or ask for a person."
TOO_LONG = "Sorry, that was too long for me. Please ask in fewer words, or ask for a person."
NO_ANSWER = "Sorry, the assistant did not answer in time. Please try again, or ask for a person."
FELL_SILENT = "Sorry, my answer stopped here. Please try again, or ask for a person."
TOO_SLOW = "Sorry, my answer took too long and ends here. Please try again, or ask for a person."
HANDED_OVER = "The assistant is not available just now. A person will answer you here."
NOT_HERE = "Sorry, I cannot answer this here. Please ask differently, or ask for a person."
STOPPED = "Sorry, I have to stop my answer here. Please ask differently, or ask for a person."
A_PERSON = "A person will answer you here."


def sentence_of(refusal: Refusal, partial: str) -> str:
    """What a visitor is told where the guardrails end a reply, if the tenant has not chosen."""
    if refusal.for_person:
        return A_PERSON
    return STOPPED if partial else NOT_HERE


PAUSES = {
    *("unpriced", "spend_limit", "invalid_api_key", "no_key", "provider_down"),
    *("insufficient_quota", "credit_balance_exhausted", "organization_usage_limit_exceeded"),
    *("organization_spend_limit_exceeded", "project_spend_limit_exceeded"),
}
BEFORE_A_WORD = {
    **dict.fromkeys(PAUSES, PAUSED),
    **dict.fromkeys(("connect_timeout", "no_first_token"), NO_ANSWER),
    "content_filter": NOT_THIS,
    "content_policy_violation": NOT_THIS,
    "context_length_exceeded": TOO_LONG,
}
AFTER_SOME = {"silent": FELL_SILENT, "too_slow": TOO_SLOW}


def sentence_for(code: str, partial: str) -> str:
    """One sentence for the visitor; it says nothing about keys, prices or limits."""
    if partial:
        return AFTER_SOME.get(code, BROKEN_OFF)
    return BEFORE_A_WORD.get(code, SORRY)
