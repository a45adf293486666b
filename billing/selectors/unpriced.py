"""Which models were asked for and not called, because they have no price."""

import datetime
from collections import Counter

from billing.errors import Unpriced
from conversations.models import Generation, Tenant

# Behind the model's name in what `price_at` says; a failure keeps the sentence, not the name.
SAID_OF_A_MODEL = " has no price"


def unpriced_models(tenant: Tenant, since: datetime.datetime) -> dict[str, int]:
    """How many of the tenant's replies failed since then for want of a price, by model."""
    details = Generation.objects.filter(
        tenant=tenant,
        failure=Unpriced.code,
        finished_at__gte=since,
        # of all generations only these are looked at: there is an index on conversations
        conversation__tenant=tenant,
        conversation__updated_at__gte=since,
    ).values_list("failure_detail", flat=True)
    return dict(Counter(detail.partition(SAID_OF_A_MODEL)[0] for detail in details))
