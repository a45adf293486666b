"""Months of a shop's spending with everything that a report can show, written in bulk."""

import datetime
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from billing.models import Attempt, LedgerEntry, Price
from billing.pricing import cost_of, upper_bound
from billing.usage import Usage
from conversations.models import Conversation, Event, Generation, Message, Tenant, Visitor
from tests import factories

MODELS = ("gpt-6-luna", "gpt-6-luna-mini")
FAILED = 0.02
STOPPED = 0.03
HANDED_OFF = 0.06


@dataclass
class Rows:
    """What is to be saved, in the order in which it can be."""

    visitors: list[Visitor] = field(default_factory=list)
    talks: list[Conversation] = field(default_factory=list)
    questions: list[Message] = field(default_factory=list)
    generations: list[Generation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)

    def save(self) -> None:
        """All of it is in the database."""
        for rows in vars(self).values():
            type(rows[0]).objects.bulk_create(rows, 500) if rows else None


def make_prices() -> list[Price]:
    """A dear model and a cheap one; the dear one became dearer twelve days ago."""
    dear, cheap = MODELS
    cached = {"cached_input": Decimal("0.25")}
    then = timezone.now() - datetime.timedelta(days=12)
    return [
        factories.make_price(dear, input="1.00", output="4.00", **cached),
        factories.make_price(dear, input="1.25", output="5.00", valid_from=then, **cached),
        factories.make_price(cheap, input="0.15", output="0.60", cached_input=Decimal("0.03")),
    ]


def tell(tenant: Tenant, prices: Sequence[Price], days: int = 70, talks_a_day: int = 6) -> None:
    """So many days of talks up to now, more from week to week and few at weekends; always the same.

    Two persona versions follow each other, some replies fail or are
    stopped, some calls are estimated or unknown, and some talks are
    handed to a person.
    """
    chance, rows, now = random.Random(7), Rows(), timezone.now()
    for ago in range(days - 1, -1, -1):
        day = now - datetime.timedelta(days=ago)
        many = talks_a_day * (0.6 + (days - ago) / days) * (0.4 if day.weekday() >= 5 else 1)
        for _ in range(max(1, round(many * chance.uniform(0.7, 1.3)))):
            begins = day - datetime.timedelta(minutes=chance.randrange(0, 8 * 60))
            _talk(rows, tenant, prices, begins, f"Assistant v{1 if ago > 20 else 2}", chance)
    rows.save()


def _talk(
    rows: Rows,
    tenant: Tenant,
    prices: Sequence[Price],
    begins: datetime.datetime,
    persona: str,
    chance: random.Random,
) -> None:
    visitor = Visitor(tenant=tenant)
    talk = Conversation(tenant=tenant, visitor=visitor, created_at=begins, updated_at=begins)
    rows.visitors.append(visitor)
    rows.talks.append(talk)
    model = MODELS[chance.random() < (0.35 if persona.endswith("1") else 0.5)]
    for turn in range(chance.randint(1, 5)):
        at = begins + datetime.timedelta(minutes=2 * turn)
        question = Message(
            tenant=tenant,
            conversation=talk,
            seq=turn + 1,
            role="visitor",
            text="How long do returns take?",
            client_id=uuid.uuid4(),
            created_at=at,
        )
        rows.questions.append(question)
        rows.generations.append(_generation(talk, question, model, persona, at, chance))
        _call(rows, rows.generations[-1], _price_at(prices, model, at), turn, chance)
    if chance.random() < HANDED_OFF:
        rows.events.append(
            Event(
                tenant=tenant,
                conversation=talk,
                seq=talk.last_seq + 50,
                kind=Event.Kind.PERSON_ASKED,
                data={},
            )
        )


def _generation(talk, question, model, persona, at, chance) -> Generation:
    luck = chance.random()
    state = Generation.State
    failed, stopped = luck < FAILED, FAILED <= luck < FAILED + STOPPED
    return Generation(
        tenant=talk.tenant,
        conversation=talk,
        question=question,
        state=state.FAILED if failed else state.STOPPED if stopped else state.DONE,
        model=model,
        persona_label=persona,
        failure="timeout" if failed else "",
        queued_at=at,
        claimed_at=at,
        finished_at=at + datetime.timedelta(seconds=chance.uniform(1, 6)),
    )


def _call(rows: Rows, generation, price: Price, turn: int, chance: random.Random) -> None:
    prompt, output = 900 + 350 * turn + chance.randrange(200), 80 + chance.randrange(220)
    usage = Usage(prompt, output, cached=1024 if prompt > 1300 else 0)
    kind = LedgerEntry.Certainty
    luck = chance.random()
    certainty = kind.UNKNOWN if luck < 0.01 else kind.ESTIMATED if luck < 0.04 else kind.EXACT
    attempt = Attempt(
        tenant=generation.tenant,
        generation=generation,
        purpose=Attempt.Purpose.REPLY,
        model=price.model,
        price=price,
        state=Attempt.State.SETTLED,
        prompt_tokens=prompt,
        max_output_tokens=1000,
        held=upper_bound(prompt, 1000, price),
        request={"model": price.model, "messages": []},
        opened_at=generation.claimed_at,
    )
    rows.attempts.append(attempt)
    rows.entries.append(
        LedgerEntry(
            attempt=attempt,
            tenant=generation.tenant,
            generation=generation,
            purpose=Attempt.Purpose.SUMMARY if luck > 0.95 else attempt.purpose,
            model=price.model,
            persona_label=generation.persona_label,
            price=price,
            at=generation.finished_at,
            input_tokens=usage.input,
            cached_tokens=usage.cached,
            output_tokens=usage.output,
            certainty=certainty,
            amount=cost_of(usage, price),
            outcome=generation.failure or "stop",
        )
    )


def _price_at(prices: Sequence[Price], model: str, at: datetime.datetime) -> Price:
    known = [price for price in prices if price.model == model and price.valid_from <= at]
    return max(known, key=lambda price: price.valid_from)
