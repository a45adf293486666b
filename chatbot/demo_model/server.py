"""Runs the demo model on uvicorn."""

import asyncio
import gc
import socket
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chatbot.demo_model.app import DemoModel
from chatbot.demo_model.control import Control
from chatbot.demo_model.request_log import RequestLog


class OpenHandedProtocol(HttpToolsProtocol):
    """uvicorn's protocol that also hands the transport on, to be broken on request."""

    def on_message_begin(self) -> None:
        """Every request's scope carries its transport."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["extensions"] = {"transport": self.transport}


class LoggingServer(uvicorn.Server):
    """uvicorn, with a turn for what it cancels: without it a cut stream was never logged."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Every open request has ended and is logged afterwards."""
        streaming = set(self.server_state.tasks)
        await super().shutdown(sockets)
        if streaming:
            await asyncio.wait(streaming, timeout=1)


def serve(
    host: str, port: int, *, log: Path | None, also_models: list[str], api_key: str | None
) -> None:
    """Serve until SIGINT or SIGTERM; what streams then is cut after a second and logged."""
    # The tokenizer's tables hold 400,000 objects; walking them for garbage held
    # all streams up by 45 ms.
    gc.collect()
    gc.freeze()
    control = Control(log=RequestLog(log), also_models=also_models)
    config = uvicorn.Config(
        DemoModel(control, api_key),
        host=host,
        port=port,
        loop="auto",
        http=OpenHandedProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,  # the control endpoints trust the address
        server_header=False,
        backlog=2048,
        timeout_graceful_shutdown=1,
    )
    LoggingServer(config).run()
