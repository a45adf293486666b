"""Read an answer with an error status: what it means, and how long to leave the provider alone."""

import datetime
import email.utils
import re
from collections.abc import Mapping

from openai import APIStatusError

from chatbot.providers.base import Failure
from chatbot.providers.errors import Family, family_of

NAMES = {401: "invalid_api_key", 404: "model_not_found"}
# `1s`, `6m0s`, `20ms`, `1h2m`
SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST_SECONDS = 86400.0


def refusal_of(error: APIStatusError, secret: str = "") -> Failure:
    """The failure that an error status is: nothing was generated, so nothing is billed.

    Staff read its words, so the key, which some servers repeat, is taken out of them.
    """
    said = error.body.get("message") if isinstance(error.body, dict) else None
    if secret and isinstance(said, str):
        said = said.replace(secret, "(the key)")
    code = error.code if isinstance(error.code, str) and not error.code.isdigit() else None
    family = family_of(error.status_code, code, error.type, said)
    detail = f"The provider answered {error.status_code}: {said or 'no reason given'}"
    if family is Family.TOO_LONG:
        code = code or "context_length_exceeded"
    return Failure(
        code or NAMES.get(error.status_code) or f"http_{error.status_code}",
        detail[:500],
        billed=False,
        family=family,
        after=_wait_asked(error.response.headers, family),
    )


def _wait_asked(headers: Mapping[str, str], family: Family) -> float:
    """The seconds that a provider asks for; 0 where it does not, or says nonsense.

    The budget that is used up tells by its reset where there is no
    `retry-after`. Azure is known to send -1 and 0 there.
    """
    asked = _seconds(headers.get("retry-after-ms", "")) / 1000
    asked = asked or _seconds(headers.get("retry-after", ""))
    if not asked and family in (Family.RATE, Family.SLOW_DOWN):
        for what in ("requests", "tokens"):
            if headers.get(f"x-ratelimit-remaining-{what}", "").strip() == "0":
                asked = max(asked, _span(headers.get(f"x-ratelimit-reset-{what}", "")))
    return asked


def _seconds(header: str) -> float:
    """A number of seconds, or those until a date; 0 for less than nothing, and from a day on."""
    try:
        seconds = float(header)
        return seconds if 0 < seconds < LONGEST_SECONDS else 0.0
    except ValueError:
        pass
    try:
        until = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        return 0.0
    return max((until - datetime.datetime.now(datetime.UTC)).total_seconds(), 0.0)


def _span(header: str) -> float:
    """`6m0s` in seconds."""
    return sum(float(number) * SECONDS[unit] for number, unit in SPAN.findall(header))
