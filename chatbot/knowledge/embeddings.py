"""Have an embedding model place passages and questions; calls of a provider stand in the books."""

import logging
import time
from collections.abc import Sequence

from django.conf import settings

from billing.errors import BillingError
from billing.services.attempts import Unasked
from chatbot.knowledge import offline
from chatbot.knowledge.search import Asked
from chatbot.knowledge.terms import terms
from chatbot.knowledge.vectors import has_vectors, store_vectors, unit, unplaced
from chatbot.providers.embedding import PASSAGES_SECONDS, QUESTION_SECONDS, embed
from chatbot.providers.errands import KEPT_CHARACTERS
from conversations.models import Generation

logger = logging.getLogger(__name__)

AT_ONCE = 64
FRESH_SECONDS = 5.0

_placed: dict[int, tuple[float, bool]] = {}


def place_question(spender: Generation | Unasked, question: str) -> Asked | None:
    """Where the question lies; None where embeddings are off or fail: words alone must do then.

    Nothing is asked for a question without a telling word, nor where no
    passage of the tenant has a place to compare with.
    """
    model = settings.EMBEDDING_MODEL
    if not model or not terms(question) or not _has_places(spender.tenant_id, model):
        return None
    if model == offline.OFFLINE:
        return Asked(model, offline.place([question])[0])
    # without a reply, nobody could take a visitor's words back from the books
    keeps = KEPT_CHARACTERS if spender.pk else 0
    found = _call(spender, model, [question], QUESTION_SECONDS, keeps)
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
    tenant = passages[0].tenant
    texts = [f"{one.document.title}\n{one.heading}\n{one.text}" for one in passages]
    if model == offline.OFFLINE:
        found = offline.place(texts)
    else:
        found = _call(Unasked(tenant), model, texts, PASSAGES_SECONDS)
    store_vectors(model, {one.pk: vector for one, vector in zip(passages, found, strict=False)})
    _placed.pop(tenant.pk, None)
    return len(found)


def warm_up() -> None:
    """The first question is placed as fast as the next, if passages wait to be compared with it."""
    if settings.EMBEDDING_MODEL == offline.OFFLINE and has_vectors(offline.OFFLINE):
        offline.warm_up()


def _has_places(tenant_id: int, model: str) -> bool:
    """Whether a passage of the tenant has a place; looked up every few seconds."""
    now = time.monotonic()
    until, found = _placed.get(tenant_id, (0.0, False))
    if now > until:
        found = has_vectors(model, tenant_id)
        _placed[tenant_id] = now + FRESH_SECONDS, found
    return found


def _call(
    spender: Generation | Unasked,
    model: str,
    texts: Sequence[str],
    seconds: float,
    keeps: int = KEPT_CHARACTERS,
) -> list[list[float]]:
    """The vectors, one a text; none where the call was refused or failed."""
    try:
        vectors, failure = embed(spender, model, texts, seconds, keeps)
    except BillingError as refusal:
        logger.warning("Nothing is embedded: %s", refusal)
        return []
    if failure:
        logger.warning("Nothing was embedded: %s", failure.detail)
    return vectors
