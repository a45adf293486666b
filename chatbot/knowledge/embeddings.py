"""Have an embedding model place passages and questions; every call stands in the books."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from billing.errors import BillingError
from billing.models import Attempt
from billing.services import ledger
from billing.services.attempts import Call, Unasked, open_attempt
from billing.usage import Usage
from chatbot.knowledge.search import Asked
from chatbot.knowledge.terms import terms
from chatbot.knowledge.vectors import store_vectors, unit, unplaced
from chatbot.providers.embedding import (
    PASSAGES_SECONDS,
    QUESTION_SECONDS,
    Embedded,
    embed,
    request_of,
)
from chatbot.providers.tokens import count
from conversations.models import Generation

logger = logging.getLogger(__name__)

AT_ONCE = 64
Certainty = ledger.Certainty


def place_question(spender: Generation | Unasked, question: str) -> Asked | None:
    """Where the question lies; None where embeddings are off or fail: words alone must do then.

    Nothing is asked for a question without a telling word.
    """
    model = settings.EMBEDDING_MODEL
    if not model or not terms(question):
        return None
    found = _call(spender, model, [question], QUESTION_SECONDS)
    return Asked(model, unit(found[0])) if found else None


def place_passages(limit: int = AT_ONCE) -> int:
    """Up to so many passages that had no place have one now; returns how many.

    0 also where embeddings are off, or the call failed; a later one tries again.
    """
    model = settings.EMBEDDING_MODEL
    if not model:
        return 0
    passages = unplaced(model, limit)
    if not passages:
        return 0
    texts = [f"{one.document.title}\n{one.heading}\n{one.text}" for one in passages]
    found = _call(Unasked(passages[0].tenant), model, texts, PASSAGES_SECONDS)
    store_vectors(model, {one.pk: vector for one, vector in zip(passages, found, strict=False)})
    return len(found)


def _call(
    spender: Generation | Unasked, model: str, texts: Sequence[str], seconds: float
) -> list[list[float]]:
    """The vectors, one a text; none where the call was refused or failed."""
    request = request_of(model, texts)
    tokens = sum(map(count, texts))
    # what is kept of a request says how much was asked, not every passage again
    kept = request | {"input": [text[:200] for text in texts]}
    try:
        attempt = open_attempt(spender, Call(Attempt.Purpose.EMBEDDING, model, tokens, 0, kept))
    except BillingError as refusal:
        logger.warning("Nothing is embedded: %s", refusal)
        return []
    connection.close()  # back to the pool while the model is asked
    found = embed(request, str(attempt.pk), seconds)
    _settle(attempt, found)
    if found.failure:
        logger.warning("Nothing was embedded: %s", found.failure.detail)
    return found.vectors if len(found.vectors) == len(texts) else []


def _settle(attempt: Attempt, found: Embedded) -> None:
    usage, certainty, failure = found.usage, Certainty.EXACT, found.failure
    if usage is None:
        billed = failure is None or failure.billed
        usage = Usage(input=attempt.prompt_tokens if billed else 0, output=0)
        certainty = Certainty.ESTIMATED if billed else Certainty.EXACT
    ledger.settle(
        attempt,
        usage,
        certainty=certainty,
        outcome=failure.code if failure else "stop",
        request_id=found.request_id,
    )
