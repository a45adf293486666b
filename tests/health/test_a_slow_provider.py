"""A slow provider shows in the provider's lines, and this product's own stay as they were."""

import datetime

import pytest
from django.utils import timezone

from chatbot.health.faults import Fault
from chatbot.health.timings import Timings, course_of
from tests import factories
from tests.turns import FAST, turn

LATE_MS = 1500
SLOW = FAST | {"first_token_ms": LATE_MS, "tokens": 3}


def timed() -> Timings:
    start = timezone.now() - datetime.timedelta(hours=1)
    return course_of(start, datetime.timedelta(minutes=10), 7).all


@pytest.fixture
def talk(speaking):
    return factories.make_conversation(factories.make_tenant())


def test_what_the_provider_takes_is_in_its_own_lines_and_not_in_ours(speaking, talk):
    turn(talk, "How are you?")
    speaking.ask("PUT", "/control/behaviour", [SLOW])
    turn(talk, "And now?")
    found = timed()
    assert found.replies == found.measured == 2
    assert found.provider.p99 > found.provider_first.p99 > LATE_MS * 0.9
    assert found.whole.p99 >= found.first_word.p99 > LATE_MS * 0.9
    # all of the delay is the provider's: what is left is less than it by far
    assert found.ours.p99 < LATE_MS / 2
    assert found.whole.p99 - found.provider.p99 < LATE_MS / 2


def test_a_wait_that_the_provider_asked_for_is_the_providers(speaking, talk):
    busy = {"match": "*", "status": 429, "code": "rate_limit_exceeded", "retry_after": 1}
    speaking.ask("PUT", "/control/behaviour", [busy | {"times": 1}, FAST])
    generation = turn(talk, "How are you?")
    assert generation.state == "done"
    assert generation.provider_ms >= 1000
    assert timed().ours.p99 < 1000


def test_an_error_is_on_the_account_of_whoever_made_it(speaking, talk):
    speaking.ask("PUT", "/control/behaviour", [FAST | {"cut_after_tokens": 1, "tokens": 9}])
    assert turn(talk, "How are you?").state == "failed"
    found = timed()
    assert (found.errors, found.failed(Fault.PROVIDER), found.failed(Fault.OURS)) == (1, 1, 0)
