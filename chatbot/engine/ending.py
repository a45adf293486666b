"""End a generation: with its reply or its failure, and the money settled."""

import logging

from django.db import Error, transaction

from billing.errors import SpendLimitReached
from billing.models import Attempt, SpendLimit
from billing.services import ledger, limit_alerts
from billing.usage import Usage
from chatbot.engine.citations import cited
from chatbot.engine.guarding import note
from chatbot.engine.orphans import estimate
from chatbot.engine.prompting import BuiltPrompt
from chatbot.engine.suggesting import suggestions
from chatbot.engine.wording import HANDED_OVER, sentence_for, sentence_of
from chatbot.guardrails.policy import guard_of
from chatbot.guardrails.screen import Refusal
from chatbot.knowledge.unanswered import unanswered
from chatbot.providers.base import Finished
from chatbot.providers.demo import is_demo
from conversations.models import Generation
from conversations.selectors.sessions import locale_of
from conversations.sentences import told
from conversations.services import generations
from conversations.services.generations import ClaimLost, Reply
from conversations.services.handoff import ask_for_person

logger = logging.getLogger(__name__)

Certainty = ledger.Certainty
AtHard = SpendLimit.AtHard


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
        usage = estimate(attempt, finished.written or finished.text)
    ledger.settle(
        attempt,
        usage,
        certainty=certainty,
        outcome=failure.code if failure else finished.finish_reason or "stop",
        request_id=finished.request_id,
    )


def store(generation: Generation, built: BuiltPrompt, finished: Finished) -> None:
    """The generation has ended with its reply, or as failed with what was written until then."""
    note(generation, built.findings + built.screen.findings)
    if built.screen.refusal:
        refuse(generation, built.screen.refusal, finished)
        return
    if finished.failure:
        generations.fail(
            generation,
            code=finished.failure.code,
            text=_said(generation, sentence_for(finished.failure.code, finished.text)),
            detail=finished.failure.detail,
            partial=finished.text,
            first_token_at=finished.first_token_at,
        )
        return
    citations = cited(finished.text, built.passages)
    reply = Reply(
        text=finished.text,
        citations=citations,
        suggestions=suggestions(
            generation.question.text, built.passages, citations, guard_of(generation.tenant)
        ),
        finish_reason=finished.finish_reason or "stop",
        first_token_at=finished.first_token_at,
        demo=is_demo(generation.model),
    )
    generations.finish(generation, reply, stored_with=unanswered(generation, reply.citations))


@transaction.atomic
def refuse(generation: Generation, refusal: Refusal, finished: Finished | None = None) -> None:
    """The guardrails have ended the reply: the verdicts say why, and the visitor is told.

    What was shown of it is kept. A person is asked for where that is wished.
    """
    finished = finished or Finished()
    generations.fail(
        generation,
        code=refusal.code,
        text=refusal.told or _said(generation, sentence_of(refusal, finished.text)),
        detail=refusal.detail,
        partial=finished.text,
        first_token_at=finished.first_token_at,
    )
    note(generation, refusal.findings)
    if refusal.for_person:
        ask_for_person(generation.conversation, by="bot")


def fail(generation: Generation, code: str, detail: str, partial: str = "") -> None:
    """The generation has failed: the visitor is told in a sentence, staff in detail."""
    text = _said(generation, sentence_for(code, partial))
    generations.fail(generation, code=code, text=text, detail=detail, partial=partial)


@transaction.atomic
def give_up_for(generation: Generation, refusal: SpendLimitReached) -> None:
    """The reply failed at a limit: managers are alerted, and the visitor gets what it wants.

    That is a person where the limit says so, and in any case a sentence.
    """
    limit_alerts.hard_reached(refusal)
    detail = str(refusal)
    if refusal.at_hard == AtHard.PERSON:
        text = _said(generation, HANDED_OVER)
        generations.fail(generation, code=refusal.code, text=text, detail=detail)
        ask_for_person(generation.conversation, by="bot")
    else:
        fail(generation, refusal.code, detail)


def _said(generation: Generation, sentence: str) -> str:
    """The sentence in the visitor's language, which is looked up only where a reply fails."""
    return told(sentence, locale_of(generation.conversation_id))


def give_back(generation: Generation) -> None:
    """Somebody else may claim it at once."""
    try:
        generations.release(generation)
    except Error:
        logger.warning("%s could not be given back; its lease runs out", generation)
