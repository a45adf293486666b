"""Celery's doors to the ground floor."""

from celery import shared_task

from conversations.services import answer_mails, outcomes


@shared_task
def judge_outcomes() -> None:
    """Conversations that were silent for seven days have an outcome; harmless when doubled."""
    outcomes.judge()


@shared_task
def mail_answers() -> None:
    """What staff said to visitors who are gone has been mailed; harmless when doubled."""
    answer_mails.send_due()
