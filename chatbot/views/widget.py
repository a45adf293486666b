"""What the widget loads and how it opens a session."""

from typing import Any

import orjson
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from chatbot.engine.canary import version_for
from chatbot.engine.model_choice import voice_in
from chatbot.live.handshake import issue_ticket, origin_allowed
from chatbot.providers.demo import is_demo
from conversations.access import tenant_with_key
from conversations.models import Tenant
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.services.sessions import conversation_of, open_session

MAX_BODY_BYTES = 10_000


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


@csrf_exempt  # carries no cookie: the token in the body is what says who asks
@require_http_methods(["POST", "OPTIONS"])
def session(request: HttpRequest) -> HttpResponse:
    """A visitor's session is open: token, ticket and address of the socket, look of the widget."""
    origin = request.headers.get("Origin", "")
    if request.method == "OPTIONS":
        return _preflight(origin)
    asked = _asked(request)
    if asked is None:
        return _refused(origin, 400, "bad_request", "Send JSON with the tenant's key.")
    tenant = tenant_with_key(asked["key"])
    if tenant is None:
        return _refused(
            origin, 404, "unknown_key", "No tenant has this key; copy it from the admin."
        )
    if not origin_allowed(tenant, origin, request.get_host()):
        text = f"{origin or 'This page'} may not show this widget; add it to the tenant's origins."
        return _refused(origin, 403, "origin_not_allowed", text)
    opened = open_session(tenant, asked["token"], locale=asked["locale"], origin=origin)
    secure = request.is_secure()
    answer = {
        "token": opened.token,
        "ticket": issue_ticket(opened.session),
        "socket": f"{'wss' if secure else 'ws'}://{request.get_host()}/ws/visitor/",
        "conversation": str(conversation_of(opened.session).public_id),
        "config": _config(tenant, opened.session.visitor_id),
    }
    return _shared(JsonResponse(answer), origin)


def _asked(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > MAX_BODY_BYTES:
        return None
    try:
        body = orjson.loads(request.body)
        key, token = body["key"], body.get("token")
        locale = body.get("locale") or ""
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    if not (isinstance(key, str) and isinstance(locale, str)):
        return None
    if not (token is None or isinstance(token, str)):
        return None
    if "\0" in key + locale:
        return None
    return {"key": key, "token": token, "locale": locale}


def _config(tenant: Tenant, visitor_id: int) -> dict[str, Any]:
    version = version_for(tenant, visitor_id)
    return {
        "title": tenant.name,
        "greeting": version.greeting if version else "",
        "openers": version.openers if version else [],
        "demo": is_demo(voice_in(version, tenant).model),
        "max_characters": MAX_MESSAGE_CHARACTERS,
    }


def _refused(origin: str, status: int, code: str, text: str) -> HttpResponse:
    return _shared(JsonResponse({"code": code, "text": text}, status=status), origin)


def _preflight(origin: str) -> HttpResponse:
    """Any site may ask; whether it may open a session is decided when it does."""
    response = _shared(HttpResponse(status=204), origin)
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "content-type"
    response["Access-Control-Max-Age"] = "3600"
    return response


def _shared(response: HttpResponse, origin: str) -> HttpResponse:
    """The page that asked may read the answer, which holds nothing but its own."""
    if origin:
        response["Access-Control-Allow-Origin"] = origin
    response["Vary"] = "Origin"
    response["Cache-Control"] = "no-store"
    return response
