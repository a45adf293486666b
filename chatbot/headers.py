"""What every answer says to the browser that shows it: run, load and frame nothing of others.

A view with a policy of its own keeps it. django-unfold's pages are written
for Alpine, which makes functions of the text in their attributes: scripts
come from here all the same, but staff pages must allow that.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

STAFF = ("/admin/", "/account/")
SHARED = (
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{socket}; "
    "frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'{sign_in}; "
    "frame-ancestors {frames}"
)
PAGE = f"default-src 'none'; script-src 'self'; style-src 'self'; {SHARED}"
STAFF_PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    f"{SHARED}"
)
# Data is shown by no browser; should one do it, then as nothing.
NOTHING = "default-src 'none'; frame-ancestors 'none'"
PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml")
DEVICES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
FRAMED_BY = {"SAMEORIGIN": "'self'"}


@sync_and_async_middleware
def says_what_may_run(answer: Callable[[HttpRequest], Any]) -> Any:
    """Every answer carries a policy, files and errors included; the rest is Django's to say."""
    if iscoroutinefunction(answer):

        async def later(request: HttpRequest) -> Any:
            return _dressed(request, await answer(request))

        return later

    def now(request: HttpRequest) -> Any:
        return _dressed(request, answer(request))

    return now


def _dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Permissions-Policy", DEVICES)
    if "Content-Security-Policy" not in response.headers:
        response.headers["Content-Security-Policy"] = policy_of(request, response)
    return response


def policy_of(request: HttpRequest, response: HttpResponseBase) -> str:
    """The policy of an answer that has none of its own."""
    if not response.headers.get("Content-Type", "").startswith(PAGES):
        return NOTHING
    frames = FRAMED_BY.get(response.headers.get("X-Frame-Options", ""), "'none'")
    policy = STAFF_PAGE if request.path.startswith(STAFF) else PAGE
    return policy.format(socket=_socket(request), sign_in=_sign_in(), frames=frames)


def _socket(request: HttpRequest) -> str:
    """Not every browser counts the socket of an origin as its own."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    return f" {'wss' if request.is_secure() else 'ws'}://{host}"


def _sign_in() -> str:
    """Signing in by OpenID Connect sends a form on to the other server."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    servers = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return "".join(f" {server.scheme}://{server.netloc}" for server in servers)
