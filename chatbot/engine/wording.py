"""What a visitor is told when there is no whole answer."""

from chatbot.guardrails.screen import Refusal

SORRY = "Sorry, I could not answer this just now. Please try again, or ask for a person."
BROKEN_OFF = "Sorry, my answer broke off here. Please try again, or ask for a person."
PAUSED = "Sorry, the assistant is not available just now. Please ask for a person."
HANDED_OVER = "The assistant is not available just now. A person will answer you here."
NOT_HERE = "Sorry, I cannot answer this here. Please ask differently, or ask for a person."
STOPPED = "Sorry, I have to stop my answer here. Please ask differently, or ask for a person."
A_PERSON = "A person will answer you here."


def sentence_of(refusal: Refusal, partial: str) -> str:
    """What a visitor is told where the guardrails end a reply, if the tenant has not chosen."""
    if refusal.for_person:
        return A_PERSON
    return STOPPED if partial else NOT_HERE


def sentence_for(code: str, partial: str) -> str:
    """One sentence for the visitor; it says nothing about keys, prices or limits."""
    if partial:
        return BROKEN_OFF
    if code in ("unpriced", "spend_limit", "invalid_api_key", "insufficient_quota"):
        return PAUSED
    return SORRY
