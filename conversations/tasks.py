"""Celery's doors to the ground floor."""

from celery import shared_task

from conversations.services import (
    answer_mails,
    erasing,
    exporting,
    handoff,
    notice_mails,
    notices,
    outcomes,
    snoozing,
    waits,
)


@shared_task
def judge_outcomes() -> None:
    """Conversations that were silent for seven days have an outcome; harmless when doubled."""
    outcomes.judge()


@shared_task
def mail_answers() -> None:
    """What staff said to visitors who are gone has been mailed; harmless when doubled."""
    answer_mails.send_due()


@shared_task
def make_exports() -> None:
    """Files that somebody waits for are made, and those of another week are gone."""
    exporting.drop_old()
    exporting.make_exports()


@shared_task
def erase_due() -> None:
    """What tenants no longer keep is erased, and so are old notices; harmless when doubled."""
    erasing.erase_due()
    notices.drop_old()


@shared_task
def hand_back_idle() -> None:
    """The bot answers again where staff left; harmless when doubled."""
    handoff.hand_back_idle()


@shared_task
def tend_desk() -> None:
    """Late waits were told of, turns given, and what rested is awake; harmless when doubled."""
    waits.tend()
    snoozing.wake_due()


@shared_task
def mail_notices() -> None:
    """What people of staff have not seen was mailed to them; harmless when doubled."""
    notice_mails.send_due()
