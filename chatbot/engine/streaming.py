"""Stream one reply from the model into the fast lane, on the worker's loop."""

import asyncio
import contextlib
from typing import Any

from django.conf import settings
from redis.asyncio import Redis

from chatbot.engine.lane import LaneWriter, LiveReply
from chatbot.engine.leases import Held, keeper
from chatbot.engine.loop import run, worker_loop
from chatbot.providers.base import Failure, Finished, Provider
from conversations.models import Generation

_writer: LaneWriter | None = None


def stream_reply(
    generation: Generation, provider: Provider, request: dict[str, Any], attempt_id: str
) -> Finished:
    """The call is over and every socket has been offered its text; waits for all of that.

    A lost lease ends the call with the failure `claim_lost`.
    """
    return run(_stream(generation, provider, request, attempt_id))


async def _stream(
    generation: Generation, provider: Provider, request: dict[str, Any], attempt_id: str
) -> Finished:
    writer = _lane_writer()
    reply = LiveReply.of(generation)
    call = asyncio.ensure_future(
        provider.stream(request, attempt_id, lambda text: writer.write(reply, text))
    )

    def give_up() -> None:
        worker_loop().call_soon_threadsafe(call.cancel)

    with keeper().keeping(generation, Held(reply, give_up)):
        try:
            finished = await call
        except asyncio.CancelledError:
            failure = Failure("claim_lost", "Another worker took this reply over.", billed=True)
            finished = Finished(text=reply.text, failure=failure)
        with contextlib.suppress(TimeoutError):
            await writer.drain(reply)
    return finished


def _lane_writer() -> LaneWriter:
    """The one writer of this process; made on the loop that it lives on."""
    global _writer
    if _writer is None:
        _writer = LaneWriter(
            Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=2)
        )
    return _writer
