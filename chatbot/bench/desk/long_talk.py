"""One conversation of two hundred turns, with every call in the books."""

import datetime
import uuid

from django.utils import timezone

from billing.models import Attempt, LedgerEntry, Price
from billing.pricing import cost_of
from billing.services.prices import load_seed
from billing.usage import Usage
from conversations.models import Conversation, Generation, Message, Tenant, Visitor

TURNS = 200
PASSAGE = "Within 30 days you may send it back, unworn and with its label. " * 4


def make_long_talk(tenant: Tenant) -> Conversation:
    """The conversation; its last turn is of this moment."""
    load_seed()
    price = Price.objects.order_by("pk").first()
    if price is None:
        raise RuntimeError("no price was loaded")
    begin = timezone.now() - datetime.timedelta(minutes=TURNS)
    visitor = Visitor.objects.create(tenant=tenant)
    talk = Conversation.objects.create(
        tenant=tenant,
        visitor=visitor,
        last_seq=2 * TURNS,
        created_at=begin,
        updated_at=timezone.now(),
    )
    said = Message.objects.bulk_create(
        Message(
            tenant=tenant,
            conversation=talk,
            seq=number + 1,
            role=Message.Role.ASSISTANT if number % 2 else Message.Role.VISITOR,
            text=PASSAGE if number % 2 else f"And what about number {number}?",
            created_at=begin + datetime.timedelta(seconds=30 * number),
        )
        for number in range(2 * TURNS)
    )
    replies = Generation.objects.bulk_create(
        Generation(
            tenant=tenant,
            conversation=talk,
            question=question,
            reply=reply,
            state=Generation.State.DONE,
            claim=1,
            text=reply.text,
            model=price.model,
            persona_label="Assistant v3",
            finish_reason="stop",
            queued_at=question.created_at,
            claimed_at=question.created_at,
            first_token_at=question.created_at + datetime.timedelta(seconds=1),
            finished_at=reply.created_at,
        )
        for question, reply in zip(said[::2], said[1::2], strict=True)
    )
    _book(replies, price)
    return talk


def _book(replies: list[Generation], price: Price) -> None:
    usage = Usage(input=1800, output=140)
    messages = [{"role": "user", "content": PASSAGE}] * 12
    calls = Attempt.objects.bulk_create(
        Attempt(
            id=uuid.uuid4(),
            tenant_id=one.tenant_id,
            generation=one,
            purpose=Attempt.Purpose.REPLY,
            model=price.model,
            price=price,
            state=Attempt.State.SETTLED,
            prompt_tokens=usage.input,
            max_output_tokens=1000,
            held=0,
            request={"model": price.model, "messages": messages},
            opened_at=one.queued_at,
        )
        for one in replies
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            attempt=call,
            tenant_id=call.tenant_id,
            generation=call.generation,
            purpose=call.purpose,
            model=call.model,
            price=price,
            at=call.opened_at,
            input_tokens=usage.input,
            output_tokens=usage.output,
            certainty=LedgerEntry.Certainty.EXACT,
            amount=cost_of(usage, price),
            outcome="stop",
        )
        for call in calls
    )
