"""Celery's doors to the ground floor."""

from celery import shared_task

from conversations.services import outcomes


@shared_task
def judge_outcomes() -> None:
    """Conversations that were silent for seven days have an outcome; harmless when doubled."""
    outcomes.judge()
