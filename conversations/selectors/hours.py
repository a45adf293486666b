"""When people of a tenant are there."""

from conversations.hours import ALWAYS, Hours
from conversations.models import BusinessHours


def hours_of(tenant_id: int) -> Hours:
    """The tenant's business hours; `ALWAYS` where it has set none."""
    row = BusinessHours.objects.select_related("tenant").filter(tenant_id=tenant_id).first()
    return row.hours() if row else ALWAYS
