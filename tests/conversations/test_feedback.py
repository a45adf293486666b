"""A visitor's thumb and score are kept, the newest counts, and nobody else's reply gets one."""

import uuid

import pytest

from conversations.models import Rating, Thumb
from conversations.services import feedback, handoff
from conversations.services.refusals import Refused
from tests.factories import answered, make_conversation


def test_the_newest_thumb_counts(acme):
    talk = make_conversation(acme)
    reply = answered(talk).reply
    feedback.give_thumb(talk, reply.public_id, 1)
    feedback.give_thumb(talk, reply.public_id, -1, reason="wrong", comment=" No.\0 ")
    thumb = Thumb.objects.get()
    assert (thumb.value, thumb.reason, thumb.comment) == (-1, "wrong", "No.")
    assert (thumb.tenant, thumb.conversation, thumb.message) == (acme, talk, reply)


def test_a_thumb_can_be_taken_back(acme):
    talk = make_conversation(acme)
    reply = answered(talk).reply
    feedback.give_thumb(talk, reply.public_id, 1)
    feedback.take_thumb_back(talk, reply.public_id)
    feedback.take_thumb_back(talk, reply.public_id)
    assert not Thumb.objects.exists()


def test_a_persons_answer_may_have_one(acme, ben):
    talk = make_conversation(acme)
    said = handoff.staff_says(talk, ben, "Thirty days.")
    assert feedback.give_thumb(talk, said.public_id, 1).message == said


def test_only_a_reply_of_this_conversation_has_a_thumb(acme):
    talk = make_conversation(acme)
    generation = answered(talk)
    other = answered(make_conversation(acme)).reply
    for message in (generation.question.public_id, other.public_id, uuid.UUID(int=1)):
        with pytest.raises(Refused) as refusal:
            feedback.give_thumb(talk, message, 1)
        assert refusal.value.code == "no_such_reply"


@pytest.mark.parametrize(("value", "reason"), [(0, ""), (2, ""), (True, ""), (1, "because")])
def test_what_is_no_thumb_is_refused(acme, value, reason):
    talk = make_conversation(acme)
    reply = answered(talk).reply
    with pytest.raises(Refused):
        feedback.give_thumb(talk, reply.public_id, value, reason=reason)
    assert not Thumb.objects.exists()


def test_the_newest_score_counts(acme):
    talk = make_conversation(acme)
    feedback.rate(talk, 2)
    feedback.rate(talk, 5, "x" * 2000)
    rating = Rating.objects.get()
    assert (rating.score, len(rating.comment), rating.tenant) == (5, 1000, acme)


@pytest.mark.parametrize("score", [0, 6, True, -1])
def test_a_score_is_from_1_to_5(acme, score):
    with pytest.raises(Refused):
        feedback.rate(make_conversation(acme), score)
