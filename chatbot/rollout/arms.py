"""Which arm a visitor belongs to."""

import hashlib

from chatbot.models import Rollout

POINTS = 10_000


def point_of(salt: str, visitor_id: int) -> int:
    """Where this visitor stands among `POINTS`; the same each time, and spread evenly."""
    digest = hashlib.sha256(f"{salt}:{visitor_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % POINTS


def belongs(salt: str, share: int, visitor_id: int) -> bool:
    """Whether so many percent of all visitors take this one in.

    Whoever belongs to a share belongs to every greater one.
    """
    return point_of(salt, visitor_id) * 100 < share * POINTS


def running(tenant_id: int) -> Rollout | None:
    """The tenant's canary that runs, or None."""
    rows = Rollout.objects.filter(tenant_id=tenant_id, state=Rollout.State.RUNNING)
    return rows.select_related("persona").first()
