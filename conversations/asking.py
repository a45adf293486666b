"""Who makes the request that is being answered, and from where."""

import contextvars
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

_request: contextvars.ContextVar[HttpRequest | None] = contextvars.ContextVar(
    "request", default=None
)
Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


@dataclass(frozen=True)
class Asking:
    """A signed-in person and an address; both are None where nobody asks, as in a worker."""

    person: Any = None
    address: str | None = None


def asking_now() -> Asking:
    """Who makes the request that this code runs for."""
    request = _request.get()
    if request is None:
        return Asking()
    user = getattr(request, "user", None)
    known = user if user is not None and user.is_authenticated else None
    return Asking(known, request.META.get("REMOTE_ADDR") or None)


@sync_and_async_middleware
def remembers_who_asks(answer: Answer) -> Any:
    """While a request is answered, `asking_now` knows whose it is."""
    if iscoroutinefunction(answer):

        async def later(request: HttpRequest) -> Any:
            token = _request.set(request)
            try:
                return await answer(request)
            finally:
                _request.reset(token)

        return later

    def now(request: HttpRequest) -> Any:
        token = _request.set(request)
        try:
            return answer(request)
        finally:
            _request.reset(token)

    return now
