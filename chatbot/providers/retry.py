"""Which refusals pass by themselves, and how long to wait for it."""

import random

from chatbot.providers.base import Failure

TRIES = 3
# A visitor waits: what asks for more patience than this is a failure.
LONGEST_WAIT_SECONDS = 10.0

# A 429 of these kinds is about money or contracts and stays one however often
# one asks (OpenAI's error guide, read in Nov 2026).
LASTING = ("insufficient_quota", "exhausted", "limit_exceeded")
PASSING = ("rate_limit_exceeded", "slow_down")


def may_pass(status: int, code: str | None, kind: str | None) -> bool:
    """Whether the same request may be answered a moment later."""
    if status >= 500:
        return True
    if status != 429:
        return False
    if code in PASSING:
        return True
    return not any(word in f"{code} {kind}" for word in LASTING)


def wait_before(tries: int, failure: Failure) -> float | None:
    """Seconds to wait after so many tries; None where another one makes no sense.

    Spread, so that replies refused in one moment do not come back in one.
    """
    if not failure.again or tries >= TRIES or failure.after > LONGEST_WAIT_SECONDS:
        return None
    return failure.after + random.uniform(0.5, 1.0) * 2 ** (tries - 1)  # noqa: S311 - no secret
