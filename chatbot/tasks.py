"""Celery's doors; each opens one function."""

import datetime

from celery import shared_task

from conversations.services import generations

QUEUED_TOO_LONG = datetime.timedelta(seconds=5)


@shared_task
def generate_reply(generation_id: int) -> None:
    """Answer one queued generation, then queue the conversation's next; harmless when doubled."""
    # Web processes import this file to queue it; the engine behind it costs
    # 0.7 s and 60 MB (the SDK), which only workers pay. They preload it.
    from chatbot.engine.turn import run_turn  # noqa: PLC0415

    waiting = run_turn(generation_id)
    if waiting is not None:
        generate_reply.delay(waiting)


@shared_task
def sweep() -> None:
    """Every generation that nobody works on is queued again; Postgres remembers, not the broker."""
    for generation_id in generations.overdue(QUEUED_TOO_LONG):
        generate_reply.delay(generation_id)
