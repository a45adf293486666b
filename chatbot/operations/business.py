"""Look at what tenants need: models with keys and prices, and a place for the widget."""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from billing.errors import Unpriced
from billing.services.prices import price_at
from chatbot.models import ModelProfile, PersonaVersion, ProviderKey
from chatbot.operations.findings import Check, Finding, fix, ok, warn
from chatbot.providers.demo import is_demo
from chatbot.providers.directory import read_directory
from chatbot.providers.reach import unreachable
from conversations.models import Tenant

SHUTDOWN_DAYS = 90
ROTATE_DAYS = 7


def models_in_use() -> list[str]:
    """The deployment's model and those that published personas name."""
    named = PersonaVersion.objects.filter(published_at__isnull=False).exclude(model="")
    return sorted({settings.CHAT_MODEL, *named.values_list("model", flat=True)})


def providers() -> Iterator[Finding]:
    """Every server with each of its keys."""
    found = read_directory()
    for pk, server in found.servers.items():
        keys = found.keys[pk]
        if not keys:
            yield fix(
                f"Server {server.name}",
                "no usable key",
                "Put one in under Keys in the admin, or set OPENAI_API_KEY.",
            )
        for key in keys:
            why = unreachable(server, key, settings.CHAT_MODEL if pk is None else "")
            name = f"Server {server.name}" + (f", key …{key.last4}" if key.last4 else "")
            if why:
                yield fix(name, why, "Check its address and key.")
            else:
                yield ok(name, "answers")
    soon = timezone.now().date() + datetime.timedelta(days=ROTATE_DAYS)
    due = ProviderKey.objects.filter(refused_at=None, retires_at=None, rotate_by__lte=soon)
    for row in due:
        how = f"to be replaced by {row.rotate_by}"
        yield warn(f"Key {row}", how, "Enter its successor under Keys.")


def models() -> Iterator[Finding]:
    """A price for each, and no shutdown ahead."""
    now = timezone.now()
    profiles = {row.model: row for row in ModelProfile.objects.all()}
    for model in models_in_use():
        if is_demo(model):
            yield warn(
                f"Model {model}",
                "the demo model, which invents nothing and knows nothing",
                "Set OPENAI_API_KEY and CHAT_MODEL for a real one.",
            )
            continue
        try:
            price_at(model, now)
        except Unpriced as mistake:
            yield fix(f"Model {model}", str(mistake), "Without a price it is not called.")
            continue
        ends = profiles[model].shuts_down_on if model in profiles else None
        if ends and ends <= now.date() + datetime.timedelta(days=SHUTDOWN_DAYS):
            how = f"is shut down on {ends}"
            yield warn(f"Model {model}", how, "Publish a persona with another one.")
        else:
            yield ok(f"Model {model}", "has a price")


def tenants() -> Iterator[Finding]:
    """Where each one's widget may be shown, and how its bot speaks."""
    spoken = set(
        PersonaVersion.objects.filter(published_at__isnull=False).values_list("tenant", flat=True)
    )
    for tenant in Tenant.objects.filter(is_demo=False):
        if not tenant.allowed_origins:
            yield warn(
                f"Tenant {tenant}",
                "no site may show its widget yet",
                "Enter its site under Tenants, “On your site”.",
            )
        elif tenant.pk not in spoken:
            yield warn(f"Tenant {tenant}", "no persona is published", "Publish one under Personas.")
        else:
            yield ok(f"Tenant {tenant}", ", ".join(tenant.allowed_origins))


CHECKS: list[Check] = [providers, models, tenants]
