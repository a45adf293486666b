"""Twenty values that only one visitor has, said through the running product."""

import datetime
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.utils import timezone

from billing.models import Price
from chatbot import intake
from chatbot.bench.frame import CannotMeasure
from chatbot.bench.privacy.behind import note_behind
from chatbot.bench.stack import Stack
from chatbot.knowledge.corrections import learn
from chatbot.models import Draft, UnansweredQuestion, Verdict
from conversations.models import Conversation, Generation, Tenant
from conversations.services import handoff, outcomes, sessions
from conversations.services.exporting import ask_for_export, make_exports

VALUES = (
    "Philippa Quastenfloss",
    "philippa.quastenfloss@mail.example",
    "+49 151 5550 7131",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "Kastanienweg 77b",
    "79098 Wolkenkuckucksheim",
    "born 29 February 1988",
    "passport C01X00T47",
    "order ZX-90417-QQ",
    "203.0.113.217",
    "https://quastenfloss.example/me",
    "@quastenfloss_p",
    "AB-CD 1234",
    "tax 12/345/67890",
    "allergic to hazelnuts",
    "周扶摇",
    "上海市静安区南京西路七七七号",
    "13855507131",
    "coupon PHIL-PEACH-77",
)
# What a visitor says in one message, so many values at a time.
AT_A_TIME = 5
WAIT_SECONDS = 20
UNDER_WAY = (Draft.State.ASKED, Draft.State.WRITING)


def open_tenant(name: str) -> tuple[Tenant, Any]:
    """A tenant with a priced model, and a person who works there."""
    tenant = Tenant.objects.create(name=name, slug=name.lower())
    long_ago = timezone.now() - datetime.timedelta(days=400)
    Price.objects.get_or_create(
        model="demo-1",
        tier="standard",
        valid_from=long_ago,
        defaults={
            "input": "0.1",
            "output": "0.5",
            "source": "bench",
            "checked_on": long_ago.date(),
        },
    )
    person = get_user_model().objects.create_user(f"staff-{name}", is_staff=True)
    return tenant, person


def plant(stack: Stack, tenant: Tenant, person: Any, values: tuple[str, ...]) -> Conversation:
    """A visitor has said all the values, the bot and a person said them back, and more was noted.

    The worker answers; what only staff or guardrails would write is written
    by the services that write it for them.
    """
    stack.behave([{"match": "*", "text": f"You said: {'; '.join(values)}.", "token_ms": 1}])
    opened = sessions.open_session(tenant, None, locale="en", origin=stack.url)
    talk = sessions.conversation_of(opened.session)
    talk.visitor.name = values[0]
    talk.visitor.save()
    for begin in range(0, len(values), AT_A_TIME):
        some = "; ".join(values[begin : begin + AT_A_TIME])
        intake.receive(talk, client_id=uuid.uuid4(), text=f"Please note {some}.")
        _wait(talk.generations.filter(state__in=Generation.OPEN_STATES).exists)
    replied = talk.generations.filter(state=Generation.State.DONE).order_by("pk").last()
    if replied is None:
        raise CannotMeasure("The worker answered nothing; see the logs under var/stack.")
    everything = "; ".join(values)
    Verdict.objects.create(
        tenant=tenant,
        generation=replied,
        side=Verdict.Side.QUESTION,
        check_name=Verdict.Check.WORDS,
        outcome=Verdict.Outcome.NOTED,
        ground=values[1],
        written=everything[:300],
    )
    unanswered, _ = UnansweredQuestion.objects.update_or_create(
        generation=replied, defaults={"tenant": tenant, "text": everything}
    )
    LogEntry.objects.log_actions(person.pk, [unanswered], CHANGE, change_message=everything)
    said = handoff.staff_says(talk, person, f"Dear {values[0]}, thirty days. {everything}")
    learn(talk, said.pk)
    note_behind(talk, replied, values)
    draft = intake.ask_for_draft(talk, person)
    _wait(lambda: Draft.objects.filter(pk=draft.pk, state__in=UNDER_WAY).exists())
    outcomes.confirm(talk, author=person)
    ask_for_export(tenant, person)
    make_exports()
    talk.refresh_from_db()
    return talk


def _wait(is_writing: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while is_writing():
        if time.monotonic() > deadline:
            raise CannotMeasure("A reply was not written in time; see the logs under var/stack.")
        time.sleep(0.05)
