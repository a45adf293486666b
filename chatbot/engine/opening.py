"""Open a call: whose voice, which model where, what prompt, and its attempt in the books."""

import dataclasses
from typing import Any

from django.db import transaction

from billing.errors import SpendLimitReached
from billing.models import Attempt
from billing.services import limit_alerts
from billing.services.attempts import Call, open_attempt
from chatbot.engine.canary import voice_for
from chatbot.engine.course import Course
from chatbot.engine.kept import keep
from chatbot.engine.model_choice import Voice, cheaper
from chatbot.engine.prompting import BuiltPrompt, build_prompt
from chatbot.models import Detour
from chatbot.providers.directory import Route, directory
from chatbot.providers.tokens import count_messages, count_tools
from conversations.models import Generation


@dataclasses.dataclass(frozen=True)
class Opening:
    """A call that may leave now, with this body."""

    attempt: Attempt
    request: dict[str, Any]
    built: BuiltPrompt
    route: Route


def begin(generation: Generation, course: Course) -> Opening:
    """The prompt is built, and the call it goes out with is open, its most held.

    Where a spend limit has no room and wants a cheaper model, the call is
    to that one. What is written is one statement of the till's, so no
    transaction is needed.
    """
    voice = voice_for(generation)
    route = course.route(voice.model, generation.tenant_id)
    voice = dataclasses.replace(voice, model=route.choice.model)
    try:
        return begin_as(generation, voice, course, route)
    except SpendLimitReached as refusal:
        other = cheaper(voice, refusal)
        if other is None:
            raise
        limit_alerts.hard_reached(refusal)
        route = course.route_of(other.model)
        return begin_as(generation, other, course, route, instead_of=voice.model)


def begin_as(
    generation: Generation, voice: Voice, course: Course, route: Route, instead_of: str = ""
) -> Opening:
    """As `begin`, in this voice; `instead_of` names the model that a limit had no room for."""
    voice = dataclasses.replace(voice, accepts=directory().accepts(voice.model))
    generation.model, generation.persona_label = voice.model, voice.label
    built = _built(generation, voice, course)
    request = route.provider.request_of(built.prompt)
    call = call_of(built, keep(generation.tenant_id, request, built), instead_of)
    detour = course.detour()
    if detour is None:
        return Opening(open_attempt(generation, call), request, built, route)
    with transaction.atomic():
        attempt = open_attempt(generation, call)
        Detour.objects.create(
            attempt=attempt,
            server=route.choice.server.name,
            instead_of=detour[0],
            why=detour[1],
            shorter=course.size < 1,
        )
    return Opening(attempt, request, built, route)


def _built(generation: Generation, voice: Voice, course: Course) -> BuiltPrompt:
    """The prompt, cut until it fits into what the model is known to hold."""
    while True:
        talk = course.errand.talk(course.calls) if course.errand else None
        built = build_prompt(generation, voice, course.size, talk)
        room = voice.accepts.context_tokens
        if room is None or course.is_shortest:
            return built
        if _tokens_of(built) + built.prompt.max_output_tokens <= room:
            return built
        course.cuts += 1


def call_of(built: BuiltPrompt, request: dict, instead_of: str = "") -> Call:
    """The call as the till sees it, with the request as it is kept."""
    return Call(
        purpose=Attempt.Purpose.REPLY,
        model=built.prompt.model,
        prompt_tokens=_tokens_of(built),
        max_output_tokens=built.prompt.max_output_tokens,
        request=request,
        instead_of=instead_of,
    )


def _tokens_of(built: BuiltPrompt) -> int:
    return count_messages(built.prompt.messages) + count_tools(built.prompt.tools)
