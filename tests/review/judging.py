"""Reviewers, and what they judge."""

from typing import Any

from conversations.models import Conversation, Criterion, Message, Score, Tenant
from conversations.services import reviewing
from tests import factories


def make_criterion(tenant: Tenant, name: str = "Correct", **fields: Any) -> Criterion:
    """A criterion of replies, from 1 to 5 unless said otherwise."""
    return Criterion.objects.create(tenant=tenant, name=name, **fields)


def make_talk(tenant: Tenant, **spoke: str) -> Conversation:
    """A conversation in which the bot replied once, by this model and persona version."""
    talk = factories.make_conversation(tenant)
    factories.answered(talk)
    talk.generations.update(**{"model": "demo-1", "persona_label": "Helper v1"} | spoke)
    talk.refresh_from_db()
    return talk


def reply_of(talk: Conversation) -> Message:
    """What the bot said."""
    return talk.messages.get(role=Message.Role.ASSISTANT)


def score(talk: Conversation, criterion: Criterion, who: Any, value: int) -> Score:
    """This person's score of the reply, or of all, as the criterion asks."""
    of_reply = criterion.about == Criterion.About.REPLY
    message = reply_of(talk) if of_reply else None
    return reviewing.judge(who, talk, {criterion.pk: value}, message)[0]
