"""Celery's doors; each opens one function.

The engine is imported inside: web processes import this file to call a
worker, and the SDK behind the engine costs 0.7 s and 60 MB, which only
workers pay. They preload it.
"""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from conversations.services import queue


@shared_task
def take_turn() -> None:
    """Answer whoever is next, then call a worker for whom that kept; harmless when doubled."""
    from chatbot.engine.outgrown import noticed  # noqa: PLC0415
    from chatbot.engine.turn import run_turn  # noqa: PLC0415

    ended = run_turn()
    if ended and queue.kept_waiting(ended):
        take_turn.delay()
    for conversation in noticed():
        summarise.delay(conversation)


@shared_task
def summarise(conversation_id: int) -> None:
    """The conversation's beginning is summed up, if it has outgrown its window; else nothing."""
    from chatbot.engine import summary  # noqa: PLC0415

    summary.summarise(conversation_id)


@shared_task
def settle_orphans() -> None:
    """Calls of replies that have ended without their worker are in the ledger."""
    from chatbot.engine import orphans  # noqa: PLC0415

    orphans.settle_orphans()


@shared_task
def watch_providers() -> None:
    """Whoever it concerns has been alerted of keys and models whose day comes near."""
    from chatbot.providers import keys, matrix  # noqa: PLC0415

    today = timezone.localdate()
    keys.warn_of_rotation(today)
    matrix.warn_of_shutdowns(today)


@shared_task
def tend_library() -> None:
    """Sources that are due wait to be fetched, and for a minute what waits is taken in."""
    from chatbot.knowledge import tending  # noqa: PLC0415

    tending.tend()


@shared_task
def watch_rollouts() -> None:
    """Canaries that are worse than what is usual are rolled back."""
    from chatbot.rollout import watching  # noqa: PLC0415

    watching.watch()


@shared_task
def run_trials() -> None:
    """For a minute, what waits in trials is answered; the rest by the next call."""
    from chatbot.sandbox import working  # noqa: PLC0415

    working.work()


@shared_task
def fetch_bills() -> None:
    """What the provider charged in the last days is beside the ledger; nothing without a key."""
    from chatbot.providers import costs  # noqa: PLC0415

    if settings.OPENAI_ADMIN_KEY:
        costs.bring_bills()


@shared_task
def fill_inbox() -> None:
    """Staff find what was said; harmless when doubled."""
    from chatbot.inbox import filling  # noqa: PLC0415

    filling.catch_up()


@shared_task
def write_draft(draft: int) -> None:
    """The draft is written, or says why not; harmless when doubled."""
    from chatbot.engine import drafting  # noqa: PLC0415

    drafting.write(draft)


@shared_task
def tell_hooks() -> None:
    """Tenants' own systems have been told what happened; harmless when doubled."""
    from chatbot.hooks import collecting, sending  # noqa: PLC0415

    collecting.collect()
    sending.send_due()


@shared_task
def forget_answers() -> None:
    """Neither answers kept for a repeated request nor old webhook deliveries stay for ever."""
    from chatbot.hooks import sending  # noqa: PLC0415

    sending.forget_old()
