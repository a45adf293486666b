"""Who may see the till's pages, asked by views and by the menu."""

from django.http import HttpRequest

from conversations import access
from conversations.models import Membership


def manages_a_tenant(request: HttpRequest) -> bool:
    """Whether money of any tenant, even of none yet, is this person's business."""
    user = request.user
    return (user.is_active and user.is_superuser) or access.tenants_of(
        user, Membership.Role.MANAGER
    ).exists()


def runs_the_deployment(request: HttpRequest) -> bool:
    """Whether this person is the operator: prices hold for every tenant."""
    return request.user.is_active and request.user.is_superuser
