"""Whose voice a turn is answered with: the usual one, or a canary's."""

import dataclasses
import time
from dataclasses import dataclass

from chatbot.engine.model_choice import (
    FRESH_SECONDS,
    Voice,
    published_version,
    voice_in,
    voice_of,
)
from chatbot.models import PersonaVersion, Rollout
from chatbot.rollout.arms import belongs, running
from chatbot.rollout.wording import version_with
from conversations.models import Conversation, Generation, Tenant


@dataclass(frozen=True)
class Canary:
    """What a turn needs to know of a running canary."""

    rollout: Rollout
    voice: Voice

    def arm_of(self, conversation_id: int) -> str:
        """The arm of the conversation's visitor; asks who that is."""
        visitors = Conversation.objects.filter(pk=conversation_id).values_list("visitor", flat=True)
        ours = belongs(str(self.rollout.salt), self.rollout.share, visitors.get())
        return self.rollout.arm_new if ours else self.rollout.arm_usual


_known: dict[int, tuple[float, Canary | None]] = {}


def voice_for(generation: Generation) -> Voice:
    """The voice of the visitor's arm, which is noted on the generation; else the usual one.

    Whether a canary runs is asked once in `FRESH_SECONDS`. Without one, and
    for a turn whose canary was rolled back meanwhile, it is as usual.
    """
    canary = canary_of(generation.tenant)
    if canary is None:
        return voice_of(generation.tenant)
    arms = (canary.rollout.arm_new, canary.rollout.arm_usual)
    if generation.arm not in arms:
        generation.arm = canary.arm_of(generation.conversation_id)
    return canary.voice if generation.arm == arms[0] else voice_of(generation.tenant)


def version_for(tenant: Tenant, visitor_id: int) -> PersonaVersion | None:
    """The version that greets this visitor: a canary's for its share, else the published one."""
    canary = canary_of(tenant)
    if canary and belongs(str(canary.rollout.salt), canary.rollout.share, visitor_id):
        rollout = canary.rollout
        return version_with(rollout.persona, rollout.number, rollout.wording)
    return published_version(tenant)


def canary_of(tenant: Tenant) -> Canary | None:
    """The tenant's running canary, as it stood at most `FRESH_SECONDS` ago."""
    now = time.monotonic()
    until, canary = _known.get(tenant.pk, (0.0, None))
    if now > until:
        rollout = running(tenant.pk)
        canary = Canary(rollout, canary_voice(rollout, tenant)) if rollout else None
        _known[tenant.pk] = now + FRESH_SECONDS, canary
    return canary


def canary_voice(rollout: Rollout, tenant: Tenant) -> Voice:
    """How the share is spoken to; its label tells it from the version that it was copied from."""
    voice = voice_in(version_with(rollout.persona, rollout.number, rollout.wording), tenant)
    return dataclasses.replace(voice, label=f"{voice.label} canary {rollout.pk}")


def forget() -> None:
    """This process asks anew at the next turn."""
    _known.clear()
