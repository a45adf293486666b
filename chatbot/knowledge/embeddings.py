"""Have an embedding model place passages and questions; every call stands in the books."""

import logging
from collections.abc import Sequence

from django.conf import settings

from billing.errors import BillingError
from billing.services.attempts import Unasked
from chatbot.knowledge.search import Asked
from chatbot.knowledge.terms import terms
from chatbot.knowledge.vectors import store_vectors, unit, unplaced
from chatbot.providers.embedding import PASSAGES_SECONDS, QUESTION_SECONDS, embed
from conversations.models import Generation

logger = logging.getLogger(__name__)

AT_ONCE = 64


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
    try:
        vectors, failure = embed(spender, model, texts, seconds)
    except BillingError as refusal:
        logger.warning("Nothing is embedded: %s", refusal)
        return []
    if failure:
        logger.warning("Nothing was embedded: %s", failure.detail)
    return vectors
