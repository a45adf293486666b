"""What the widget loads and how it opens a session."""

from typing import Any

import orjson
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from chatbot import flood
from chatbot.identity import BadIdentity, person_in
from chatbot.live.handshake import issue_ticket, origin_allowed
from chatbot.views.replies import MAX_BODY_BYTES, crowded, preflight, refused, shared
from chatbot.views.widget_config import config_of
from conversations.access import avatar_of, tenant_with_key
from conversations.models import Tenant
from conversations.services.identity import identify
from conversations.services.sessions import (
    OpenedSession,
    conversation_of,
    note_page,
    open_session,
    start_over,
)


@require_safe
@cache_control(public=True, max_age=300)
def loader(request: HttpRequest) -> FileResponse:
    """The script behind the one tag that a site carries."""
    path = finders.find("widget/loader.js")
    if not isinstance(path, str):
        raise Http404
    response = FileResponse(open(path, "rb"), content_type="text/javascript; charset=utf-8")  # noqa: SIM115
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def avatar(request: HttpRequest, key: str, mark: str) -> HttpResponse:
    """The picture of a tenant's widget, which never changes at its address; 404 without one."""
    look = avatar_of(key)
    kind, _, known = look.avatar_type.partition(":") if look else ("", "", "")
    if look is None or look.avatar is None or known != mark:
        raise Http404
    response = HttpResponse(bytes(look.avatar), content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@csrf_exempt  # carries no cookie: the token in the body is what says who asks
@require_http_methods(["POST", "OPTIONS"])
def session(request: HttpRequest) -> HttpResponse:
    """A visitor's session is open: token, ticket and address of the socket, look of the widget."""
    origin = request.headers.get("Origin", "")
    if request.method == "OPTIONS":
        return preflight(origin, "POST")
    asked = _asked(request)
    if asked is None:
        return refused(origin, 400, "bad_request", "Send JSON with the tenant's key.")
    tenant = tenant_with_key(asked["key"])
    if tenant is None:
        return refused(
            origin, 404, "unknown_key", "No tenant has this key; copy it from the admin."
        )
    if not origin_allowed(tenant, origin, request.get_host()):
        text = f"{origin or 'This page'} may not show this widget; add it to the tenant's origins."
        return refused(origin, 403, "origin_not_allowed", text)
    try:
        opened = _opened(tenant, asked, origin, request.META.get("REMOTE_ADDR") or "")
    except BadIdentity as refusal:
        return refused(origin, 403, refusal.code, str(refusal))
    except flood.Flooded as refusal:
        return crowded(origin, refusal, asked["locale"])
    note_page(opened.session, asked["page"], asked["context"])
    if asked["fresh"]:
        start_over(opened.session)
    secure = request.is_secure()
    visitor = opened.session.visitor
    answer: dict[str, Any] = {
        "token": opened.token,
        "ticket": issue_ticket(opened.session),
        "socket": f"{'wss' if secure else 'ws'}://{request.get_host()}/ws/visitor/",
        "conversation": str(conversation_of(opened.session).public_id),
        "visitor": {
            "identified": bool(visitor.external_id),
            "name": visitor.name,
            "email": visitor.email,
        },
        "config": config_of(tenant, opened.session.locale, visitor.pk),
    }
    if picture := answer["config"].get("avatar"):
        # the widget is on a page of another site
        answer["config"]["avatar"] = request.build_absolute_uri(picture)
    return shared(JsonResponse(answer), origin)


def _opened(tenant: Tenant, asked: dict[str, Any], origin: str, address: str) -> OpenedSession:
    """The session of whom the token or the site's own word names, else of a new visitor."""
    token, locale, signed = asked["token"], asked["locale"], asked["user_jwt"]
    if not signed:

        def counted() -> bool:
            return flood.let_in(tenant.pk, tenant.public_key, address, asked["puzzle"])

        return open_session(tenant, token, locale=locale, origin=origin, before_new=counted)
    with transaction.atomic():
        person = person_in(tenant, signed)
        return identify(tenant, token, person, locale=locale, origin=origin)


def _asked(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > MAX_BODY_BYTES:
        return None
    try:
        body = orjson.loads(request.body)
        key, token = body["key"], body.get("token")
        locale, signed = body.get("locale") or "", body.get("user_jwt") or ""
        page, context = body.get("page") or "", body.get("context") or {}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    if not all(isinstance(one, str) for one in (key, locale, signed, page)):
        return None
    if not (token is None or isinstance(token, str)):
        return None
    if "\0" in key + locale or not isinstance(context, dict):
        return None
    found = {"key": key, "token": token, "locale": locale, "user_jwt": signed}
    return found | {
        "page": page,
        "context": context,
        "fresh": body.get("fresh") is True,
        "puzzle": body.get("puzzle"),
    }
