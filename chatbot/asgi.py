"""The server's entry: HTTP to Django, sockets to `chatbot.live`."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from chatbot import garbage  # noqa: E402
from chatbot.api.streaming import PATH, admit_program  # noqa: E402
from chatbot.live import stream  # noqa: E402
from chatbot.live.stream import Receive, Send, program_stream, visitor_stream  # noqa: E402
from chatbot.proxies import as_seen  # noqa: E402
from chatbot.routing import websocket_urlpatterns  # noqa: E402 - needs the apps set up above


async def http_application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Streams to `chatbot.live`, which is async; everything else to Django."""
    if scope["path"] == stream.PATH:
        await visitor_stream(scope, receive, send)
    elif scope["method"] == "GET" and PATH.fullmatch(scope["path"]):
        await program_stream(scope, receive, send, admit_program)
    else:
        await django_application(scope, receive, send)


by_protocol = ProtocolTypeRouter(
    {"http": http_application, "websocket": URLRouter(websocket_urlpatterns)}
)


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """HTTP and sockets, each with the address of whoever asked before any proxy."""
    await by_protocol(as_seen(scope, settings.TRUSTED_PROXIES), receive, send)


garbage.settle()
