"""Replies that were refused before any model was called."""

import datetime

from django.db.models import Count
from django.db.models.functions import TruncDate

from billing.errors import SpendLimitReached, Unpriced
from billing.models import Attempt
from billing.selectors.scope import Scope
from conversations.models import Generation

REFUSED = (SpendLimitReached.code, Unpriced.code)


def refusals_by_day(scope: Scope) -> dict[datetime.date, int]:
    """How many replies of each day a limit refused, or the want of a price.

    Nothing where the scope is about other purposes than replies.
    """
    if scope.purposes and Attempt.Purpose.REPLY not in scope.purposes:
        return {}
    rows = Generation.objects.filter(
        tenant_id__in=[tenant.pk for tenant in scope.tenants],
        failure__in=REFUSED,
        finished_at__gte=scope.start,
        finished_at__lt=scope.end,
        # as the index `generations_failed` says it, word for word: a statement that is
        # prepared does not know its values when it is planned
    ).extra(where=["failure <> ''"])
    if scope.models:
        rows = rows.filter(model__in=scope.models)
    counted = (
        rows.annotate(day=TruncDate("finished_at", tzinfo=scope.zone))
        .values("day")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {row["day"]: row["count"] for row in counted}
