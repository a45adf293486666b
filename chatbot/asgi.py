"""The server's entry: HTTP to Django, sockets to `chatbot.live`."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot.settings")
django_application = get_asgi_application()

from chatbot import garbage  # noqa: E402
from chatbot.routing import websocket_urlpatterns  # noqa: E402 - needs the apps set up above

application = ProtocolTypeRouter(
    {"http": django_application, "websocket": URLRouter(websocket_urlpatterns)}
)
garbage.settle()
