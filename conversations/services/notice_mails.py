"""Mail people what they have not seen: all of it at once, and seldom."""

import datetime
import logging
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection

from conversations.models import AtDesk, Notice
from conversations.services.event_data import name_of
from conversations.services.notices import newest_first

logger = logging.getLogger(__name__)

MOST_SHOWN = 20
AT_ONCE = 50
APART = datetime.timedelta(minutes=15)

# Whoever is claimed is mailed by nobody else for a quarter of an hour, whatever becomes of the try.
CLAIM = """
UPDATE conversations_atdesk AS mine SET mailed_at = statement_timestamp()
 WHERE mine.user_id IN (
   SELECT desk.user_id FROM conversations_atdesk AS desk
    WHERE (desk.mailed_at IS NULL
           OR desk.mailed_at < statement_timestamp() - make_interval(secs => %s))
      AND EXISTS (SELECT FROM conversations_notice AS due
                   WHERE due.user_id = desk.user_id AND due.mail_at <= statement_timestamp())
    LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING mine.user_id
"""
MEET = """
INSERT INTO conversations_atdesk (user_id, away, by_mail)
SELECT DISTINCT due.user_id, false, true FROM conversations_notice AS due
 WHERE due.mail_at <= statement_timestamp()
ON CONFLICT DO NOTHING
"""


def send_due() -> int:
    """Whoever has had unseen notices for some minutes is mailed them, every `APART` at most.

    Several may run at once and none takes another's. What cannot be sent is
    tried again with the next mail. Returns how many mails left.
    """
    with connection.cursor() as cursor:
        cursor.execute(MEET)
        cursor.execute(CLAIM, [APART.total_seconds(), AT_ONCE])
        claimed = [row[0] for row in cursor.fetchall()]
    rows = AtDesk.objects.filter(user__in=claimed).select_related("user")
    return sum(_send(desk.user, desk.by_mail) for desk in rows)


def _send(user: Any, by_mail: bool) -> bool:
    unseen = list(newest_first(user).filter(seen_at=None, mail_at__isnull=False))
    mine = Notice.objects.filter(user=user, mail_at__isnull=False)
    if not (unseen and by_mail and user.is_active and user.email and settings.EMAIL_HOST):
        mine.update(mail_at=None)
        return False
    try:
        _written(user, unseen).send()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        logger.warning("Notices could not be mailed: %s", type(error).__name__)
        return False
    mine.filter(pk__lte=unseen[0].pk).update(mail_at=None)
    return True


def _written(user: Any, notices: list[Notice]) -> EmailMessage:
    lines = [f"{_line(one)}\n{_link(one)}" for one in notices[:MOST_SHOWN]]
    more = len(notices) - MOST_SHOWN
    if more > 0:
        lines.append(f"And {more} more: {settings.PUBLIC_URL}/admin/house/notices/")
    first = _line(notices[0]) if len(notices) == 1 else f"{len(notices)} notices from your desk"
    foot = f"No such mail any more: {settings.PUBLIC_URL}/admin/house/notices/"
    return EmailMessage(
        subject=" ".join(first.split())[:150],
        body="\n\n".join([*lines, foot]) + "\n",
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _line(notice: Notice) -> str:
    by = f", by {name_of(notice.by)}" if notice.by else ""
    return f"{notice.get_kind_display()}{by}, at {notice.conversation.tenant}"


def _link(notice: Notice) -> str:
    page = (
        f"{settings.PUBLIC_URL}/admin/conversations/conversation/{notice.conversation_id}/change/"
    )
    return f"{page}#note-{notice.note_id}" if notice.note_id else page
