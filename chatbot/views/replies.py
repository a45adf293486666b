"""What browsers on other sites are answered, and who may ask."""

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from chatbot.flood import Flooded
from chatbot.live.handshake import origin_allowed
from conversations.access import session_with_token
from conversations.models import VisitorSession
from conversations.sentences import told
from conversations.services.refusals import Refused

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 10_000
# Whatever is not named here is the visitor's to mend: 400.
STATUS = {
    "bad_identity": 403,
    "off": 403,
    "no_such_reply": 404,
    "no_such_file": 404,
    "id_reused": 409,
    "too_late": 409,
    "too_large": 413,
    "bad_type": 415,
    "infected": 422,
    "too_many": 429,
    "busy": 503,
    "not_now": 503,
}
NOT_SAVED = "This could not be saved just now; it will be sent again."
EXPIRED = "The visit has expired; reload the page."
CROWDED = "Very many people come just now; this goes on by itself in a moment."
OFF = "This is not offered here."

Visit = Callable[..., HttpResponseBase]
Response = TypeVar("Response", bound=HttpResponseBase)


class BadBody(Refused):
    """The body is not what was asked for; the text says what would be."""

    def __init__(self, text: str) -> None:
        super().__init__("bad_request", text)


def for_visitors(*methods: str) -> Callable[[Visit], Visit]:
    """The view is given the visitor's session, and is read by their site's pages only.

    401 without a token that opens one, 403 for a page of another site; a
    page of ours that reads names no origin. What the view refuses is
    answered in the visitor's language.
    """

    def decorate(view: Visit) -> Visit:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            origin = request.headers.get("Origin", "")
            if request.method == "OPTIONS":
                return preflight(origin, ", ".join(methods))
            if request.method not in methods:
                response = refused(origin, 405, "bad_request", f"Send {' or '.join(methods)}.")
                response["Allow"] = ", ".join(methods)
                return response
            session = session_with_token(bearer(request))
            if session is None:
                locale = request.headers.get("Accept-Language", "")[:2]
                return refused(origin, 401, "no_session", told(EXPIRED, locale))
            if not _may_read(session, request, origin):
                text = "This page may not act for this visitor."
                return refused(origin, 403, "origin_not_allowed", text)
            return shared(_answer(view, request, session, args, kwargs), origin)

        return csrf_exempt(answer)  # carries no cookie: the token says who asks

    return decorate


def _answer(
    view: Visit, request: HttpRequest, session: VisitorSession, args: Any, kwargs: Any
) -> HttpResponseBase:
    try:
        return view(request, session, *args, **kwargs)
    except Refused as refusal:
        return problem(refusal, session.locale)
    except Error:
        logger.exception("A visitor's request could not be carried out")
        return problem(Refused("not_now", NOT_SAVED, after=5), session.locale)


def _may_read(session: VisitorSession, request: HttpRequest, origin: str) -> bool:
    if not origin and request.method == "GET":
        return True
    return origin_allowed(session.tenant, origin, request.get_host())


def problem(refusal: Refused, locale: str) -> HttpResponse:
    """Why it was not taken, in this language."""
    body: dict[str, Any] = {"error": refusal.code, "message": refusal.told(locale)}
    response = JsonResponse(body, status=STATUS.get(refusal.code, 400))
    if refusal.after is not None:
        response["Retry-After"] = str(refusal.after)
    return response


def bearer(request: HttpRequest) -> str:
    """The secret in the `Authorization` header, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; `BadBody` where there is none or it is very large."""
    try:
        body = orjson.loads(request.body) if len(request.body) <= MAX_BODY_BYTES else None
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise BadBody(f"Send a JSON object of at most {MAX_BODY_BYTES:,} bytes.")
    return body


def text_in(body: dict[str, Any], name: str) -> str:
    """The text of this name, empty where it is left out; `BadBody` for anything else."""
    text = body.get(name) or ""
    if not isinstance(text, str):
        raise BadBody(f"{name} is a text.")
    return text


def refused(origin: str, status: int, code: str, text: str) -> HttpResponse:
    """An error that every page may read; `code` and `text` are its older names."""
    body = {"error": code, "message": text, "code": code, "text": text}
    return shared(JsonResponse(body, status=status), origin)


def crowded(origin: str, refusal: Flooded, locale: str) -> HttpResponse:
    """Why nobody new is let in, with the riddle that lets one in where there is one."""
    text = told(CROWDED, locale)
    response = refused(origin, 429, "puzzle" if refusal.riddle else "too_many", text)
    if refusal.riddle:
        response.content = orjson.dumps(orjson.loads(response.content) | {"puzzle": refusal.riddle})
    response["Retry-After"] = str(refusal.after)
    return response


def preflight(origin: str, methods: str) -> HttpResponse:
    """Any site may ask; whether it is answered is decided when it does."""
    response = shared(HttpResponse(status=204), origin)
    response["Access-Control-Allow-Methods"] = methods
    response["Access-Control-Allow-Headers"] = "authorization, content-type"
    response["Access-Control-Max-Age"] = "3600"
    return response


def shared(response: Response, origin: str) -> Response:
    """The page that asked may read the answer, which holds nothing but its own."""
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "content-disposition, retry-after"
    response["Vary"] = "Origin"
    response["Cache-Control"] = "no-store"
    return response
