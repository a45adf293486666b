"""How long a call may take: to connect, to the first text, between two pieces, and in all."""

import asyncio
from dataclasses import dataclass
from types import TracebackType

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Seconds."""

    connect: float = 5
    first_token: float = 20
    idle: float = 15
    whole: float = 120


def limits() -> Limits:
    """As the operator set them."""
    return Limits(
        connect=settings.MODEL_CONNECT_SECONDS,
        first_token=settings.MODEL_FIRST_TOKEN_SECONDS,
        idle=settings.MODEL_IDLE_SECONDS,
        whole=settings.MODEL_WHOLE_SECONDS,
    )


class Watch:
    """Ends a call that takes too long; `passed` names the limit that it passed.

    Used as a context; it leaves with `TimeoutError` at a limit. A piece that
    comes costs the reading of a clock: the one timer looks back at what came
    last, it is not set anew for each.
    """

    def __init__(self, most: Limits) -> None:
        self._most = most
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._heard: float | None = None
        self._scope = asyncio.timeout(min(most.first_token, most.whole))
        self._timer: asyncio.TimerHandle | None = None
        self.passed = "first_token"

    async def __aenter__(self) -> "Watch":
        await self._scope.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer:
            self._timer.cancel()
        await self._scope.__aexit__(kind, error, trace)

    def hear(self) -> None:
        """Text has come."""
        first, self._heard = self._heard is None, self._loop.time()
        if first:
            self._look()

    def _look(self) -> None:
        """At the nearer of the two limits that hold from the first text on."""
        heard = self._heard or self._began
        silent, over = heard + self._most.idle, self._began + self._most.whole
        due = min(silent, over)
        self.passed = "idle" if silent < over else "whole"
        if due <= self._loop.time():
            self._scope.reschedule(due)
        else:
            self._scope.reschedule(None)
            self._timer = self._loop.call_at(due, self._look)
