"""What the person behind a request may do; asked dozens of times a page, looked up once."""

from django.http import HttpRequest

from conversations import access
from conversations.roles import Act, Role


def tenant_ids(request: HttpRequest, act: Act | Role) -> set[int]:
    """The tenants where the person may do this, as they were when first asked."""
    known: dict[Act | Role, set[int]] = request.__dict__.setdefault("_tenant_ids", {})
    if act not in known:
        known[act] = set(access.tenants_of(request.user, act).values_list("pk", flat=True))
    return known[act]


def may(request: HttpRequest, act: Act | Role, tenant_id: int) -> bool:
    """Whether the person may do this at that tenant."""
    return tenant_id in tenant_ids(request, act)


def works_somewhere(request: HttpRequest) -> bool:
    """Whether the person belongs to a tenant, or runs the deployment."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Act.READ))


def manages_a_tenant(request: HttpRequest) -> bool:
    """Whether settings and money of any tenant are this person's business."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Act.SPEND))


def reads_the_audit(request: HttpRequest) -> bool:
    """Whether who did what at any tenant is this person's business."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Act.AUDIT))


def reviews(request: HttpRequest) -> bool:
    """Whether the person judges what the bot said at any tenant."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Act.REVIEW))


def takes_files(request: HttpRequest) -> bool:
    """Whether the person may take conversations of any tenant away in a file."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Act.EXPORT))


def owns_a_tenant(request: HttpRequest) -> bool:
    """Whether who belongs to any tenant is this person's to decide."""
    return runs_the_deployment(request) or bool(tenant_ids(request, Act.OWN))


def runs_the_deployment(request: HttpRequest) -> bool:
    """Whether this person is the operator, whose business every tenant is, even none yet."""
    return request.user.is_active and request.user.is_superuser
