"""Let a conversation rest, and wake it."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from conversations.models import Conversation, Message, Notice, Work
from conversations.selectors.hours import hours_of
from conversations.services import notices
from conversations.services.turns import NotDone

LONGEST = datetime.timedelta(days=366)
AT_ONCE = 200
HOUR = datetime.timedelta(hours=1)


def until(choice: str, tenant_id: int) -> datetime.datetime:
    """The moment that is meant by `hour`, `hours`, `week` or, with anything else, the next opening.

    The next opening is that of tomorrow or later: today somebody is there.
    """
    now = timezone.now()
    if choice in ("hour", "hours"):
        return now + (HOUR if choice == "hour" else 3 * HOUR)
    hours = hours_of(tenant_id)
    days = 7 if choice == "week" else 1
    day = now.astimezone(hours.zone).date() + datetime.timedelta(days=days)
    midnight = datetime.datetime.combine(day, datetime.time(), hours.zone)
    opens = hours.next_opening(midnight)
    # where it never closes, the day begins as most do
    if opens is None or opens == midnight:
        return midnight + 9 * HOUR
    return opens


def snooze(conversation: Conversation, moment: datetime.datetime, by: Any = None) -> None:
    """The conversation rests until this moment, or until something happens in it.

    Refused with `NotDone` where the moment is past, or more than a year off.
    """
    now = timezone.now()
    if not now < moment <= now + LONGEST:
        raise NotDone("Choose a moment to come, within a year.")
    rests = {"snoozed_until": moment, "snoozed_at": Now(), "snoozed_by": by}
    Work.objects.update_or_create(
        conversation=conversation,
        defaults=rests,
        create_defaults=rests | {"tenant_id": conversation.tenant_id},
    )


def wake(conversation: Conversation) -> None:
    """The conversation rests no more; nothing happens where it did not."""
    Work.objects.filter(conversation=conversation).update(snoozed_until=None)


@transaction.atomic
def wake_due() -> int:
    """What has rested long enough is awake, and so is that in which the visitor wrote.

    Whose it is, else whoever let it rest, has a notice. Returns how many
    that were, at most `AT_ONCE`. Several may run at once.
    """
    wrote = Message.objects.filter(
        conversation=OuterRef("conversation"),
        role=Message.Role.VISITOR,
        created_at__gt=OuterRef("snoozed_at"),
    )
    changed = Q(conversation__updated_at__gt=F("snoozed_at")) & Exists(wrote)
    due = Work.objects.filter(Q(snoozed_until__lte=Now()) | changed, snoozed_until__isnull=False)
    rows = due.select_related("conversation", "assignee", "snoozed_by")
    found = list(rows.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for work in found:
        person = work.assignee or work.snoozed_by
        if person:
            notices.tell(Notice.Kind.AWAKE, work.conversation, [person])
    Work.objects.filter(pk__in=[work.pk for work in found]).update(snoozed_until=None)
    return len(found)
