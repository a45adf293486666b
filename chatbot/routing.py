"""Socket paths."""

from django.urls import path

from chatbot.live.staff import StaffConsumer
from chatbot.live.visitor import VisitorConsumer

websocket_urlpatterns = [
    path("ws/visitor/", VisitorConsumer.as_asgi()),
    path("ws/staff/<int:conversation>/", StaffConsumer.as_asgi()),
]
