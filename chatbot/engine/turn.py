"""Run a turn: claim, prompt, hold, stream, settle."""

from django.db import connection, transaction

from billing.errors import BillingError
from billing.models import Attempt
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from chatbot.engine.citations import cited
from chatbot.engine.model_choice import voice_of
from chatbot.engine.prompting import BuiltPrompt, build_prompt
from chatbot.engine.streaming import stream_reply
from chatbot.engine.wording import sentence_for
from chatbot.providers.base import Finished
from chatbot.providers.chosen import provider
from chatbot.providers.demo import is_demo
from chatbot.providers.tokens import count, count_messages
from conversations.models import Generation
from conversations.services import generations
from conversations.services.generations import ClaimLost, Reply

Certainty = ledger.Certainty


def run_turn(generation_id: int) -> int | None:
    """The generation has ended, with its reply or with a reason, and its money is settled.

    Nothing happens where it has ended already or somebody works on it.
    Returns the conversation's next generation that waits, if any.
    """
    generation = generations.claim(generation_id)
    if generation is None:
        return None
    if generation.claim > 1:
        settle_abandoned(generation)
    try:
        if generation.claim > generations.MAX_CLAIMS:
            generations.fail(
                generation,
                code="gave_up",
                text=sentence_for("gave_up", generation.text),
                detail=f"{generations.MAX_CLAIMS} workers died over this reply.",
                partial=generation.text,
            )
        else:
            answer(generation)
    except ClaimLost:
        return None
    return generations.next_in_line(generation.conversation_id)


def answer(generation: Generation) -> None:
    """The claimed generation has ended; every refusal on the way is its reason."""
    voice = voice_of(generation.tenant)
    generation.model, generation.persona_label = voice.model, voice.label
    generations.note_model(generation)
    built = build_prompt(generation, voice)
    request = provider().request_of(built.prompt)
    try:
        attempt = open_attempt(generation, call_of(built, request))
    except BillingError as refusal:
        generations.fail(
            generation,
            code=refusal.code,
            text=sentence_for(refusal.code, ""),
            detail=str(refusal),
        )
        return
    connection.close()  # back to the pool: the model takes seconds, the database is not needed
    finished = stream_reply(generation, provider(), request, str(attempt.pk))
    conclude(generation, attempt, built, finished)


def call_of(built: BuiltPrompt, request: dict) -> Call:
    """The call as the till sees it."""
    return Call(
        purpose=Attempt.Purpose.REPLY,
        model=built.prompt.model,
        prompt_tokens=count_messages(built.prompt.messages),
        max_output_tokens=built.prompt.max_output_tokens,
        request=request,
    )


def conclude(
    generation: Generation, attempt: Attempt, built: BuiltPrompt, finished: Finished
) -> None:
    """Reply, ledger entry and the event that says so are one transaction.

    Where the generation is no longer ours the money is settled all the same.
    """
    try:
        with transaction.atomic():
            settle(attempt, finished)
            store(generation, built, finished)
    except ClaimLost:
        settle(attempt, finished)
        raise


def settle(attempt: Attempt, finished: Finished) -> None:
    """The attempt has its ledger entry: as reported, else estimated, else the whole hold."""
    failure = finished.failure
    usage, certainty = finished.usage, Certainty.EXACT
    if usage is None and failure and not failure.billed:
        usage = Usage(input=0, output=0)
    elif usage is None:
        certainty = Certainty.ESTIMATED
        usage = estimate(attempt, finished.text)
    ledger.settle(
        attempt,
        usage,
        certainty=certainty,
        outcome=failure.code if failure else finished.finish_reason or "stop",
        request_id=finished.request_id,
    )


def estimate(attempt: Attempt, text: str) -> Usage | None:
    """Tokens counted here; None where no text shows that the model began at all."""
    return Usage(input=attempt.prompt_tokens, output=count(text)) if text else None


def store(generation: Generation, built: BuiltPrompt, finished: Finished) -> None:
    """The generation has ended with its reply, or as failed with what was written until then."""
    if finished.failure:
        generations.fail(
            generation,
            code=finished.failure.code,
            text=sentence_for(finished.failure.code, finished.text),
            detail=finished.failure.detail,
            partial=finished.text,
            first_token_at=finished.first_token_at,
        )
        return
    reply = Reply(
        text=finished.text,
        citations=cited(finished.text, built.passages),
        finish_reason=finished.finish_reason or "stop",
        first_token_at=finished.first_token_at,
        demo=is_demo(generation.model),
    )
    generations.finish(generation, reply)


def settle_abandoned(generation: Generation) -> None:
    """Calls of a worker that died over this generation are in the ledger: estimated or unknown.

    `generation.text` is what the dead worker saved last.
    """
    for attempt in generation.attempts.filter(state=Attempt.State.OPEN).select_related("price"):
        ledger.settle(
            attempt,
            estimate(attempt, generation.text),
            certainty=Certainty.ESTIMATED,
            outcome="abandoned",
        )
