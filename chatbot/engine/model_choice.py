"""Which persona speaks, and which model answers."""

import dataclasses
import time
from dataclasses import dataclass, field

from django.conf import settings

from billing.errors import SpendLimitReached
from chatbot.engine.scaffold import DEFAULT_PERSONA, persona_text, voice_rules
from chatbot.models import PersonaVersion
from chatbot.providers.capabilities import UNKNOWN, Accepts
from conversations.models import Tenant

FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Voice:
    """How this tenant's bot speaks now."""

    label: str
    system_prompt: str
    model: str
    max_output_tokens: int
    temperature: float | None
    accepts: Accepts = UNKNOWN
    rules: str = field(default_factory=lambda: voice_rules(None))


_heard: dict[int, tuple[float, Voice]] = {}


def published_version(tenant: Tenant) -> PersonaVersion | None:
    """The newest published version of the tenant's persona, or None."""
    versions = PersonaVersion.objects.filter(tenant=tenant, published_at__isnull=False)
    return versions.select_related("persona").order_by("-number").first()


def voice_of(tenant: Tenant) -> Voice:
    """The published persona, with the deployment's model and limits where it names none.

    What is published is heard within `FRESH_SECONDS`: looked up at every
    turn, it was a tenth of what a turn asks of the database.
    """
    now = time.monotonic()
    until, voice = _heard.get(tenant.pk, (0.0, None))
    if voice is None or now > until:
        voice = voice_in(published_version(tenant), tenant)
        _heard[tenant.pk] = now + FRESH_SECONDS, voice
    return voice


def cheaper(voice: Voice, refusal: SpendLimitReached) -> Voice | None:
    """The same voice with the cheaper model that the limit names; None where it wants none.

    None also where that model is the one that just did not fit.
    """
    if refusal.at_hard != "cheaper" or refusal.cheaper_model in ("", voice.model):
        return None
    return dataclasses.replace(voice, model=refusal.cheaper_model)


def voice_in(version: PersonaVersion | None, tenant: Tenant) -> Voice:
    """As `voice_of`, for whoever has the version already."""
    if version is None:
        return Voice(
            label="default",
            system_prompt=DEFAULT_PERSONA.format(tenant=tenant.name),
            model=settings.CHAT_MODEL,
            max_output_tokens=settings.MAX_OUTPUT_TOKENS,
            temperature=None,
        )
    return Voice(
        label=str(version),
        system_prompt=persona_text(version),
        model=version.model or settings.CHAT_MODEL,
        max_output_tokens=version.max_output_tokens or settings.MAX_OUTPUT_TOKENS,
        temperature=version.temperature,
        rules=voice_rules(version),
    )
