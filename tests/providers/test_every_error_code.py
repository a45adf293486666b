"""Each error that OpenAI's guide names is told by its code, and each has its own policy."""

import pytest

from chatbot.providers.base import Failure
from chatbot.providers.errors import BY_CODE, BY_STATUS, Family, family_of
from chatbot.providers.retry import POLICIES, TRIES, wait_before

QUOTA = "insufficient_quota"

# status, code, type -> family, what may be tried: same again, other key, shorter, elsewhere
TABLE = [
    (429, "rate_limit_exceeded", "requests", Family.RATE, "again elsewhere"),
    (429, "rate_limit_exceeded", "tokens", Family.RATE, "again elsewhere"),
    (429, None, None, Family.RATE, "again elsewhere"),
    (429, "slow_down", None, Family.SLOW_DOWN, "again elsewhere"),
    (503, "slow_down", None, Family.SLOW_DOWN, "again elsewhere"),
    (500, "server_error", "server_error", Family.DOWN, "again elsewhere"),
    (500, None, None, Family.DOWN, "again elsewhere"),
    (502, None, None, Family.DOWN, "again elsewhere"),
    (503, "server_is_overloaded", "server_error", Family.DOWN, "again elsewhere"),
    (504, None, None, Family.DOWN, "again elsewhere"),
    (408, None, None, Family.DOWN, "again elsewhere"),
    (409, None, None, Family.DOWN, "again elsewhere"),
    (429, "insufficient_quota", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "credit_balance_exhausted", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "organization_usage_limit_exceeded", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "organization_spend_limit_exceeded", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "project_spend_limit_exceeded", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "a_new_limit_exceeded", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, None, QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "billing_hard_limit_reached", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (429, "billing_not_active", QUOTA, Family.NO_MONEY, "other_key elsewhere"),
    (402, None, None, Family.NO_MONEY, "other_key elsewhere"),
    (401, "invalid_api_key", "invalid_request_error", Family.BAD_KEY, "other_key elsewhere"),
    (401, None, None, Family.BAD_KEY, "other_key elsewhere"),
    (403, "unsupported_country_region_territory", None, Family.FORBIDDEN, "elsewhere"),
    (403, None, None, Family.FORBIDDEN, "elsewhere"),
    (404, "model_not_found", None, Family.NO_MODEL, "elsewhere"),
    (404, "DeploymentNotFound", None, Family.NO_MODEL, "elsewhere"),
    (400, "context_length_exceeded", "invalid_request_error", Family.TOO_LONG, "shorter elsewhere"),
    (400, "content_filter", None, Family.POLICY, ""),
    (400, "content_policy_violation", None, Family.POLICY, ""),
    (400, "invalid_prompt", None, Family.POLICY, ""),
    (400, "unsupported_parameter", "invalid_request_error", Family.BAD_REQUEST, "elsewhere"),
    (422, None, None, Family.BAD_REQUEST, "elsewhere"),
]


def may(family: Family) -> str:
    """What the policy allows, in words."""
    return " ".join(name for name, allowed in vars(POLICIES[family]).items() if allowed)


@pytest.mark.parametrize(("status", "code", "kind", "family", "allowed"), TABLE)
def test_an_error_is_told_by_its_code(ask, status, code, kind, family, allowed):
    told = {name: value for name, value in (("code", code), ("type", kind)) if value}
    failure = ask({"status": status, **told}).failure
    if code:
        assert failure.code == code
        assert failure.family is family
    else:  # the demo model fills in what it is not told; here the status alone decides
        assert family_of(status, code, kind, None) is family
    assert not failure.billed
    assert may(family) == allowed


def test_no_known_code_and_no_known_status_is_left_out():
    assert {code for _, code, *_ in TABLE} >= set(BY_CODE)
    assert {status for status, *_ in TABLE} >= set(BY_STATUS)


def test_every_family_has_a_policy():
    assert set(POLICIES) == set(Family)


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 8192 tokens. However, you requested 9000.",
        "the request exceeds the available context size, try increasing it",
        "prompt is too long: 210000 tokens > 200000 maximum",
    ],
)
def test_servers_without_codes_are_understood_by_what_they_say(words):
    assert family_of(400, None, "BadRequestError", words) is Family.TOO_LONG


def test_what_is_no_retry_is_never_one():
    for family in Family:
        failure = _failure(family)
        if not POLICIES[family].again:
            assert wait_before(1, failure) is None
        else:
            assert wait_before(1, failure) > 0
            assert wait_before(TRIES, failure) is None


def test_slow_down_waits_twice_as_long():
    usual = max(wait_before(1, _failure(Family.RATE)) for _ in range(200))
    slower = min(wait_before(1, _failure(Family.SLOW_DOWN)) for _ in range(200))
    assert slower >= usual


def test_a_wait_that_no_visitor_has_is_none():
    assert wait_before(1, _failure(Family.RATE, after=11)) is None
    assert wait_before(1, _failure(Family.RATE, after=9)) >= 9


def _failure(family, after=0.0):
    return Failure("code", "", billed=False, family=family, after=after)
