"""Build the prompt of a turn."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from chatbot.engine.history import HISTORY_TOKENS, history_before
from chatbot.engine.model_choice import Voice
from chatbot.engine.scaffold import question_message, system_message
from chatbot.guardrails.policy import guard_of
from chatbot.guardrails.questions import Asked
from chatbot.guardrails.screen import Finding, Screen
from chatbot.knowledge.embeddings import place_question
from chatbot.knowledge.search import Asked as Placed
from chatbot.knowledge.search import FoundPassage, find_passages
from chatbot.providers.base import Prompt
from chatbot.providers.tokens import count
from chatbot.tools.talk import Talk
from conversations.models import Generation, Tenant

PASSAGES = 5
LEAST_OUTPUT_TOKENS = 100

# How much of history, passages and output limit goes out: after each refusal
# because of its length, the next.
SIZES = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class BuiltPrompt:
    """A prompt and the passages it was built from, in the order of their marks.

    `screen` is what its answer passes, `findings` what the guardrails have
    found in the question, `originals` what its placeholders stand for.
    """

    prompt: Prompt
    passages: list[FoundPassage]
    screen: Screen
    findings: list[Finding]
    originals: dict[str, str] = field(default_factory=dict)


def build_prompt(
    generation: Generation, voice: Voice, size: float = 1.0, talk: Talk | None = None
) -> BuiltPrompt:
    """The prompt of this generation, from what the conversation holds now.

    A smaller `size` leaves out the older part of the history and the weaker
    passages, and asks for a shorter answer: servers count its most in.
    """
    history = history_before(generation, _tokens_of_history(generation, size))
    place = functools.partial(place_question, generation)
    question = generation.question.text
    return compose_prompt(generation.tenant, voice, history, question, size, place, talk)


def compose_prompt(
    tenant: Tenant,
    voice: Voice,
    history: list[dict[str, str]],
    question: str,
    size: float = 1.0,
    place: Callable[[str], Placed | None] = lambda _: None,
    talk: Talk | None = None,
) -> BuiltPrompt:
    """Persona and rules, history, then passages and question, as the guardrails let them out.

    `place` asks an embedding model, so it too is given only what may leave.
    What tools have answered (`talk`) comes last, and is let out like the rest.
    """
    asked = Asked(guard_of(tenant))
    question = asked.question(question)
    history = [one | {"content": asked.before(one["content"])} for one in history]
    limit = max(1, round(PASSAGES * size))
    wanted = _search_text(question, history)
    if talk and talk.passages is not None and size == 1:
        passages = list(talk.passages)
    else:
        passages = find_passages(tenant, wanted, limit, place(wanted))
    messages = [
        {"role": "system", "content": system_message(voice.system_prompt)},
        *history,
        {"role": "user", "content": question_message(question, passages)},
        *(
            one | {"content": asked.before(one["content"])}
            for one in (talk.messages if talk else ())
        ),
    ]
    prompt = Prompt(
        model=voice.model,
        messages=messages,
        max_output_tokens=_output_tokens(voice, size),
        temperature=voice.temperature,
        cache_key=f"{tenant.pk}/{voice.label}",
        accepts=voice.accepts,
        tools=talk.tools if talk else [],
        may_call=talk.may_call if talk else True,
    )
    screen = Screen(asked.guard, asked.originals)
    return BuiltPrompt(prompt, passages, screen, asked.findings, asked.originals)


def _tokens_of_history(generation: Generation, size: float) -> int:
    """At a smaller size, that part of what a whole prompt would have held."""
    if size == 1:
        return HISTORY_TOKENS
    whole = history_before(generation)
    return int(size * sum(count(message["content"]) for message in whole))


def _output_tokens(voice: Voice, size: float) -> int:
    """Never more than the model can write."""
    wanted = voice.max_output_tokens
    if size < 1:
        wanted = max(min(wanted, LEAST_OUTPUT_TOKENS), int(wanted * max(size, 0.25)))
    most = voice.accepts.most_output
    return min(wanted, most) if most else wanted


def _search_text(question: str, history: list[dict[str, str]]) -> str:
    """The question; a short one (“and for shoes?”) with the visitor's words before it."""
    if len(question) > 60:
        return question
    asked = [message["content"] for message in history if message["role"] == "user"]
    return " ".join([*asked[-1:], question])
