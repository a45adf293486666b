"""A tenant that asks much waits behind itself, not before others."""

import pytest

from conversations.services import generations, queue
from conversations.services.generations import Reply
from tests.factories import make_conversation, post


def waiting(tenant, number):
    """So many conversations of the tenant, each with a question."""
    return [post(make_conversation(tenant)).generation for _ in range(number)]


@pytest.fixture
def noisy_and_quiet(acme, globex):
    return waiting(acme, 5), waiting(globex, 2)


def test_who_has_the_fewest_replies_being_written_comes_first(noisy_and_quiet, acme, globex):
    order = [queue.claim().tenant for _ in range(7)]
    assert order == [acme, globex, acme, globex, acme, acme, acme]


def test_of_one_tenant_the_oldest_comes_first(noisy_and_quiet, acme):
    claimed = [queue.claim() for _ in range(7)]
    assert [one for one in claimed if one.tenant == acme] == noisy_and_quiet[0]


def test_a_reply_that_has_ended_counts_no_more(noisy_and_quiet, acme, globex):
    generations.finish(queue.claim(), Reply(text="Done."))
    assert [queue.claim().tenant for _ in range(3)] == [acme, globex, acme]


def test_places_are_dealt_as_turns_are(noisy_and_quiet):
    noisy, quiet = noisy_and_quiet
    places = queue.places()
    served = [queue.claim() for _ in range(7)]
    assert [places[one.pk] for one in served] == list(range(7))
    assert queue.places() == {}
    assert places[noisy[0].pk] == 0
    assert places[quiet[0].pk] == 1


def test_a_limited_tenant_waits_for_one_of_its_replies_to_end(acme, settings):
    settings.TENANT_AT_ONCE = 2
    waiting(acme, 3)
    first = queue.claim()
    assert queue.claim()
    assert queue.claim() is None
    generations.finish(first, Reply(text="Done."))
    assert queue.kept_waiting(first)
    assert queue.claim()


def test_the_limit_of_one_tenant_is_not_that_of_another(acme, globex, settings):
    settings.TENANT_AT_ONCE = 1
    waiting(acme, 2), waiting(globex, 1)
    assert {queue.claim().tenant, queue.claim().tenant} == {acme, globex}
    assert queue.claim() is None


def test_nobody_waits_for_a_reply_when_the_conversation_has_no_other_question(acme):
    waiting(acme, 2)
    assert not queue.kept_waiting(queue.claim())
