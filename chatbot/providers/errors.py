"""What kind of trouble an error of a provider's is, whatever words and status it comes with."""

import enum
import re


class Family(enum.StrEnum):
    """Kinds of trouble that want different answers; `retry.py` says which."""

    RATE = "rate"  # asked too often
    SLOW_DOWN = "slow_down"  # asked too often for the provider as a whole
    DOWN = "down"  # errs, is overloaded, or cannot be reached
    SILENT = "silent"  # took the request and said nothing
    NO_MONEY = "no_money"  # credit or a spend limit at the provider is used up
    BAD_KEY = "bad_key"
    FORBIDDEN = "forbidden"
    NO_MODEL = "no_model"
    TOO_LONG = "too_long"  # the prompt does not fit into the model's context
    POLICY = "policy"  # the provider's filter refused question or answer
    BAD_REQUEST = "bad_request"
    BROKEN = "broken"  # the stream ended before the answer did
    EMPTY = "empty"
    OURS = "ours"  # nothing the provider did


# Codes of OpenAI's error guide and of Azure's reference, read in Nov 2026.
BY_CODE = {
    "rate_limit_exceeded": Family.RATE,
    "slow_down": Family.SLOW_DOWN,
    "server_error": Family.DOWN,
    "server_is_overloaded": Family.DOWN,
    "insufficient_quota": Family.NO_MONEY,
    "credit_balance_exhausted": Family.NO_MONEY,
    "organization_usage_limit_exceeded": Family.NO_MONEY,
    "organization_spend_limit_exceeded": Family.NO_MONEY,
    "project_spend_limit_exceeded": Family.NO_MONEY,
    "billing_hard_limit_reached": Family.NO_MONEY,
    "billing_not_active": Family.NO_MONEY,
    "invalid_api_key": Family.BAD_KEY,
    "unsupported_country_region_territory": Family.FORBIDDEN,
    "model_not_found": Family.NO_MODEL,
    "DeploymentNotFound": Family.NO_MODEL,
    "context_length_exceeded": Family.TOO_LONG,
    "content_filter": Family.POLICY,
    "content_policy_violation": Family.POLICY,
    "invalid_prompt": Family.POLICY,
}
BY_STATUS = {
    401: Family.BAD_KEY,
    402: Family.NO_MONEY,
    403: Family.FORBIDDEN,
    404: Family.NO_MODEL,
    408: Family.DOWN,
    409: Family.DOWN,
    429: Family.RATE,
}
# A 429 of these kinds is about money or contracts and stays one however often one asks.
LASTING = ("insufficient_quota", "exhausted", "limit_exceeded", "limit_reached")
# vLLM, Ollama and llama.cpp give a 400 and a sentence, no code.
TOO_LONG = re.compile(
    r"maximum context length|context (length|window|size)|prompt is too long|too many tokens", re.I
)


def family_of(status: int, code: str | None, kind: str | None, message: str | None) -> Family:
    """The family of an error: by its code, else by its type and words, else by its status."""
    known = BY_CODE.get(code or "")
    if known:
        return known
    if status == 429 and any(word in f"{code} {kind}" for word in LASTING):
        return Family.NO_MONEY
    if status in (400, 413, 422) and TOO_LONG.search(message or ""):
        return Family.TOO_LONG
    if status >= 500:
        return Family.DOWN
    return BY_STATUS.get(status, Family.BAD_REQUEST)
