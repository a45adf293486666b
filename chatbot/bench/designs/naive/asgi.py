"""The naive design's socket: a group of its own, every message of which is passed on."""

import json
import uuid
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter

from chatbot.bench.designs.naive.worker import answer


class ChatConsumer(AsyncWebsocketConsumer):
    """Queues a task for each question and passes on what comes back."""

    async def connect(self) -> None:
        """The socket is open and in its group."""
        self.group = f"chat.{uuid.uuid4()}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """The group is empty."""
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The question is queued."""
        answer.delay(self.group, text_data)

    async def chat_text(self, message: dict[str, Any]) -> None:
        """The token has been sent."""
        await self.send(json.dumps({"text": message["text"]}))

    async def chat_end(self, message: dict[str, Any]) -> None:
        """The end has been sent."""
        await self.send(json.dumps({"end": True}))


application = ProtocolTypeRouter({"websocket": ChatConsumer.as_asgi()})
