"""One worker at a time writes a reply."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from conversations.models import Event, Generation, Message
from conversations.services import generations, queue
from conversations.services.generations import ClaimLost, Reply
from tests.factories import claimed, make_conversation, make_tenant, post


@pytest.fixture
def conversation(db):
    return make_conversation(make_tenant())


def let_lapse(generation):
    """The lease of a worker that died ran out a moment ago."""
    Generation.objects.filter(pk=generation.pk).update(
        lease_until=timezone.now() - datetime.timedelta(seconds=1)
    )


def test_a_second_delivery_finds_nothing_to_do(conversation):
    generation = claimed(conversation)
    assert queue.claim(generation.pk) is None
    generations.finish(generation, Reply(text="Done."))
    assert queue.claim(generation.pk) is None


def test_a_lapsed_lease_can_be_claimed_anew_and_brings_the_text_left_behind(conversation):
    first = claimed(conversation)
    generations.renew({(first.pk, first.claim): "Half an ans"})
    let_lapse(first)
    second = queue.claim(first.pk)
    assert second.claim == 2
    assert second.text == "Half an ans"


def test_a_worker_that_lost_its_lease_changes_nothing(conversation):
    zombie = claimed(conversation)
    let_lapse(zombie)
    heir = queue.claim(zombie.pk)
    assert generations.renew({(zombie.pk, zombie.claim): "late"}) == set()
    for late in (
        lambda: generations.finish(zombie, Reply(text="late")),
        lambda: generations.fail(zombie, code="late", text="late"),
    ):
        with pytest.raises(ClaimLost), transaction.atomic():
            late()
    generations.finish(heir, Reply(text="The answer."))
    assert [message.text for message in Message.objects.filter(role="assistant")] == ["The answer."]
    assert list(Event.objects.values_list("seq", flat=True)) == [1, 2]


def test_renewing_saves_the_text_and_answers_who_still_holds(conversation):
    generation = claimed(conversation)
    pair = (generation.pk, generation.claim)
    assert generations.renew({pair: "so far", (0, 1): "nobody"}) == {pair}
    generation.refresh_from_db()
    assert generation.text == "so far"
    left = generation.lease_until - timezone.now()
    assert datetime.timedelta(seconds=8) < left <= datetime.timedelta(seconds=11)


def test_replies_of_one_conversation_are_written_in_the_order_of_their_questions(conversation):
    first, second = post(conversation, "One?").generation, post(conversation, "Two?").generation
    assert queue.claim(second.pk) is None
    generations.finish(queue.claim(first.pk), Reply(text="1"))
    assert queue.kept_waiting(first)
    assert queue.claim(second.pk)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_at_once_one_wins():
    generation = post(make_conversation(make_tenant())).generation

    def claim():
        try:
            return queue.claim(generation.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        won = [one for one in pool.map(lambda _: claim(), range(20)) if one]
    assert len(won) == 1
