"""Doorkeepers: the only way from somebody outside to an object of a tenant.

Views, admin pages and sockets start from one of these functions; a house
test refuses them any query of their own on what a tenant owns. What may be
done there stands in `roles.py`. Everything is asked of the database anew,
so a role taken away counts with the next request.
"""

from collections.abc import Collection
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from conversations.models import (
    Membership,
    Tenant,
    TenantOwned,
    VisitorSession,
    WidgetSettings,
)
from conversations.roles import Act, Role, who_may
from conversations.tokens import hash_of

Owned = TypeVar("Owned", bound=TenantOwned)
Person = User | AnonymousUser


def tenants_of(user: Person, act: Act | Role = Act.READ) -> QuerySet[Tenant]:
    """The tenants where the user may do this; all for a superuser."""
    if not user.is_active or not user.is_authenticated:
        return Tenant.objects.none()
    if user.is_superuser:
        return Tenant.objects.all()
    return Tenant.objects.filter(memberships__user=user, memberships__role__in=who_may(act))


def memberships_of(user: Person, act: Act | Role = Act.READ) -> QuerySet[Membership]:
    """The user's own memberships that allow this; even a superuser may have none."""
    if not user.is_active or not user.is_authenticated:
        return Membership.objects.none()
    return Membership.objects.filter(user=user, role__in=who_may(act)).select_related("tenant")


def members_who_may(tenant_id: int, act: Act) -> QuerySet[User]:
    """The people who may do this at the tenant, by name; the operator only where they belong."""
    mine = Membership.objects.filter(tenant=tenant_id, role__in=who_may(act))
    return User.objects.filter(pk__in=mine.values("user"), is_active=True).order_by("username")


def visible(user: Person, model: type[Owned], act: Act | Role = Act.READ) -> QuerySet[Owned]:
    """The rows of `model` that belong to tenants where the user may do this."""
    rows = model._default_manager.all()
    if user.is_active and user.is_superuser:
        return rows
    return rows.filter(tenant__in=tenants_of(user, act))


def rows_of(model: type[Owned], tenants: Collection[int]) -> QuerySet[Owned]:
    """The rows of these tenants; ask only with ids that a doorkeeper has just named.

    As `visible`, for lists of millions: with the ids themselves in the
    question PostgreSQL reads one tenant's rows in the order of an index,
    where it sorts all of them behind a question of its own.
    """
    return model._default_manager.filter(tenant__in=sorted(tenants))


def tenant_with_key(public_key: str) -> Tenant | None:
    """The tenant that this public key names, or None."""
    return Tenant.objects.filter(public_key=public_key).first()


def session_with_id(session_id: int) -> VisitorSession | None:
    """The session, or None; ask only with an id from a ticket whose signature was checked."""
    return VisitorSession.objects.select_related("tenant").filter(pk=session_id).first()


def session_with_token(token: str) -> VisitorSession | None:
    """The session that this browser's secret opens, or None; only its holder asks with it."""
    rows = VisitorSession.objects.select_related("tenant", "visitor")
    return rows.filter(token_hash=hash_of(token)).first() if token else None


def avatar_of(public_key: str) -> WidgetSettings | None:
    """The settings of the widget with this key, where they hold a picture."""
    rows = WidgetSettings.objects.filter(tenant__public_key=public_key, avatar__isnull=False)
    return rows.first()
