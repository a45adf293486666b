"""What a visitor is told when there is no whole answer."""

SORRY = "Sorry, I could not answer this just now. Please try again, or ask for a person."
BROKEN_OFF = "Sorry, my answer broke off here. Please try again, or ask for a person."
PAUSED = "Sorry, the assistant is not available just now. Please ask for a person."
HANDED_OVER = "The assistant is not available just now. A person will answer you here."


def sentence_for(code: str, partial: str) -> str:
    """One sentence for the visitor; it says nothing about keys, prices or limits."""
    if partial:
        return BROKEN_OFF
    if code in ("unpriced", "spend_limit", "invalid_api_key", "insufficient_quota"):
        return PAUSED
    return SORRY
