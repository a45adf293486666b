"""What the person behind a request may do; asked dozens of times a page, looked up once."""

from django.http import HttpRequest

from conversations import access
from conversations.models import Membership

Role = Membership.Role


def tenant_ids(request: HttpRequest, role: Membership.Role) -> set[int]:
    """The tenants where the person has at least this role, as they were when first asked."""
    known: dict[Membership.Role, set[int]] = request.__dict__.setdefault("_tenant_ids", {})
    if role not in known:
        known[role] = set(access.tenants_of(request.user, role).values_list("pk", flat=True))
    return known[role]


def works_somewhere(request: HttpRequest) -> bool:
    """Whether the person belongs to a tenant, or runs the deployment."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Role.STAFF))


def manages_a_tenant(request: HttpRequest) -> bool:
    """Whether settings and money of any tenant are this person's business."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Role.MANAGER))


def runs_the_deployment(request: HttpRequest) -> bool:
    """Whether this person is the operator, whose business every tenant is, even none yet."""
    return request.user.is_active and request.user.is_superuser
