"""Make the demonstration tenant with a month of talks."""

import dataclasses
import random
import zoneinfo
from dataclasses import dataclass

from django.db import transaction
from django.db.models import DateTimeField, OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from billing.services.prices import load_seed, price_at
from chatbot.demo.basics import store_set
from chatbot.demo.bot_pages import show_bot
from chatbot.demo.desk import set_up_desk
from chatbot.demo.judging import judge_some
from chatbot.demo.opinions import give_opinions
from chatbot.demo.shop import SLUG, open_shop, store_articles
from chatbot.demo.talks import moments, read_talks
from chatbot.demo.telling import Rows, Teller
from chatbot.engine.model_choice import voice_of
from conversations.models import Conversation, Event, Tenant, Visitor
from conversations.services import outcomes

MODEL = "demo-1"
SEED = 20
OPEN = {Conversation.State.WAITING, Conversation.State.STAFF}


class SlugTaken(Exception):
    """A real tenant has the demo tenant's slug; nothing was written."""


@dataclass(frozen=True)
class Seeded:
    """What a seed made."""

    tenant: Tenant
    documents: int
    conversations: int
    replies: int
    prices: int


def seed_demo() -> Seeded | None:
    """The demo tenant exists with all that belongs to it; None where it did before.

    All or nothing. The talks are the same each time, only their dates
    follow the clock. `SlugTaken` where a real tenant is called `acme`.
    """
    found = Tenant.objects.filter(slug=SLUG).first()
    if found and not found.is_demo:
        raise SlugTaken(
            f"The tenant “{found}” has the slug “{SLUG}”, which the demo shop needs. "
            "Give it another slug in the admin, or go on without the demo."
        )
    if found:
        return None
    with transaction.atomic():
        prices = load_seed()
        tenant = open_shop()
        documents = store_articles(tenant)
        store_set(tenant)
        rows = _tell_talks(tenant)
        show_bot(tenant, rows.found)
        _date_back(tenant)
        give_opinions(tenant, random.Random(SEED))  # noqa: S311 - no secrets here
        set_up_desk(tenant)
        judge_some(tenant, random.Random(SEED))  # noqa: S311
        outcomes.judge()  # what was settled weeks ago is resolved already, not in an hour
    return Seeded(tenant, documents, len(rows.conversations), len(rows.generations), prices)


def _tell_talks(tenant: Tenant) -> Rows:
    now, chance = timezone.now(), random.Random(SEED)  # noqa: S311 - no secrets here
    teller = Teller(
        tenant=tenant,
        voice=dataclasses.replace(voice_of(tenant), model=MODEL),
        price=price_at(MODEL, now),
        chance=chance,
    )
    talks = read_talks()
    chance.shuffle(talks)
    talks.sort(key=lambda talk: talk.state in OPEN)  # nobody was left waiting for weeks
    begins = moments(len(talks), now, zoneinfo.ZoneInfo(tenant.time_zone), chance)
    for talk, moment in zip(talks, begins, strict=True):
        teller.tell(talk, moment, not_after=now)
    teller.rows.save()
    return teller.rows


def _date_back(tenant: Tenant) -> None:
    """Events and visitors, which the database dates when they are saved, are as old as told."""
    Event.objects.filter(tenant=tenant).update(created_at=Cast(KT("data__at"), DateTimeField()))
    begun = Conversation.objects.filter(visitor=OuterRef("pk")).values("created_at")
    Visitor.objects.filter(tenant=tenant).update(created_at=Subquery(begun))
