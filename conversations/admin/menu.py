"""Who sees what in the menu."""

from django.http import HttpRequest

from conversations import access
from conversations.models import Membership


def works_somewhere(request: HttpRequest) -> bool:
    """Whether the person belongs to a tenant, or runs the deployment."""
    return _is_operator(request) or access.tenants_of(request.user).exists()


def manages_a_tenant(request: HttpRequest) -> bool:
    """Whether settings of any tenant are this person's business."""
    managed = access.tenants_of(request.user, Membership.Role.MANAGER)
    return _is_operator(request) or managed.exists()


def _is_operator(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser
