"""What the demo model does with the questions of a row.

`match` goes on after the label of a mark: without one the rule is for all
questions of the row, `7:` is for the seventh. Rules are put in force before
the first question is asked, and for `quota` questions where each has its own.
"""

from collections.abc import Callable
from typing import Any

Rule = dict[str, Any]

BREAK_AFTER = 12  # tokens, of forty
SHORT = {"tokens": 40, "token_ms": 15, "first_token_ms": 100}
LONG = {"tokens": 120, "token_ms": 25, "first_token_ms": 100}
RETRY_AFTER_S = 2

RULES: dict[str, list[Rule]] = {
    "tab_closed": [LONG],
    "reloaded": [LONG],
    "cut_before_ack": [{"tokens": 5, "token_ms": 5, "first_token_ms": 20}],
    "out_of_credit": [
        {"status": 429, "code": "insufficient_quota", "type": "insufficient_quota"},
    ],
    "cut_mid_stream": [{"cut_after_tokens": BREAK_AFTER, **SHORT}],
    "ends_early": [{"end_early_after_tokens": BREAK_AFTER, **SHORT}],
    "malformed_chunk": [{"corrupt_after_tokens": BREAK_AFTER, **SHORT}],
}


def rules_of(name: str, quota: int) -> list[Rule]:
    """The rules for the questions of this row, the first that fits wins."""
    each = EACH.get(name)
    own = [each(number) | {"match": f"{number}:"} for number in range(1, quota + 1)] if each else []
    return own + RULES.get(name, [])


def _once(rule: Rule, times: int = 1) -> Callable[[int], Rule]:
    """Every question meets this so often, and then a good answer."""
    return lambda number: {**rule, "times": times}


def _in_turn(*rules: Rule) -> Callable[[int], Rule]:
    """The questions meet these one after the other."""
    return lambda number: {**rules[(number - 1) % len(rules)]}


EACH: dict[str, Callable[[int], Rule]] = {
    "rate_limited": _once({"status": 429, "retry_after": RETRY_AFTER_S}),
    "refused_key": _in_turn({"status": 401}, {"status": 403}),
    "server_errors": _once({"status": 503}, times=2),
    "hangs": _in_turn({"stall_before_headers": True}, {"stall_after_tokens": 10, **SHORT}),
    "odd_endings": _in_turn(
        {"finish_reason": "length", **SHORT}, {"finish_reason": "content_filter", **SHORT}
    ),
    "context_too_long": _once({"status": 400, "code": "context_length_exceeded"}),
    "odd_usage": _in_turn(
        {"omit_usage": True, **SHORT},
        {"zero_usage": True, **SHORT},
        {"usage_in_last_choice_chunk": True, **SHORT},
    ),
    "odd_text": _in_turn(
        {"tokens": 120_000, "token_ms": 0, "first_token_ms": 50, "times": 1},
        {"empty": True},
        {"tiny_chunks": True, "token_ms": 0, "tokens": 400},
        {
            "split_utf8": True,
            "text": "退货需要七天。🙂 Straße, naïve, 日本語, 👩‍👩‍👧 " * 8,
            "token_ms": 2,
        },
    ),
}
