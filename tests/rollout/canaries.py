"""Canaries that run, and turns of their arms."""

from decimal import Decimal
from typing import Any

from billing.usage import Usage
from chatbot.models import PersonaVersion, Rollout
from chatbot.rollout import steering
from conversations.models import Generation, Tenant
from conversations.services import generations, handoff
from conversations.services.feedback import give_thumb
from conversations.services.generations import Reply
from tests import factories


def draft_of(tenant: Tenant, **fields: Any) -> PersonaVersion:
    """The next version of the tenant's persona, which has a published one."""
    spoken = PersonaVersion.objects.filter(tenant=tenant).first() or factories.make_persona(tenant)
    return PersonaVersion.objects.create(
        tenant=tenant,
        persona=spoken.persona,
        number=spoken.number + 1,
        **{"system_prompt": "You help more."} | fields,
    )


def begun(tenant: Tenant, *, share: int = 50, model: str = "", **fields: Any) -> Rollout:
    """A canary that runs, with this wording or model; rules may be among the fields."""
    rules = {name: fields.pop(name) for name in list(fields) if name.startswith(("most_", "conf"))}
    version = draft_of(tenant, **fields)
    rollout = Rollout(tenant=tenant, version=version, share=share, model=model, **rules)
    return steering.begin(rollout, None)


def turns(
    tenant: Tenant,
    arm: str,
    count: int,
    *,
    failed: int = 0,
    costs: str = "0.001",
    down: int = 0,
    up: int = 0,
    asked: int = 0,
) -> list[Generation]:
    """So many ended turns, each in a conversation of its own; so many of them with each."""
    price = factories.make_price(f"priced-{arm}-{costs}", input="1", output="1")
    made = []
    for number in range(count):
        generation = factories.claimed(factories.make_conversation(tenant))
        generation.arm = arm
        if number < failed:
            generations.fail(generation, code="timeout", text="Sorry.")
        else:
            generations.finish(generation, Reply(text="30 days."))
        generation.refresh_from_db()
        # cents of difference, so that means have a spread
        tokens = int(Decimal(costs) * 1_000_000) + number % 7
        factories.make_ledger_entry(generation, price, Usage(tokens, 0))
        if count - number <= down + up:
            value = -1 if count - number <= down else 1
            give_thumb(generation.conversation, generation.reply.public_id, value)
        if number < asked:
            handoff.ask_for_person(generation.conversation)
        made.append(generation)
    return made
