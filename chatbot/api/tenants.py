"""Tenants, for the operator's own programs."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from chatbot.api import shapes
from chatbot.api.pages import Page, cursor_of, place_in
from chatbot.api.problems import Problem, not_there
from chatbot.api.responses import PROBLEMS
from chatbot.api.tokens import Token, token_of
from chatbot.founding import NotFounded, found_tenant
from chatbot.models import Scope
from conversations.access import tenants_of
from conversations.models import AuditEntry
from conversations.services.audit import record

router = Router(tags=["Tenants"])


@router.get(
    "",
    response={200: shapes.TenantPage, **PROBLEMS},
    auth=Token(Scope.TENANTS),
    operation_id="list_tenants",
)
def list_tenants(request: HttpRequest, page: Query[Page]) -> Any:
    """List tenants in the order in which they came."""
    rows = tenants_of(token_of(request).person).order_by("pk")
    if page.cursor:
        rows = rows.filter(pk__gt=place_in(page.cursor, int)[0])
    tenants = list(rows[: page.limit + 1])
    place = cursor_of(tenants[page.limit - 1].pk) if len(tenants) > page.limit else None
    return {"items": tenants[: page.limit], "next": place}


@router.post(
    "",
    response={201: shapes.TenantShape, **PROBLEMS},
    auth=Token(Scope.TENANTS),
    operation_id="create_tenant",
)
def create_tenant(request: HttpRequest, given: shapes.NewTenant) -> Any:
    """Make a tenant that can chat at once.

    An owner who has no account yet gets one without a password; they set it
    under “Forgotten your password?”.
    """
    try:
        made = found_tenant(
            given.name,
            slug=given.slug,
            owner=given.owner,
            origins=given.allowed_origins,
            time_zone=given.time_zone,
            limit=None if given.month_limit is None else Decimal(given.month_limit),
            password=None,
        )
    except NotFounded as reason:
        raise Problem(409 if reason.conflict else 422, "not_made", str(reason)) from None
    record(AuditEntry.Act.SETTING, made, by="API")
    return Status(201, made)


@router.get(
    "/{slug:slug}",
    response={200: shapes.TenantShape, **PROBLEMS},
    auth=Token(Scope.TENANTS),
    operation_id="read_tenant",
)
def read_tenant(request: HttpRequest, slug: Path[str]) -> Any:
    """Read one tenant."""
    tenant = tenants_of(token_of(request).person).filter(slug=slug).first()
    if tenant is None:
        raise not_there("tenant")
    return tenant
