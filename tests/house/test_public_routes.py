"""What the world may reach without signing in is written here, and nothing else is."""

import typing

from django.urls import URLPattern, URLResolver, get_resolver

from chatbot.live import protocol
from chatbot.routing import websocket_urlpatterns

PUBLIC = {
    "": "the demo shop; no tenant's data but the demonstration's help pages",
    "help/<slug:slug>": "the demo shop's help pages",
    "demo/orders": "the demo shop's own system; wants its credential",
    "demo/orders/<str:number>": "the same",
    "demo/orders/<str:number>/cancel": "the same",
    "demo/sign-in": "plays a customer of the demo shop; asks for a visitor's own token",
    "kb/<slug:slug>/<int:pk>": "a document, where its tenant has chosen to show them to everyone",
    "c/<str:key>/": "a tenant's chat, which asks for a session as sites do",
    "widget.js": "the loader, the same for everybody",
    "widget/session": "asks for a tenant's key and an allowed origin",
    "widget/avatar/<str:key>/<str:mark>": "the picture that every visitor of the tenant sees",
    "docs/": "documentation; no tenant's data",
    "docs/<slug:slug>/": "the same",
    "docs/widget/": "documentation; no tenant's data",
    "docs/widget/playground/": "the demo shop's widget and nothing else",
    "api/v1/openapi.json": "the API's document; no tenant's data",
    "docs/api/reference/": "documentation; no tenant's data",
    "^api/v1/(?P<path>.*)$": "says that there is nothing",
    "livez": "says nothing but that the process lives",
    "readyz": "names no host, no version, no secret",
    "metrics": "for METRICS_TOKEN, or on the machine itself: tests/health/test_metrics.py",
}
# Each asks for the secret of a visitor's browser and acts on their conversation alone:
# tests/chatbot/test_visits_access.py asks them one by one.
OF_VISITORS = {
    *("widget/logout", "widget/feedback", "widget/csat", "widget/mail", "widget/prechat"),
    *("widget/transcript", "widget/upload", "widget/file/<uuid:file>", "widget/send"),
}
# The admin decides for itself: tests/house/test_access_matrix.py asks it page by page.
STAFF_ONLY = "admin/"
# Each asks for a token: tests/api/test_doors.py asks them one by one.
OF_PROGRAMS = "api/v1/"
# allauth's own pages, by which staff sign in; tests/privacy/test_signing_in.py.
SIGN_IN = "account/"
SOCKETS = {
    "ws/visitor/": "asks for a ticket and the origin of its tenant",
    "ws/staff/<int:conversation>/": "asks for a sign-in, a role at the tenant, our own origin",
}
# Each acts on the conversation that the ticket named, and on nothing else.
FRAMES = {
    protocol.Resume,
    protocol.Send,
    protocol.Stop,
    protocol.Again,
    protocol.AskForPerson,
    protocol.Typing,
    protocol.Ping,
}


def routes(resolver, before=""):
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path


def test_every_route_outside_the_admin_is_meant_to_be_public():
    outside = (STAFF_ONLY, SIGN_IN, OF_PROGRAMS)
    found = {
        path for path in routes(get_resolver()) if path in PUBLIC or not path.startswith(outside)
    }
    assert found == set(PUBLIC) | OF_VISITORS


def test_every_socket_and_every_frame_has_its_doorkeeper():
    assert {str(pattern.pattern) for pattern in websocket_urlpatterns} == set(SOCKETS)
    assert set(typing.get_args(protocol.Frame)) == FRAMES
