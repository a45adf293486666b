"""How long a provider wants to be left alone is read from every header that may say it."""

import datetime
import email.utils

import httpx2
import pytest
from openai import APIStatusError  # noqa: TID251 - as the SDK raises it

from chatbot.providers.refusals import refusal_of


def after(status=429, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = httpx2.Request("POST", "http://provider/v1/chat/completions")
    answer = httpx2.Response(status, headers=named, request=request)
    return refusal_of(APIStatusError("no", response=answer, body=None)).after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "2"}, 2),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "6m0s"}, 360),
        ({"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "20ms"}, 0.02),
        ({"x_ratelimit_remaining_requests": "5", "x_ratelimit_reset_requests": "6m0s"}, 0),
        ({"x_ratelimit_remaining_requests": "-1", "x_ratelimit_reset_requests": "0"}, 0),
        ({"retry_after": "soon"}, 0),
        ({"retry_after": "-1"}, 0),
        ({"retry_after": "nan"}, 0),
        ({"retry_after": "inf"}, 0),
        ({}, 0),
    ],
)
def test_the_wait_is_read(headers, seconds):
    assert after(**headers) == pytest.approx(seconds)


def test_a_date_is_a_wait_until_then():
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=60)
    assert 50 < after(retry_after=email.utils.format_datetime(then, usegmt=True)) <= 60


def test_a_used_up_budget_says_nothing_about_other_errors():
    spent = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "6m0s"}
    assert after(400, **spent) == 0
