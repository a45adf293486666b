"""Run a turn: claim, prompt, hold, stream, settle."""

import functools
import itertools
import logging
import time

from django.db import Error, connection, transaction

from billing.errors import BillingError, SpendLimitReached, Unpriced
from billing.models import Attempt, SpendLimit
from billing.services import ledger, limit_alerts, price_alerts
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from chatbot.engine.citations import cited
from chatbot.engine.lane import LiveReply
from chatbot.engine.leases import Writing, keeper
from chatbot.engine.model_choice import Voice, cheaper, voice_of
from chatbot.engine.orphans import estimate, settle_abandoned
from chatbot.engine.patience import surely
from chatbot.engine.prompting import BuiltPrompt, build_prompt
from chatbot.engine.streaming import stream_reply
from chatbot.engine.wording import HANDED_OVER, sentence_for
from chatbot.knowledge import unanswered
from chatbot.providers.base import Finished
from chatbot.providers.chosen import provider
from chatbot.providers.demo import is_demo
from chatbot.providers.retry import wait_before
from chatbot.providers.tokens import count_messages
from conversations.models import Generation
from conversations.services import generations, queue
from conversations.services.generations import ClaimLost, Reply
from conversations.services.handoff import ask_for_person

logger = logging.getLogger(__name__)

Certainty = ledger.Certainty
AtHard = SpendLimit.AtHard

# Before the call a visitor still waits for the first word; after it, a whole
# reply is at stake, so the database may be away for as long as a restart takes.
BEGIN_SECONDS = 15
END_SECONDS = 120


def run_turn() -> Generation | None:
    """Whoever is next has been answered, or told why not, and the money is settled.

    None where nobody waits.
    """
    generation = queue.claim()
    if generation is None:
        return None
    writing = Writing(LiveReply.of(generation))
    try:
        with keeper().keeping(generation, writing):
            write(generation, writing)
    except ClaimLost:
        logger.info("%s was taken over or stopped", generation)
    except Exception:
        logger.exception("%s could not be written; the next try is another worker's", generation)
        give_back(generation)
    return generation


def write(generation: Generation, writing: Writing) -> None:
    """The claimed generation has ended; `ClaimLost` where it is no longer ours."""
    if generation.claim > 1:
        for attempt in generation.attempts.filter(state=Attempt.State.OPEN).select_related("price"):
            settle_abandoned(attempt, generation.text)
    if generation.claim > generations.MAX_CLAIMS:
        detail = f"{generations.MAX_CLAIMS} workers died over this reply."
        fail(generation, "gave_up", detail, partial=generation.text)
    else:
        answer(generation, writing)


def answer(generation: Generation, writing: Writing) -> None:
    """The generation has ended; every refusal on the way is its reason.

    A refusal of the provider's that passes by itself is waited out; each
    try is an attempt of its own in the books.
    """
    for tries in itertools.count(1):
        wait = call_once(generation, writing, tries)
        if wait is None:
            return
        connection.close()
        time.sleep(wait)
        if writing.lost:
            raise ClaimLost(str(generation))


def call_once(generation: Generation, writing: Writing, tries: int) -> float | None:
    """The model was called, and the generation has ended; else the seconds to the next try."""
    try:
        begun = surely(functools.partial(begin, generation), BEGIN_SECONDS)
    except SpendLimitReached as refusal:
        surely(functools.partial(give_up_for, generation, refusal), END_SECONDS)
        return None
    except BillingError as refusal:
        if isinstance(refusal, Unpriced):
            price_alerts.model_unpriced(generation.model)
        fail(generation, refusal.code, str(refusal))
        return None
    except Error as error:
        fail(generation, "database", f"The database did not let the call begin: {error}")
        return None
    connection.close()  # back to the pool: the model takes seconds, the database is not needed
    attempt, built = begun
    finished = stream_reply(writing, provider(), attempt.request, str(attempt.pk))
    wait = wait_before(tries, finished.failure) if finished.failure else None
    if wait is None:
        end = functools.partial(conclude, generation, attempt, built, finished)
    else:
        end = functools.partial(settle, attempt, finished)
    surely(end, END_SECONDS)
    return wait


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


@transaction.atomic
def give_up_for(generation: Generation, refusal: SpendLimitReached) -> None:
    """The reply failed at a limit: managers are alerted, and the visitor gets what it wants.

    That is a person where the limit says so, and in any case a sentence.
    """
    limit_alerts.hard_reached(refusal)
    detail = str(refusal)
    if refusal.at_hard == AtHard.PERSON:
        generations.fail(generation, code=refusal.code, text=HANDED_OVER, detail=detail)
        ask_for_person(generation.conversation, by="bot")
    else:
        fail(generation, refusal.code, detail)


def fail(generation: Generation, code: str, detail: str, partial: str = "") -> None:
    """The generation has failed: the visitor is told in a sentence, staff in detail."""
    text = sentence_for(code, partial)
    generations.fail(generation, code=code, text=text, detail=detail, partial=partial)


def conclude(
    generation: Generation, attempt: Attempt, built: BuiltPrompt, finished: Finished
) -> None:
    """Reply, ledger entry and the event that says so are one transaction.

    Where the generation is no longer ours the money is settled all the same.
    """
    try:
        with transaction.atomic():
            # First: whoever waits for a tenant's budget must hold no row of the generation,
            # or the leases of all replies of this worker would wait with it.
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
    unanswered.note(generation, reply.citations)


def give_back(generation: Generation) -> None:
    """Somebody else may claim it at once."""
    try:
        generations.release(generation)
    except Error:
        logger.warning("%s could not be given back; its lease runs out", generation)
