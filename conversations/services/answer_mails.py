"""Mail what staff said to a visitor who left an address and is gone, until it leaves."""

import datetime
import logging
import smtplib
from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from conversations.hints import is_watched
from conversations.models import AnswerMail, Message, Visitor, VisitorSession
from conversations.sentences import told
from conversations.services.event_data import name_of

logger = logging.getLogger(__name__)

# A person writes several messages in a row, and a visitor reloads a page.
WAIT = datetime.timedelta(minutes=3)
GIVE_UP_AFTER = datetime.timedelta(days=1)
AT_ONCE = 50
SUBJECT, GO_ON = "An answer from {title}", "Read it and go on here: {page}"

# A try counts when it begins, so a worker that dies over one does not begin it anew at once.
CLAIM = """
UPDATE conversations_answermail AS mine
   SET tries = mine.tries + 1,
       due_at = statement_timestamp() + interval '1 minute' * power(2, least(mine.tries, 6))
 WHERE mine.id IN (
   SELECT id FROM conversations_answermail WHERE due_at <= statement_timestamp()
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
 )
RETURNING mine.id
"""


def owe(message: Message) -> None:
    """The message is mailed in some minutes, where its visitor asked for that.

    Nothing happens where the deployment has no mail server.
    """
    if not settings.EMAIL_HOST:
        return
    asked = Visitor.objects.filter(conversations=message.conversation_id, wants_mail=True)
    if asked.exclude(email="").exists():
        AnswerMail.objects.create(
            tenant_id=message.tenant_id, message=message, due_at=message.created_at + WAIT
        )


def send_due() -> int:
    """What was due has been tried once, a mail a conversation; returns how many mails left.

    Several may run at once and none takes another's. What somebody reads on
    the screen is not mailed.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [AT_ONCE])
        claimed = [row[0] for row in cursor.fetchall()]
    rows = AnswerMail.objects.filter(pk__in=claimed).select_related(
        "message__author", "message__conversation__visitor", "tenant"
    )
    ordered = rows.order_by("message__conversation", "message__seq")
    talks = groupby(ordered, key=lambda mail: mail.message.conversation_id)
    return sum(_send(list(mails)) for _, mails in talks)


def _send(mails: list[AnswerMail]) -> bool:
    mine = AnswerMail.objects.filter(pk__in=[mail.pk for mail in mails])
    visitor = mails[0].message.conversation.visitor
    if not visitor.email or is_watched(mails[0].message.conversation_id):
        mine.update(due_at=None)
        return False
    try:
        _written(mails, visitor).send()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        logger.warning("An answer could not be mailed: %s", type(error).__name__)
        late = F("message__created_at") + GIVE_UP_AFTER
        mine.filter(pk__in=AnswerMail.objects.filter(due_at__gt=late)).update(due_at=None)
        return False
    mine.update(due_at=None, sent_at=Now())
    return True


def _written(mails: list[AnswerMail], visitor: Visitor) -> EmailMessage:
    tenant = mails[0].tenant
    session = VisitorSession.objects.filter(visitor=visitor).order_by("-last_seen_at").first()
    locale, page = (session.locale, session.page) if session else ("", "")
    said = [
        f"{name_of(mail.message.author)}:\n{mail.message.text}"
        if mail.message.author
        else mail.message.text
        for mail in mails
    ]
    parts = urlsplit(page)
    # whoever opened the chat said where; only the tenant's own site is passed on
    if f"{parts.scheme}://{parts.netloc}" in tenant.allowed_origins:
        said.append(told(GO_ON, locale, page=page))
    return EmailMessage(
        subject=" ".join(told(SUBJECT, locale, title=tenant.name).split()),
        body="\n\n".join(said) + "\n",
        to=[visitor.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
