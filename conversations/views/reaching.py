"""From an address to a thing: the doorkeeper's answer as Django's views give it."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from conversations import access
from conversations.models import Tenant, TenantOwned
from conversations.roles import Act

Owned = TypeVar("Owned", bound=TenantOwned)


def reached(request: HttpRequest, model: type[Owned], act: Act, pk: int) -> Owned:
    """The thing, where the person may do this with it.

    403 for those who may do it nowhere; 404 for what is another tenant's, as
    for what there is not.
    """
    refuse_where_nowhere(request, act)
    return get_object_or_404(access.visible(request.user, model, act), pk=pk)


def reached_tenant(request: HttpRequest, act: Act, slug: str) -> Tenant:
    """The tenant of this slug, as `reached`."""
    refuse_where_nowhere(request, act)
    return get_object_or_404(access.tenants_of(request.user, act), slug=slug)


def refuse_where_nowhere(request: HttpRequest, act: Act) -> None:
    """403 for those who may do this at no tenant."""
    if not (request.user.is_superuser or access.tenants_of(request.user, act).exists()):
        raise PermissionDenied
