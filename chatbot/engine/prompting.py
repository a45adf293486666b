"""Build the prompt of a turn."""

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chatbot.engine.history import History, history_before
from chatbot.engine.model_choice import Voice
from chatbot.engine.scaffold import question_message, summary_text, system_message
from chatbot.guardrails.policy import guard_of
from chatbot.guardrails.questions import Asked
from chatbot.guardrails.screen import Finding, Screen
from chatbot.knowledge.embeddings import place_question
from chatbot.knowledge.search import Asked as Placed
from chatbot.knowledge.search import FoundPassage, find_passages
from chatbot.providers.base import Prompt
from chatbot.tools.talk import Talk
from conversations.models import Generation, Tenant

PASSAGES = 5
CACHE_KEY_BYTES = 64
LEAST_OUTPUT_TOKENS = 100

# How much of history, passages and output limit goes out: after each refusal
# because of its length, the next.
SIZES = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class BuiltPrompt:
    """A prompt and the passages it was built from, in the order of their marks.

    `screen` is what its answer passes, `findings` what the guardrails have
    found in the question, `originals` what its placeholders stand for.
    `origins` names for each message the row that it repeats to the letter
    (`said`, `summary`), None for all others. `outgrown` says that the
    conversation wants a summary.
    """

    prompt: Prompt
    passages: list[FoundPassage]
    screen: Screen
    findings: list[Finding]
    originals: dict[str, str] = field(default_factory=dict)
    origins: Sequence[dict[str, int] | None] = ()
    outgrown: bool = False


def build_prompt(
    generation: Generation, voice: Voice, size: float = 1.0, talk: Talk | None = None
) -> BuiltPrompt:
    """The prompt of this generation, from what the conversation holds now.

    A smaller `size` leaves out the older part of the history and the weaker
    passages, and asks for a shorter answer: servers count its most in. At 0
    the summary goes too.
    """
    history = history_before(generation, size)
    built = compose_prompt(
        generation.tenant,
        voice,
        history.messages,
        generation.question.text,
        size,
        functools.partial(place_question, generation),
        talk,
        summary=history.summary.text if history.summary else "",
    )
    after = len(talk.messages) if talk else 0
    origins = _origins(built, history, after)
    return dataclasses.replace(built, origins=origins, outgrown=history.outgrown)


def compose_prompt(
    tenant: Tenant,
    voice: Voice,
    history: list[dict[str, str]],
    question: str,
    size: float = 1.0,
    place: Callable[[str], Placed | None] = lambda _: None,
    talk: Talk | None = None,
    *,
    summary: str = "",
) -> BuiltPrompt:
    """Persona and rules, summary, history, then passages and question.

    All of it as the guardrails let it out, hidden in the order in which it
    stands: a new question changes no placeholder before it. `place` asks an
    embedding model, so it too is given only what may leave. The summary
    shares a message with what follows it, because many servers of one's own
    want roles to take turns. What tools have answered (`talk`) comes last.
    """
    asked = Asked(guard_of(tenant))
    before = summary_text(asked.before(summary)) if summary else ""
    history = [one | {"content": asked.before(one["content"])} for one in history]
    question = asked.question(question)
    limit = max(1, round(PASSAGES * size))
    wanted = _search_text(question, history)
    if talk and talk.passages is not None and size == 1:
        passages = list(talk.passages)
    else:
        passages = find_passages(tenant, wanted, limit, place(wanted))
    spoken = [*history, {"role": "user", "content": question_message(question, passages)}]
    if before and spoken[0]["role"] == "user":
        spoken[0] = spoken[0] | {"content": before + spoken[0]["content"]}
    elif before:
        spoken = [{"role": "user", "content": before.strip()}, *spoken]
    for one in talk.messages if talk else ():
        spoken.append(one | {"content": asked.before(one["content"])})
    prompt = Prompt(
        model=voice.model,
        messages=[
            {"role": "system", "content": system_message(voice.system_prompt, voice.rules)},
            *spoken,
        ],
        max_output_tokens=_output_tokens(voice, size),
        temperature=voice.temperature,
        cache_key=_cache_key(tenant, voice),
        accepts=voice.accepts,
        tools=talk.tools if talk else [],
        may_call=talk.may_call if talk else True,
    )
    screen = Screen(asked.guard, asked.originals)
    return BuiltPrompt(prompt, passages, screen, asked.findings, asked.originals)


def _cache_key(tenant: Tenant, voice: Voice) -> str:
    """One a tenant and persona version; the API takes 64 characters."""
    key = f"{tenant.pk}/{voice.label}"
    if len(key.encode()) <= CACHE_KEY_BYTES:
        return key
    return f"{tenant.pk}/{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _origins(built: BuiltPrompt, history: History, after: int) -> list[dict[str, int] | None]:
    """What each message repeats; `after` is how many stand behind the question."""
    messages, summary = built.prompt.messages, history.summary
    found: list[dict[str, int] | None] = [None] * len(messages)
    first = len(messages) - 1 - len(history.said) - after  # the question, and what tools said
    for place, said in enumerate(history.said, start=first):
        content = messages[place]["content"]
        if content == said.text:
            found[place] = {"said": said.pk}
        elif summary and place == first and content == summary_text(summary.text) + said.text:
            found[place] = {"summary": summary.pk, "said": said.pk}
    if summary and first == 2 and messages[1]["content"] == summary_text(summary.text).strip():
        found[1] = {"summary": summary.pk}
    return found


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
