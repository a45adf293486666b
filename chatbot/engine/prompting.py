"""Build the prompt of a turn."""

from dataclasses import dataclass

from chatbot.engine.history import history_before
from chatbot.engine.model_choice import Voice
from chatbot.engine.scaffold import question_message, system_message
from chatbot.knowledge.embeddings import place_question
from chatbot.knowledge.search import Asked, FoundPassage, find_passages
from chatbot.providers.base import Prompt
from conversations.models import Generation, Tenant

PASSAGES = 5


@dataclass(frozen=True)
class BuiltPrompt:
    """A prompt and the passages it was built from, in the order of their marks."""

    prompt: Prompt
    passages: list[FoundPassage]


def build_prompt(generation: Generation, voice: Voice) -> BuiltPrompt:
    """The prompt of this generation, from what the conversation holds now."""
    history = history_before(generation)
    question = generation.question.text
    asked = place_question(generation, _search_text(question, history))
    return compose_prompt(generation.tenant, voice, history, question, asked)


def compose_prompt(
    tenant: Tenant,
    voice: Voice,
    history: list[dict[str, str]],
    question: str,
    asked: Asked | None = None,
) -> BuiltPrompt:
    """Persona and rules, history, then passages and question."""
    passages = find_passages(tenant, _search_text(question, history), PASSAGES, asked)
    messages = [
        {"role": "system", "content": system_message(voice.system_prompt)},
        *history,
        {"role": "user", "content": question_message(question, passages)},
    ]
    prompt = Prompt(
        model=voice.model,
        messages=messages,
        max_output_tokens=voice.max_output_tokens,
        temperature=voice.temperature,
        cache_key=f"{tenant.pk}/{voice.label}",
    )
    return BuiltPrompt(prompt, passages)


def _search_text(question: str, history: list[dict[str, str]]) -> str:
    """The question; a short one (“and for shoes?”) with the visitor's words before it."""
    if len(question) > 60:
        return question
    asked = [message["content"] for message in history if message["role"] == "user"]
    return " ".join([*asked[-1:], question])
