"""Lines of the log that say which request, conversation, reply and call they are about.

The ids are bound to whatever runs now and go along into threads and tasks.
No line holds what somebody said: `guardrails/personal_data.py` sees to that.
"""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog import contextvars, stdlib
from structlog.processors import JSONRenderer, TimeStamper

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
Event = MutableMapping[str, Any]

HEADER = "X-Request-ID"
# What a proxy may call a request; anything else could forge a line of the log.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def about(**ids: object) -> None:
    """What is logged from here on, in this thread or task, names these ids as well."""
    contextvars.bind_contextvars(**ids)


def only_about(**ids: object) -> None:
    """As `about`, and names no other any more."""
    contextvars.clear_contextvars()
    contextvars.bind_contextvars(**ids)


@sync_and_async_middleware
def names_requests(answer: Answer) -> Any:
    """Each request has an id, a proxy's where that sent one; the answer repeats it."""
    if iscoroutinefunction(answer):

        async def later(request: HttpRequest) -> Any:
            name = _name_of(request)
            found = await answer(request)
            found.headers[HEADER] = name
            return found

        return later

    def now(request: HttpRequest) -> Any:
        name = _name_of(request)
        found: Any = answer(request)
        found.headers[HEADER] = name
        return found

    return now


def _name_of(request: HttpRequest) -> str:
    """The request's id, bound until the next one: Django still logs after the last middleware."""
    sent = request.headers.get(HEADER, "")
    name = sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
    only_about(request=name)
    return name


class LineFormatter(logging.Formatter):
    """A line for people, with the ids behind its words."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without a traceback."""
        ids = contextvars.get_contextvars()
        line = super().formatMessage(record)
        return f"{line} [{' '.join(f'{k}={v}' for k, v in ids.items())}]" if ids else line


class JsonFormatter(stdlib.ProcessorFormatter):
    """A JSON object a line: time, level, logger, event, the ids, and a traceback if any.

    What a library hangs on a record besides is left out: nobody has looked
    whether it holds personal data.
    """

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[
                contextvars.merge_contextvars,
                stdlib.add_log_level,
                stdlib.add_logger_name,
                TimeStamper(fmt="iso", utc=True),
                _with_traceback,
            ],
            processors=[
                stdlib.ProcessorFormatter.remove_processors_meta,
                JSONRenderer(serializer=_dumps),
            ],
        )


def _with_traceback(_: Any, __: str, event: Event) -> Event:
    """The one that the redacting filter has been through."""
    event.pop("exc_info", None)
    text = event["_record"].exc_text
    return {**event, "traceback": text} if text else event


def _dumps(event: Event, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
