"""Tell people of staff what they should know, each of them once."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from conversations.models import AtDesk, Conversation, Note, Notice
from conversations.roles import Act, who_may

Kind = Notice.Kind
# Whoever looks at a page of staff sees it there first.
MAIL_AFTER = datetime.timedelta(minutes=3)
KEPT = datetime.timedelta(days=30)


def people_who_may(act: Act, tenant_id: int) -> QuerySet[User]:
    """The people of the tenant who may do this and can still sign in."""
    return get_user_model().objects.filter(
        is_active=True, memberships__tenant=tenant_id, memberships__role__in=who_may(act)
    )


def tell(
    kind: Kind,
    conversation: Conversation,
    people: Iterable[Any],
    *,
    by: Any = None,
    note: Note | None = None,
) -> None:
    """Each of the people has the notice; nobody is told of what they did themselves."""
    by_pk = {person.pk: person for person in people}
    by_pk.pop(by.pk if by else None, None)
    Notice.objects.bulk_create(
        Notice(
            tenant_id=conversation.tenant_id,
            user_id=pk,
            conversation=conversation,
            note=note,
            kind=kind,
            by=by,
            at=Now(),
            mail_at=Now() + MAIL_AFTER,
        )
        for pk in by_pk
    )


def settle(conversation_id: int, *kinds: Kind) -> None:
    """Nobody needs to see these notices of the conversation any more."""
    unseen = Notice.objects.filter(conversation=conversation_id, kind__in=kinds, seen_at=None)
    unseen.update(seen_at=Now(), mail_at=None)


def see(user: Any, conversation: Conversation | None = None) -> None:
    """The person has seen their notices: all, or those of this conversation."""
    unseen = Notice.objects.filter(user=user, seen_at=None)
    if conversation is not None:
        unseen = unseen.filter(conversation=conversation)
    unseen.update(seen_at=Now(), mail_at=None)


def seen_at_desk(user: Any) -> None:
    """The person is at their desk now."""
    if not AtDesk.objects.filter(user=user).update(seen_at=Now()):
        AtDesk.objects.update_or_create(user=user, defaults={"seen_at": Now()})


def choose(user: Any, *, away: bool, by_mail: bool) -> None:
    """The person is away or not, and is written to or not, from now on."""
    AtDesk.objects.update_or_create(user=user, defaults={"away": away, "by_mail": by_mail})


def drop_old() -> int:
    """Notices are kept for `KEPT`; returns how many went."""
    return Notice.objects.filter(at__lt=Now() - KEPT).delete()[0]


def newest_first(user: Any) -> QuerySet[Notice]:
    """The person's notices of conversations that they may still read."""
    mine = Notice.objects.filter(user=user).order_by("-pk")
    if not user.is_superuser:
        mine = mine.filter(
            tenant__memberships__user=F("user"), tenant__memberships__role__in=who_may(Act.READ)
        )
    return mine.select_related("conversation__visitor", "conversation__tenant", "by")
