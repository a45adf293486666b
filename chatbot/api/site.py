"""All operations together, their document, and the paths they are served at."""

import functools
import logging
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from chatbot.api import conversations, knowledge, spend, tenants
from chatbot.api.door import guarded
from chatbot.api.problems import MEDIA_TYPE, Problem, refused
from chatbot.api.responses import PROBLEMS
from chatbot.api.streaming import STREAM
from chatbot.api.tokens import Token
from conversations.services.refusals import Refused

logger = logging.getLogger(__name__)

DESCRIPTION = """\
Conversations, knowledge, spending and tenants of a Counterfoil server, for programs.

Every request brings `Authorization: Bearer cf_…`, a token from “API tokens” in the admin. A
request that changes something may bring `Idempotency-Key`: sent again within a day under the same
key, it is answered as before and done once. Lists come in pages: `next` is the `cursor` of the
next one. What is not carried out is answered with a problem document (RFC 9457).
"""
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Names this request; the same one sent again is done once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
RETRY = {"description": "In so many seconds.", "schema": {"type": "integer", "minimum": 0}}
AGAIN = {"description": "True where this was answered before.", "schema": {"const": "true"}}


class Api(NinjaAPI):
    """Problems instead of the framework's own errors, and a document that says so."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """The OpenAPI 3.1 document, with what holds for every operation written in."""
        document = super().get_openapi_schema(**more)
        names = {op.operation_id: op for op in _operations(self)}
        for methods in document["paths"].values():
            for method, said in methods.items():
                _complete(said, method, names[said["operationId"]].auth_callbacks[0])
        document["paths"] |= STREAM
        document["tags"] = [
            {"name": "Conversations"},
            {"name": "Knowledge"},
            {"name": "Spending"},
            {"name": "Tenants", "description": "With an operator's token alone."},
        ]
        return document


def _operations(api: NinjaAPI) -> list[Any]:
    return [
        operation
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    ]


def _complete(said: dict[str, Any], method: str, auth: Token) -> None:
    said["summary"] = said["operationId"].replace("_", " ").capitalize()
    said["security"] = [{"Token": [auth.scope.value]}]
    said["description"] = f"{said.get('description', '')}\n\nScope: `{auth.scope.value}`.".strip()
    for status, answer in said["responses"].items():
        if int(status) in PROBLEMS:
            answer["content"] = {MEDIA_TYPE: answer["content"].pop("application/json")}
        if int(status) in (409, 429):
            answer["headers"] = {"Retry-After": RETRY}
    if method != "get":
        said["parameters"] = [*said["parameters"], KEY]
        for status, answer in said["responses"].items():
            if int(status) < 300:
                answer["headers"] = {"Idempotency-Replayed": AGAIN}


api = Api(
    title="Counterfoil",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("/conversations", conversations.router)
api.add_router("", knowledge.router)
api.add_router("/spend", spend.router)
api.add_router("/tenants", tenants.router)


@api.exception_handler(Problem)
def _problem(_: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(Refused)
def _refused(_: HttpRequest, reason: Refused) -> HttpResponse:
    return refused(reason).response()


@api.exception_handler(ValidationError)
def _unfit(_: HttpRequest, mistakes: ValidationError) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in one["loc"]), "what": str(one["msg"])}
        for one in mistakes.errors
    ]
    text = "; ".join(f"{one['where']}: {one['what']}" for one in errors)
    return Problem(422, "bad_request", text, errors=errors).response()


@api.exception_handler(HttpError)
def _http(_: HttpRequest, error: HttpError) -> HttpResponse:
    return Problem(error.status_code, "bad_request", str(error)).response()


@api.exception_handler(Http404)
def _lost(_: HttpRequest, error: Http404) -> HttpResponse:
    return Problem(404, "not_found", "There is nothing at this path.").response()


@api.exception_handler(DataError)
def _unstorable(_: HttpRequest, error: DataError) -> HttpResponse:
    logger.warning("Postgres could not store what a program sent: %s", error)
    text = "Something in the request cannot be stored; the likeliest is a text that is too long."
    return Problem(422, "bad_request", text).response()


@api.exception_handler(Exception)
def _broken(_: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("A request of a program could not be answered", exc_info=error)
    text = "Something went wrong here; the server's log says what. It may be tried again."
    return Problem(500, "server_error", text).response()


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document, for everybody: it holds nothing of any tenant."""
    return JsonResponse(document())


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document; made once, because operations do not change while we run."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


def _behind_the_door(patterns: list[Any]) -> list[URLPattern]:
    mine = [one for one in patterns if one.name != "api-root"]
    for pattern in mine:
        pattern.callback = guarded(pattern.callback)
    return mine


@csrf_exempt  # else a POST to it would be told of a cookie that programs do not have
def nowhere(request: HttpRequest, path: str = "") -> HttpResponse:
    """A path that there is not is said to be none as everything else is said."""
    return Problem(404, "not_found", "There is nothing at this path.").response()


paths, app_name, namespace = api.urls
urlpatterns = _behind_the_door(paths)
