"""Those who came anew while very many did."""

import datetime

from django.db.models.functions import Now

from conversations.models import Conversation, VisitorSession

A_MINUTE = datetime.timedelta(minutes=1)


def mark_newest(tenant_id: int) -> int:
    """Who came to this tenant anew in the last minute counts to the crowd; returns how many.

    For the moment in which a crowd is noticed: its first ones came before.
    """
    since = Now() - A_MINUTE
    # what was begun since was also written to since, and of that there is an index
    newest = Conversation.objects.filter(
        tenant_id=tenant_id, updated_at__gte=since, created_at__gte=since
    ).filter(visitor__created_at__gte=since)
    visitors = list(newest.values_list("visitor_id", flat=True))
    VisitorSession.objects.filter(visitor_id__in=visitors).update(in_crowd=True)
    return Conversation.objects.filter(visitor_id__in=visitors).update(in_crowd=True)
