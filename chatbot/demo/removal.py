"""Take the demonstration tenant away again."""

import graphlib

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

from chatbot.demo.shop import PEOPLE, demo_address
from conversations.models import Tenant, TenantOwned


def remove_demo() -> int:
    """No demo tenant is left, nor anything it owned; returns how many rows went with it.

    Other tenants keep every row, prices stay, and so does a demo person
    who joined another tenant. A second call finds nothing.
    """
    with transaction.atomic():
        tenants = list(Tenant.objects.select_for_update().filter(is_demo=True))
        removed = sum(_remove(tenant) for tenant in tenants)
        addresses = [demo_address(name) for name in PEOPLE]
        people = get_user_model().objects.filter(
            username__in=PEOPLE, email__in=addresses, memberships=None, is_superuser=False
        )
        return removed + people.delete()[0]


def _remove(tenant: Tenant) -> int:
    with connection.cursor() as cursor:
        # the ledger lets a whole tenant go, and nothing less
        cursor.execute("SET LOCAL counterfoil.removing = 'tenant'")
    removed = 0
    for model in _pointing_first():
        rows = model._base_manager.filter(tenant=tenant)
        removed += rows.delete()[0]
    return removed + tenant.delete()[0]


def _pointing_first() -> list[type[TenantOwned]]:
    """What tenants own, each model before those it points to: nothing protects the later ones."""
    owned = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
    points_to = {
        model: {
            field.related_model
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in owned
        }
        - {model}
        for model in owned
    }
    return list(graphlib.TopologicalSorter(points_to).static_order())[::-1]
