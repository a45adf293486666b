"""The spend report as files: the page's own filter and lines, unrounded."""

import functools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from billing.exports.csv import spend_csv
from billing.exports.focus import focus_csv
from billing.exports.json import spend_json
from billing.exports.lines import lines_of
from billing.exports.xlsx import TooManyRows, spend_xlsx
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine
from billing.views.filters import SpendFilter
from billing.views.spend import asked_of

Writes = Callable[[Scope, Iterable[SpendLine]], Iterator[str]]

CSV = "text/csv; charset=utf-8"
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def spend_as_csv(request: HttpRequest) -> HttpResponseBase:
    """The lines as comma-separated values."""
    return _streamed(request, spend_csv, CSV, "spend-{}.csv")


@require_safe
def spend_as_json(request: HttpRequest) -> HttpResponseBase:
    """The lines and their total as JSON."""
    return _streamed(request, spend_json, JSON, "spend-{}.json")


@require_safe
def spend_as_focus(request: HttpRequest) -> HttpResponseBase:
    """The lines as comma-separated values in the columns of FOCUS 1.2."""
    return _streamed(request, focus_csv, CSV, "focus-{}.csv")


@require_safe
def spend_as_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The lines as a workbook."""
    asked = asked_of(request)
    if not asked.is_valid():
        return _refused(asked)
    try:
        content = spend_xlsx(asked.scope, lines_of(asked.scope))
    except TooManyRows as mistake:
        return HttpResponse(str(mistake), status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(content, headers=_headers(asked.scope, "spend-{}.xlsx"), content_type=XLSX)


def _streamed(request: HttpRequest, writes: Writes, kind: str, name: str) -> HttpResponseBase:
    """A file that leaves while it is read: a year of many tenants is never all in memory."""
    asked = asked_of(request)
    if not asked.is_valid():
        return _refused(asked)
    scope = asked.scope
    pieces = _bundled(writes(scope, lines_of(scope)))
    # Django reads an iterator of the other kind to its end before it sends anything
    content = _awaited(pieces) if isinstance(request, ASGIRequest) else pieces
    return StreamingHttpResponse(content, content_type=kind, headers=_headers(scope, name))


def _bundled(pieces: Iterator[str], size: int = 64_000) -> Iterator[bytes]:
    """The same text in pieces that are worth a step through the server each."""
    bundle: list[str] = []
    length = 0
    for piece in pieces:
        bundle.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(bundle).encode()
            bundle, length = [], 0
    yield "".join(bundle).encode()


async def _awaited(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(functools.partial(next, pieces, None))
    while (piece := await following()) is not None:
        yield piece


def _headers(scope: Scope, name: str) -> dict[str, str]:
    whose = scope.tenants[0].slug if len(scope.tenants) == 1 else "all"
    named = name.format(f"{whose}-{scope.first}-{scope.last}")
    return {"Content-Disposition": f'attachment; filename="{named}"'}


def _refused(asked: SpendFilter) -> HttpResponse:
    mistakes = "\n".join(str(said) for field in asked.errors.values() for said in field)
    return HttpResponse(mistakes, status=400, content_type="text/plain; charset=utf-8")
