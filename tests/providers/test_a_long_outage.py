"""In ten minutes of outage no turn makes more calls than configured, and most make none."""

import heapq
import itertools

import pytest
from redis import Redis

from chatbot.engine import course as course_module
from chatbot.engine.course import Course, NoRoute
from chatbot.models import FallbackStep
from chatbot.providers import breaker as breaker_module
from chatbot.providers import directory, lessons
from chatbot.providers.base import Failure, Finished
from chatbot.providers.breaker import OUTAGE_SECONDS, PROBE_SECONDS, Board, Breaker
from chatbot.providers.errors import Family

pytestmark = pytest.mark.django_db

TEN_MINUTES, QUESTIONS_A_SECOND = 600, 5
DOWN = Finished(failure=Failure("server_error", "", billed=False, family=Family.DOWN))
MODELS = 2


class Clock:
    """Moved by the test alone."""

    now = 1000.0

    def monotonic(self):
        return self.now

    def time(self):
        return 1_790_000_000 + self.now


@pytest.fixture
def clock(monkeypatch):
    own = Clock()
    monkeypatch.setattr(breaker_module, "time", own)
    return own


@pytest.fixture(autouse=True)
def one_worker(monkeypatch, clock, settings):
    """A worker that goes by its own clock alone, because its Redis is away."""
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = "http://127.0.0.1:9/v1", "sk-test"
    client = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    own = Breaker(Board(client))
    for module in (directory, course_module, lessons):
        monkeypatch.setattr(module, "breaker", lambda: own)
    directory.forget()
    read = directory.read_directory
    kept = []
    monkeypatch.setattr(directory, "directory", lambda: (kept or kept.append(read()) or kept)[0])
    monkeypatch.setattr(course_module, "directory", directory.directory)
    yield
    client.close()
    directory.forget()


def a_turn(tenant, answers):
    """Its calls, one after the other, by the engine's own rules; each yields its wait."""
    course = Course()
    while True:
        try:
            route = course.route("demo-1", tenant.pk)
        except NoRoute:
            return
        finished = Finished(text="Hello") if answers() else DOWN
        course.learn(route, finished)
        wait = course.ended(finished)
        yield wait
        if wait is None:
            return


def calls_of_each_turn(tenant, clock, seconds, answers=lambda: False):
    """How many calls each turn made, in the order of their questions."""
    begun, numbers = clock.now, itertools.count()
    asked = int(seconds * QUESTIONS_A_SECOND)
    line = [
        (begun + at / QUESTIONS_A_SECOND, next(numbers), at, a_turn(tenant, answers))
        for at in range(asked)
    ]
    calls = [0] * asked
    while line:
        clock.now, _, at, turn = heapq.heappop(line)
        for wait in turn:
            calls[at] += 1
            if wait:
                heapq.heappush(line, (clock.now + wait, next(numbers), at, turn))
                break
    return calls


@pytest.mark.parametrize("most", [1, 3, 6])
def test_no_turn_makes_more_calls_than_configured_and_few_make_any(acme, clock, settings, most):
    settings.CALLS_PER_REPLY = most
    FallbackStep.objects.create(tenant=acme, position=1, model="demo-1-mini")
    calls = calls_of_each_turn(acme, clock, TEN_MINUTES)
    assert max(calls) <= most
    before = calls[: int(2 * OUTAGE_SECONDS * QUESTIONS_A_SECOND)]
    assert max(before) == min(most, 4)  # one of the first model, three of the second
    after = calls[len(before) :]
    assert sum(after) <= MODELS * (TEN_MINUTES / PROBE_SECONDS + 1)
    assert sum(count == 0 for count in after) > 0.9 * len(after)


def test_the_first_answer_after_it_has_everybody_call_again(acme, clock):
    calls_of_each_turn(acme, clock, 60)
    clock.now += PROBE_SECONDS
    assert calls_of_each_turn(acme, clock, 2, answers=lambda: True) == [1] * 10
