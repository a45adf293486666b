"""Stream one reply from the model into the fast lane, on the worker's loop."""

import asyncio
import dataclasses
import datetime
import logging
import threading
from typing import Any

from django.conf import settings
from django.db import Error, connection
from redis.asyncio import Redis

from chatbot.engine.lane import LaneWriter
from chatbot.engine.leases import Writing
from chatbot.engine.loop import run, worker_loop
from chatbot.guardrails.policy import OPEN
from chatbot.guardrails.screen import Screen
from chatbot.knowledge import embeddings
from chatbot.providers.base import Failure, Finished, Listener, Provider
from chatbot.providers.chosen import provider

logger = logging.getLogger(__name__)

_writer: LaneWriter | None = None


def warm_up() -> None:
    """Everything the first reply needs is imported and runs: loop, writer, provider."""
    run(_start())
    provider()
    threading.Thread(target=_warm_up_search, name="warm-up", daemon=True).start()


def _warm_up_search() -> None:
    """Beside the first replies."""
    try:
        embeddings.warm_up()
    except Error as error:
        logger.warning("The first question will be placed slowly: %s", error)
    finally:
        connection.close()


async def _start() -> None:
    _lane_writer()


def stream_reply(
    writing: Writing,
    model: Provider,
    request: dict[str, Any],
    attempt_id: str,
    screen: Screen | None = None,
) -> Finished:
    """The call is over and every socket has been offered what the screen lets through of it.

    Waits for all of that. A lost lease ends the call with the failure
    `claim_lost`; a screen that is stopped ends it without a failure.
    """
    return run(_stream(writing, model, request, attempt_id, screen or Screen(OPEN, {})))


def show(writing: Writing, text: str) -> None:
    """Every socket has been offered this text."""
    run(_show(writing, text))


class Screened:
    """What a provider streams into: the lane, behind a screen; made as the request leaves."""

    def __init__(self, lane: Listener, screen: Screen) -> None:
        self._lane, self._screen = lane, screen
        self._written: list[str] = []
        self._shown: list[str] = []
        self._began: datetime.datetime | None = None
        self._sent_at = datetime.datetime.now(datetime.UTC)

    @property
    def written(self) -> str:
        """All that the model has written."""
        return "".join(self._written)

    def take(self, text: str) -> None:
        """What the screen lets through leaves; `Ended` where it lets nothing more through."""
        screen = self._screen
        if screen.is_stopped:
            return
        if not self._written:
            self._began = datetime.datetime.now(datetime.UTC)
        self._written.append(text)
        self._show(screen.take(text))
        if screen.is_stopped:
            raise Ended

    async def ready(self) -> None:
        """As the lane says."""
        await self._lane.ready()

    def end(self, finished: Finished | None) -> Finished:
        """How the call ended, with the text that was let through; None where it was hung up."""
        ended_at = datetime.datetime.now(datetime.UTC)
        self._show(self._screen.end())
        finished = finished or Finished(first_token_at=self._began)
        return dataclasses.replace(
            finished,
            text="".join(self._shown),
            written=self.written,
            sent_at=self._sent_at,
            ended_at=ended_at,
        )

    def _show(self, text: str) -> None:
        if text:
            self._shown.append(text)
            if not self._screen.withholds:
                self._lane.take(text)


class Ended(Exception):
    """The screen is stopped: nothing that a model still writes would be shown."""


async def _stream(
    writing: Writing, model: Provider, request: dict[str, Any], attempt_id: str, screen: Screen
) -> Finished:
    writer, reply = _lane_writer(), writing.reply
    screened = Screened(writer.of(reply), screen)
    call = asyncio.ensure_future(model.stream(request, attempt_id, screened))
    writing.interruptible(lambda: hang_up(call))
    try:
        finished = screened.end(await call)
    except Ended:
        finished = screened.end(None)
    except asyncio.CancelledError:
        failure = Failure("claim_lost", "The reply was stopped or taken over.", billed=True)
        return Finished(text=reply.text, written=screened.written, failure=failure)
    await writer.drain(reply)
    return finished


async def _show(writing: Writing, text: str) -> None:
    writer = _lane_writer()
    writer.of(writing.reply).take(text)
    await writer.drain(writing.reply)


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
