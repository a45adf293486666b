"""Stream one reply from the model into the fast lane, on the worker's loop."""

import asyncio
from typing import Any

from django.conf import settings
from redis.asyncio import Redis

from chatbot.engine.lane import LaneWriter
from chatbot.engine.leases import Writing
from chatbot.engine.loop import run, worker_loop
from chatbot.providers.base import Failure, Finished, Provider
from chatbot.providers.chosen import provider

_writer: LaneWriter | None = None


def warm_up() -> None:
    """Everything the first reply needs is imported and runs: loop, writer, provider."""
    run(_start())
    provider()


async def _start() -> None:
    _lane_writer()


def stream_reply(
    writing: Writing, model: Provider, request: dict[str, Any], attempt_id: str
) -> Finished:
    """The call is over and every socket has been offered its text; waits for all of that.

    A lost lease ends the call with the failure `claim_lost`.
    """
    return run(_stream(writing, model, request, attempt_id))


async def _stream(
    writing: Writing, model: Provider, request: dict[str, Any], attempt_id: str
) -> Finished:
    writer, reply = _lane_writer(), writing.reply
    call = asyncio.ensure_future(model.stream(request, attempt_id, writer.of(reply)))
    writing.interruptible(lambda: hang_up(call))
    try:
        finished = await call
    except asyncio.CancelledError:
        failure = Failure("claim_lost", "The reply was stopped or taken over.", billed=True)
        return Finished(text=reply.text, failure=failure)
    await writer.drain(reply)
    return finished


def hang_up(call: asyncio.Future[Finished]) -> None:
    """The call ends soon; from any thread."""
    worker_loop().call_soon_threadsafe(call.cancel)


def _lane_writer() -> LaneWriter:
    """The one writer of this process; made on the loop that it lives on."""
    global _writer
    if _writer is None:
        _writer = LaneWriter(
            Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=2)
        )
    return _writer
