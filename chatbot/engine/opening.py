"""Open a call: whose voice, which model, what prompt, and its attempt in the books."""

from billing.errors import SpendLimitReached
from billing.models import Attempt
from billing.services import limit_alerts
from billing.services.attempts import Call, open_attempt
from chatbot.engine.model_choice import Voice, cheaper, voice_of
from chatbot.engine.prompting import BuiltPrompt, build_prompt
from chatbot.providers.chosen import provider
from chatbot.providers.tokens import count_messages
from conversations.models import Generation


def begin(generation: Generation) -> tuple[Attempt, BuiltPrompt]:
    """The prompt is built, and the call it goes out with is open, its most held.

    Where a spend limit has no room and wants a cheaper model, the call is
    to that one. What is written is one statement of the till's, so no
    transaction is needed.
    """
    voice = voice_of(generation.tenant)
    try:
        return begin_as(generation, voice)
    except SpendLimitReached as refusal:
        other = cheaper(voice, refusal)
        if other is None:
            raise
        limit_alerts.hard_reached(refusal)
        return begin_as(generation, other, instead_of=voice.model)


def begin_as(
    generation: Generation, voice: Voice, instead_of: str = ""
) -> tuple[Attempt, BuiltPrompt]:
    """As `begin`, in this voice; `instead_of` names the model that a limit had no room for."""
    generation.model, generation.persona_label = voice.model, voice.label
    built = build_prompt(generation, voice)
    call = call_of(built, provider().request_of(built.prompt), instead_of)
    return open_attempt(generation, call), built


def call_of(built: BuiltPrompt, request: dict, instead_of: str = "") -> Call:
    """The call as the till sees it."""
    return Call(
        purpose=Attempt.Purpose.REPLY,
        model=built.prompt.model,
        prompt_tokens=count_messages(built.prompt.messages),
        max_output_tokens=built.prompt.max_output_tokens,
        request=request,
        instead_of=instead_of,
    )
