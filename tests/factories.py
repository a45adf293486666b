"""What tests begin with, as plain functions."""

import datetime
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from billing.models import (
    Attempt,
    LedgerEntry,
    ModelAlias,
    Price,
    PriceProposal,
    SpendDay,
    SpendLimit,
)
from billing.pricing import cost_of, upper_bound
from billing.usage import Usage
from chatbot.models import ModelProfile, ModelServer, Persona, PersonaVersion, ProviderKey
from conversations.models import Conversation, Generation, Membership, Tenant
from conversations.services import generations, queue, sessions
from conversations.services.generations import Reply
from conversations.services.messages import Posted, post_visitor_message

_numbers = itertools.count(1)
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def make_tenant(name: str = "Acme", **fields: Any) -> Tenant:
    """A tenant with a slug of its own."""
    return Tenant.objects.create(name=name, slug=f"{name.lower()}-{next(_numbers)}", **fields)


def make_user(name: str, **fields: Any) -> Any:
    """A person who can sign in to the admin with the password `secret`."""
    return get_user_model().objects.create_user(
        f"{name}-{next(_numbers)}", password="secret", is_staff=True, **fields
    )


def make_member(tenant: Tenant, name: str, role: str = "agent") -> Any:
    """A person of the tenant."""
    user = make_user(name)
    Membership.objects.create(tenant=tenant, user=user, role=Membership.Role(role))
    return user


def make_price(
    model: str = "demo-1", *, input: str = "0.10", output: str = "0.50", **fields: Any
) -> Price:
    """A price that has held for long."""
    return Price.objects.create(
        model=model,
        **{"valid_from": LONG_AGO, "input": Decimal(input), "output": Decimal(output)}
        | {"source": "test", "checked_on": LONG_AGO.date()}
        | fields,
    )


def make_proposal(
    model: str = "demo-1", *, input: str = "0.20", output: str = "0.60", **fields: Any
) -> PriceProposal:
    """A price that waits for a decision."""
    return PriceProposal.objects.create(
        model=model,
        **{"input": Decimal(input), "output": Decimal(output)}
        | {"source": "test", "checked_on": timezone.localdate()}
        | fields,
    )


def make_alias(alias: str, model: str, tenant: Tenant | None = None) -> ModelAlias:
    """Another name of a model, for one tenant or for all."""
    return ModelAlias.objects.create(alias=alias, model=model, tenant=tenant)


def make_limit(tenant: Tenant | None, hard: str | None, **fields: Any) -> SpendLimit:
    """A limit in US dollars, by default of the tenant and the month."""
    scope = SpendLimit.Scope.TENANT if tenant else SpendLimit.Scope.DEPLOYMENT
    most = hard if hard is None else Decimal(hard)
    return SpendLimit.objects.create(**{"tenant": tenant, "scope": scope, "hard": most} | fields)


def make_persona(tenant: Tenant, **fields: Any) -> PersonaVersion:
    """A published persona."""
    persona = Persona.objects.create(tenant=tenant, name=f"{tenant.name}'s assistant")
    return PersonaVersion.objects.create(
        tenant=tenant,
        persona=persona,
        number=1,
        published_at=timezone.now(),
        **{"system_prompt": "You help.", "greeting": "Hello! How can I help?"} | fields,
    )


def make_version(persona: Persona, **fields: Any) -> PersonaVersion:
    """Another published version of the persona."""
    number = persona.versions.count() + 1
    return PersonaVersion.objects.create(
        tenant=persona.tenant,
        persona=persona,
        number=number,
        published_at=timezone.now(),
        **{"system_prompt": f"You help, for the {number}th time."} | fields,
    )


def make_profile(model: str, **fields: Any) -> ModelProfile:
    """A row of the matrix of models."""
    read = {"source": "test", "checked_on": LONG_AGO.date()}
    return ModelProfile.objects.create(model=model, **read | fields)


