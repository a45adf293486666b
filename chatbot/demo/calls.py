"""What the bot said in a talk, and what that call cost."""

import datetime
import random
from dataclasses import dataclass

from billing.models import Attempt, LedgerEntry, Price
from billing.pricing import cost_of, upper_bound
from billing.usage import Usage
from chatbot.demo_model.answers import answer
from chatbot.demo_model.prompt_reading import read_prompt
from chatbot.engine.kept import with_found
from chatbot.engine.opening import call_of
from chatbot.engine.prompting import BuiltPrompt
from chatbot.providers.base import Failure
from chatbot.providers.errors import Family
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.providers.servers import Kind, Server
from chatbot.providers.tokens import count
from conversations.models import Generation

# Never called: it only says how a request to the demo model looks.
_PROVIDER = OpenAIChat(Server(kind=Kind.COMPATIBLE, base_url="http://127.0.0.1/v1"), "none")

FAILURES = {
    "interrupted": Failure(
        "interrupted", "The connection to the provider broke: peer closed connection", billed=True
    ),
    "no_first_token": Failure(
        "no_first_token",
        "The model had not begun to answer after 20 s.",
        billed=True,
        family=Family.SILENT,
    ),
    "server_error": Failure(
        "server_error", "The provider answered 500: internal error", billed=False
    ),
}


# What of a reply's time is this product's own once a worker has it.
BOOKS_MS = 15


@dataclass(frozen=True)
class Said:
    """How a call ended: the text, or what there was of it, and when."""

    text: str
    failure: Failure | None
    began_at: datetime.datetime
    first_token_at: datetime.datetime | None
    finished_at: datetime.datetime
    provider_ms: int
    provider_first_ms: int | None


def say(built: BuiltPrompt, fails: str, asked_at: datetime.datetime, chance: random.Random) -> Said:
    """What the demo model answers this prompt; cut off where it is to fail."""
    text = answer(read_prompt([(one["role"], one["content"]) for one in built.prompt.messages]))
    failure = FAILURES.get(fails)
    if failure:
        text = text[: len(text) * 2 // 3] if fails == "interrupted" else ""
    first = chance.uniform(0.3, 1.1)
    last = 20.0 if fails == "no_first_token" else first + count(text) / 60
    began = asked_at + datetime.timedelta(milliseconds=25)
    return Said(
        text=text,
        failure=failure,
        began_at=began,
        first_token_at=began + datetime.timedelta(seconds=first) if text else None,
        finished_at=began + datetime.timedelta(seconds=last),
        provider_ms=round(last * 1000) - BOOKS_MS,
        provider_first_ms=round(first * 1000) if text else None,
    )


def book(
    generation: Generation, built: BuiltPrompt, said: Said, price: Price
) -> tuple[Attempt, LedgerEntry]:
    """The settled attempt and its ledger entry as the engine writes them; neither is saved."""
    call = call_of(built, with_found(_PROVIDER.request_of(built.prompt), built))
    attempt = Attempt(
        tenant_id=generation.tenant_id,
        generation=generation,
        purpose=call.purpose,
        model=call.model,
        price=price,
        state=Attempt.State.SETTLED,
        prompt_tokens=call.prompt_tokens,
        max_output_tokens=call.max_output_tokens,
        held=upper_bound(call.prompt_tokens, call.max_output_tokens, price),
        request=call.request,
        opened_at=said.began_at,
    )
    usage, certainty = _usage(attempt, said)
    entry = LedgerEntry(
        attempt=attempt,
        tenant_id=generation.tenant_id,
        generation=generation,
        purpose=call.purpose,
        model=call.model,
        persona_label=generation.persona_label,
        price=price,
        at=said.finished_at,
        input_tokens=usage.input,
        output_tokens=usage.output,
        certainty=certainty,
        raw_usage=usage.raw,
        amount=cost_of(usage, price),
        outcome=said.failure.code if said.failure else "stop",
        request_id=f"req_{attempt.pk.hex[:24]}",
    )
    return attempt, entry


def _usage(attempt: Attempt, said: Said) -> tuple[Usage, LedgerEntry.Certainty]:
    certainty = LedgerEntry.Certainty
    prompt, output = attempt.prompt_tokens, count(said.text)
    if said.failure is None:
        report = {
            "prompt_tokens": prompt,
            "completion_tokens": output,
            "total_tokens": prompt + output,
        }
        return Usage.from_report(report), certainty.EXACT
    if not said.failure.billed:
        return Usage(input=0, output=0), certainty.EXACT
    if said.text:
        return Usage(input=prompt, output=output), certainty.ESTIMATED
    return Usage(input=prompt, output=attempt.max_output_tokens), certainty.UNKNOWN
