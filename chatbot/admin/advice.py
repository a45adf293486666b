"""What staff can do about a reply that failed."""

ADVICE = {
    "unpriced": "Set a price for the model, then ask the visitor to write again.",
    "spend_limit": "A manager can raise the limit, or it begins anew by itself.",
    "invalid_api_key": "Put a valid key in under Keys, or OPENAI_API_KEY into .env and restart.",
    "no_key": "Every key was refused or has gone. Put a valid one in under Keys.",
    "insufficient_quota": "Add credit at the provider, or use another key.",
    "provider_down": "It has been failing and was not even asked. A fallback step would answer.",
    "model_not_found": "Check CHAT_MODEL and the persona's model: the provider does not know it.",
    "context_length_exceeded": "Too long even without history: shorten the system prompt.",
    "content_filter": "The provider's filter refused question or answer. Nothing is wrong here.",
    "rate_limit_exceeded": "The provider was asked too often. If it goes on, ask it for more.",
    "unreachable": "Check OPENAI_BASE_URL and this server's way to the provider.",
    "connect_timeout": "The provider took no connection. Look at its status page, and the network.",
    "no_first_token": "The model did not begin in time. MODEL_FIRST_TOKEN_SECONDS gives it longer.",
    "silent": "The model fell silent in the middle. If it goes on, look at its status page.",
    "too_slow": "The answer took too long. Lower its limit, or raise MODEL_WHOLE_SECONDS.",
    "interrupted": "The line to the provider broke. Once is chance; often is a proxy or network.",
    "malformed": "The server at OPENAI_BASE_URL does not speak the API as it should.",
    "empty": "The model used its tokens without writing. Raise MAX_OUTPUT_TOKENS or the persona's.",
    "empty_at_limit": "It thought until its limit. Raise the limit, or lower the model's effort.",
    "blocked": "Nothing, if it was right. Was it a false alarm? Mark it below, and mend the list.",
    "not_judged": "Price the moderation model, or let the policy answer without a judgement.",
    "gave_up": "Workers died over this reply; the worker's log says why.",
}
AT_THE_PROVIDER = "The fault is at the provider; its status page may say more."
ELSE = "The visitor was asked to try again. The details below say what the provider answered."


def advice_for(code: str) -> str:
    """One sentence: what to do about this failure."""
    if code.startswith("http_5") or code in {"server_error", "server_is_overloaded"}:
        return AT_THE_PROVIDER
    return ADVICE.get(code, ELSE)