def make_server(base_url: str = "http://127.0.0.1:9/v1", **fields: Any) -> ModelServer:
    """A server where models are called."""
    return ModelServer.objects.create(
        **{"name": f"server-{next(_numbers)}", "base_url": base_url} | fields
    )


def make_key(secret: str = "", server: ModelServer | None = None, **fields: Any) -> ProviderKey:
    """A key of the server's pool, or of the environment's server."""
    key = ProviderKey(server=server, **{"label": "test"} | fields)
    key.set_secret(secret or f"sk-test-{next(_numbers):020}")
    key.save()
    return key


def make_conversation(tenant: Tenant) -> Conversation:
    """The empty conversation of a new visitor."""
    opened = sessions.open_session(tenant, None, locale="en", origin="")
    return sessions.conversation_of(opened.session)


def post(conversation: Conversation, text: str = "How long do returns take?") -> Posted:
    """A visitor's message with its queued generation."""
    return post_visitor_message(conversation, client_id=uuid.uuid4(), text=text)


def claimed(conversation: Conversation, text: str = "How long do returns take?") -> Generation:
    """A generation that this test works on."""
    posted = post(conversation, text)
    assert posted.generation
    generation = queue.claim(posted.generation.pk)
    assert generation
    return generation


def answered(conversation: Conversation, text: str = "30 days.") -> Generation:
    """A generation that has ended with this reply."""
    generation = claimed(conversation)
    generations.finish(generation, Reply(text=text))
    generation.refresh_from_db()
    return generation


def make_ledger_entry(
    generation: Generation,
    price: Price,
    usage: Usage,
    at: datetime.datetime | None = None,
    outcome: str = "stop",
    instead_of: str = "",
) -> LedgerEntry:
    """What a settled attempt of this generation cost, at any moment."""
    at = at or timezone.now()
    attempt = Attempt.objects.create(
        tenant_id=generation.tenant_id,
        generation=generation,
        purpose=Attempt.Purpose.REPLY,
        model=price.model,
        instead_of=instead_of,
        price=price,
        state=Attempt.State.SETTLED,
        prompt_tokens=usage.input,
        max_output_tokens=1000,
        held=upper_bound(usage.input, 1000, price),
        request={"model": price.model, "messages": []},
        opened_at=at,
    )
    return LedgerEntry.objects.create(
        attempt=attempt,
        tenant_id=generation.tenant_id,
        generation=generation,
        purpose=attempt.purpose,
        model=price.model,
        persona_label=generation.persona_label,
        price=price,
        at=at,
        input_tokens=usage.input,
        cached_tokens=usage.cached,
        cache_write_tokens=usage.cache_write,
        output_tokens=usage.output,
        reasoning_tokens=usage.reasoning,
        certainty=LedgerEntry.Certainty.EXACT,
        raw_usage=usage.raw,
        amount=cost_of(usage, price),
        outcome=outcome,
    )


def make_spend_day(tenant: Tenant, day: datetime.date, **sums: Any) -> SpendDay:
    """What is folded of a day in UTC."""
    return SpendDay.objects.create(
        tenant=tenant,
        **{"zone": "UTC", "day": day, "model": "demo-1", "purpose": "reply", "calls": 1} | sums,
    )


def make_correction(entry: LedgerEntry, amount: str, **fields: Any) -> LedgerEntry:
    """A line that moves what this call cost by so much."""
    return LedgerEntry.objects.create(
        kind=LedgerEntry.Kind.CORRECTION,
        attempt_id=entry.attempt_id,
        tenant_id=entry.tenant_id,
        generation_id=entry.generation_id,
        purpose=entry.purpose,
        model=entry.model,
        persona_label=entry.persona_label,
        price_id=entry.price_id,
        input_tokens=0,
        output_tokens=0,
        certainty=LedgerEntry.Certainty.EXACT,
        amount=Decimal(amount),
        outcome="correction",
        **{"reason": "The provider's bill says so.", "author": "cleo"} | fields,
    )
