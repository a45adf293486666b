"""Celery's doors to the ground floor."""

from celery import shared_task

from conversations.services import handoff, outcomes


@shared_task
def judge_outcomes() -> None:
    """Conversations that were silent for seven days have an outcome; harmless when doubled."""
    outcomes.judge()


@shared_task
def hand_back_idle() -> None:
    """The bot answers again where staff left; harmless when doubled."""
    handoff.hand_back_idle()
