"""`--design in-process`: a Starlette socket that calls the model itself, in one process."""

import os

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chatbot.bench.questions import request_for
from chatbot.providers.sdk import typed_texts

MODEL = os.environ["DESIGN_MODEL_URL"]


async def chat(socket: WebSocket) -> None:
    """Every question of this socket has been answered, token by token."""
    await socket.accept()
    async for question in socket.iter_text():
        async for text in typed_texts(MODEL, request_for(question)):
            await socket.send_json({"text": text})
        await socket.send_json({"end": True})


application = Starlette(routes=[WebSocketRoute("/", chat)])
