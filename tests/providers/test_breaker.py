"""What fails is not called, by no worker, but for one call in ten seconds that finds out."""

import pytest
from django.conf import settings
from redis import Redis

from chatbot.providers import breaker as module
from chatbot.providers.base import Failure
from chatbot.providers.breaker import FAILURES, OUTAGE_SECONDS, PROBE_SECONDS, Board, Breaker
from chatbot.providers.errors import Family

KEY, MODEL = "openai/abc", "openai/abc/gpt"


@pytest.fixture
def clock(monkeypatch):
    """A clock that only this test moves."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

        def time(self):
            return 1_790_000_000 + self.now

    own = Clock()
    monkeypatch.setattr(module, "time", own)
    return own


@pytest.fixture
def redis():
    """The test's own Valkey, without anybody's breakers."""
    client = Redis.from_url(settings.REDIS_URL)
    Board(client).clear()
    yield client
    Board(client).clear()
    client.close()


@pytest.fixture
def nobody():
    """A Redis that is away."""
    client = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    yield client
    client.close()


def failure(family=Family.DOWN):
    return Failure(str(family), "", billed=False, family=family)


def fails(breaker, clock, seconds, every=1.0, family=Family.DOWN):
    """Calls fail for so long."""
    end = clock.now + seconds
    while clock.now < end:
        breaker.heard(KEY, MODEL, failure(family))
        clock.now += every


def test_an_outage_opens_it(redis, clock):
    breaker = Breaker(Board(redis))
    fails(breaker, clock, OUTAGE_SECONDS + 2)
    assert not breaker.allows([KEY, MODEL])
    (opened,) = breaker.board.all()
    assert (opened.place, opened.why) == (MODEL, "down")


@pytest.mark.parametrize(
    ("seconds", "every"),
    [
        (OUTAGE_SECONDS / 2, 0.1),  # many, but not for long: two retries of everybody's
        (60, module.APART_SECONDS + 1),  # for long, but now and then
    ],
)
def test_what_is_no_outage_does_not(redis, clock, seconds, every):
    breaker = Breaker(Board(redis))
    fails(breaker, clock, seconds, every)
    assert breaker.allows([KEY, MODEL])


def test_one_answer_among_the_failures_keeps_it_closed(redis, clock):
    breaker = Breaker(Board(redis))
    for _ in range(20):
        fails(breaker, clock, OUTAGE_SECONDS - 1)
        breaker.heard(KEY, MODEL, None)
    assert breaker.allows([KEY, MODEL])


@pytest.mark.parametrize(
    ("family", "place"),
    [(Family.NO_MONEY, KEY), (Family.BAD_KEY, KEY), (Family.NO_MODEL, MODEL)],
)
def test_what_does_not_pass_opens_it_at_once(redis, family, place):
    breaker = Breaker(Board(redis))
    assert breaker.heard(KEY, MODEL, failure(family)) == place
    assert not breaker.allows([KEY, MODEL])
    assert breaker.allows(["openai/other", "openai/other/gpt"])
    assert breaker.allows([f"{KEY}", f"{KEY}/other"]) == (place == MODEL)


@pytest.mark.parametrize("family", [Family.RATE, Family.SLOW_DOWN, Family.BAD_REQUEST])
def test_what_is_no_sign_of_failing_never_opens_it(redis, clock, family):
    breaker = Breaker(Board(redis))
    fails(breaker, clock, 60, 0.5, family)
    assert breaker.allows([KEY, MODEL])


def test_a_long_wait_that_is_asked_for_is_kept_by_everybody(redis):
    one, other = Breaker(Board(redis)), Breaker(Board(redis))
    limited = Failure("rate_limit_exceeded", "", billed=False, family=Family.RATE, after=60)
    assert one.heard(KEY, MODEL, limited) == MODEL
    assert not other.allows([KEY, MODEL])
    assert 59_000 < redis.pttl(f"{module.PREFIX}pause:{MODEL}") <= 60_000


def test_another_worker_stops_too(redis):
    one, other = Breaker(Board(redis)), Breaker(Board(redis))
    one.heard(KEY, MODEL, failure(Family.NO_MONEY))
    assert not other.allows([KEY, MODEL])


def test_of_all_workers_one_probes(redis):
    one, other = Breaker(Board(redis)), Breaker(Board(redis))
    one.heard(KEY, MODEL, failure(Family.NO_MONEY))
    redis.delete(f"{module.PREFIX}pause:{KEY}")  # ten seconds later
    allowed = [breaker.allows([KEY, MODEL]) for breaker in (one, other, one, other)]
    assert allowed == [True, False, False, False]
    assert 9000 < redis.pttl(f"{module.PREFIX}pause:{KEY}") <= PROBE_SECONDS * 1000


def test_a_probe_that_is_answered_closes_it_for_everybody(redis):
    one, other = Breaker(Board(redis)), Breaker(Board(redis))
    one.heard(KEY, MODEL, failure(Family.NO_MONEY))
    assert not other.allows([KEY, MODEL])
    other.heard(KEY, MODEL, None)
    assert one.allows([KEY, MODEL])
    assert other.allows([KEY, MODEL])
    assert other.board.all() == []


def test_what_another_worker_closed_takes_another_outage_to_open(redis, clock):
    one, other = Breaker(Board(redis)), Breaker(Board(redis))
    fails(one, clock, OUTAGE_SECONDS + 2)
    assert not one.allows([KEY, MODEL])
    assert not other.allows([KEY, MODEL])
    other.heard(KEY, MODEL, None)
    clock.now += PROBE_SECONDS
    assert one.allows([KEY, MODEL])
    one.heard(KEY, MODEL, failure())
    clock.now += module.FRESH_SECONDS
    assert one.allows([KEY, MODEL])


def test_a_probe_that_fails_leaves_it_open(redis, clock):
    breaker = Breaker(Board(redis))
    fails(breaker, clock, OUTAGE_SECONDS + 2)
    redis.delete(f"{module.PREFIX}pause:{MODEL}")
    assert breaker.allows([KEY, MODEL])
    breaker.heard(KEY, MODEL, failure())
    assert not breaker.allows([KEY, MODEL])


def test_without_redis_a_process_goes_by_what_it_saw(nobody, clock):
    breaker = Breaker(Board(nobody))
    assert breaker.allows([KEY, MODEL])
    fails(breaker, clock, OUTAGE_SECONDS + 2)
    assert not breaker.allows([KEY, MODEL])
    clock.now += PROBE_SECONDS
    assert [breaker.allows([KEY, MODEL]) for _ in range(3)] == [True, False, False]
    breaker.heard(KEY, MODEL, None)
    assert breaker.allows([KEY, MODEL])


def test_while_all_is_well_redis_is_asked_once_a_second(redis, clock, monkeypatch):
    breaker = Breaker(Board(redis))
    asked = []
    monkeypatch.setattr(breaker.board, "is_open", lambda place: bool(asked.append(place)))
    for _ in range(1000):
        assert breaker.allows([KEY, MODEL])
        clock.now += 0.01
    assert len(asked) <= 2 * 11


def test_in_ten_minutes_of_outage_there_are_few_calls(redis, clock):
    """Ten questions a second would be 6,000 calls, or 18,000 with their retries."""
    breaker, calls = Breaker(Board(redis)), 0
    probed = clock.now
    for _ in range(6000):
        if clock.now - probed >= PROBE_SECONDS:  # what Valkey's own clock would do
            redis.delete(f"{module.PREFIX}pause:{MODEL}")
            probed = clock.now
        if breaker.allows([KEY, MODEL]):
            calls += 1
            breaker.heard(KEY, MODEL, failure())
        clock.now += 0.1
    assert FAILURES <= calls <= OUTAGE_SECONDS * 10 + 600 / PROBE_SECONDS + 2
