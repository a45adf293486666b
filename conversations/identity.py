"""Who a visitor is at the tenant: the one place that says so."""

from conversations.models import Visitor


def verified_id(conversation_id: int) -> str:
    """Whom the tenant has vouched for in this conversation; "" where it has for nobody.

    Nothing that a visitor says or a model writes changes it.
    """
    found = Visitor.objects.filter(conversations=conversation_id)
    return found.values_list("external_id", flat=True).first() or ""


def vouch(visitor: Visitor, external_id: str) -> None:
    """The visitor is this person of the tenant's from now on; "" makes them nobody again.

    Whoever was that person before is nobody now. Call it only with what was
    proved, by a signature for example.
    """
    visitor.external_id = external_id[:200]
    if external_id:
        others = Visitor.objects.filter(tenant=visitor.tenant_id, external_id=visitor.external_id)
        others.exclude(pk=visitor.pk).update(external_id="")
    visitor.save(update_fields=["external_id"])
