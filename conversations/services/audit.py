"""Write down who did what."""

from typing import Any

from django.db.models import Model

from conversations.asking import asking_now
from conversations.models import AuditEntry, Membership, Tenant

Act = AuditEntry.Act
MAX_PERSON = 150


def record(
    act: AuditEntry.Act,
    thing: Model | None = None,
    *,
    tenant_id: int | None = None,
    person: Any = None,
    **details: Any,
) -> AuditEntry:
    """The act is in the audit log, by whoever makes the request at hand, else by the product.

    The tenant is the thing's own unless another is given. `details` are
    names and numbers; what a visitor said does not belong there.
    """
    asking = asking_now()
    person = person or asking.person
    return AuditEntry.objects.create(
        tenant_id=tenant_id if tenant_id is not None else tenant_of(thing),
        person=person.get_username()[:MAX_PERSON] if person else "",
        person_id=person.pk if person else None,
        act=act,
        thing=str(thing._meta.verbose_name) if thing is not None else "",
        thing_id=str(thing.pk) if thing is not None else "",
        details=details,
        address=asking.address,
    )


def record_of_person(act: AuditEntry.Act, person: Any, **details: Any) -> None:
    """The act is in the log of each tenant that the person belongs to; else in the deployment's."""
    mine: list[int | None] = list(
        Membership.objects.filter(user=person).values_list("tenant_id", flat=True)
    )
    for tenant_id in mine or [None]:
        record(act, tenant_id=tenant_id, person=person, **details)


def tenant_of(thing: Model | None) -> int | None:
    """Whose the thing is; None for what belongs to the deployment."""
    if isinstance(thing, Tenant):
        return thing.pk
    return getattr(thing, "tenant_id", None)
