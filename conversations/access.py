"""Doorkeepers: the only way from somebody outside to an object of a tenant.

Views, admin pages and sockets start from one of these functions; a house
test refuses them any query of their own on what a tenant owns.
"""

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
from conversations.tokens import hash_of

Owned = TypeVar("Owned", bound=TenantOwned)
Role = Membership.Role
Person = User | AnonymousUser

# each role may do what the ones before it may
RANKS = [Role.STAFF, Role.MANAGER, Role.OWNER]


def tenants_of(user: Person, at_least: Role = Role.STAFF) -> QuerySet[Tenant]:
    """The tenants where the user has this role or a higher one; all for a superuser."""
    if not user.is_active or not user.is_authenticated:
        return Tenant.objects.none()
    if user.is_superuser:
        return Tenant.objects.all()
    return Tenant.objects.filter(
        memberships__user=user, memberships__role__in=RANKS[RANKS.index(at_least) :]
    )


def memberships_of(user: Person, at_least: Role = Role.STAFF) -> QuerySet[Membership]:
    """The user's own memberships with this role or a higher one; even a superuser may have none."""
    if not user.is_active or not user.is_authenticated:
        return Membership.objects.none()
    roles = RANKS[RANKS.index(at_least) :]
    return Membership.objects.filter(user=user, role__in=roles).select_related("tenant")


def visible(user: Person, model: type[Owned], at_least: Role = Role.STAFF) -> QuerySet[Owned]:
    """The rows of `model` that belong to tenants where the user has at least this role."""
    rows = model._default_manager.all()
    if user.is_active and user.is_superuser:
        return rows
    return rows.filter(tenant__in=tenants_of(user, at_least))


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
