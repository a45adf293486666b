"""The one way in to every operation: token, rate, idempotency key, and problems on the way out."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from chatbot.api.once import HEADER, answered_once
from chatbot.api.problems import MEDIA_TYPE, Problem
from chatbot.api.tokens import token_in

CHANGES = {"POST", "PUT", "DELETE"}
View = Callable[..., HttpResponse]


def guarded(view: View) -> View:
    """The view behind the door; whatever it answers that is no success is a problem document."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _answer(view, request, args, kwargs)
        except Problem as problem:
            response = problem.response()
        except RequestDataTooBig:
            text = "The body is too large; at most 2.5 MB are read."
            response = Problem(413, "too_large", text).response()
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    # a token is in no cookie
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _answer(
    view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    token = token_in(request.headers.get("Authorization", ""))
    request.user = token.person
    request.api_token = token  # type: ignore[attr-defined]

    def carried_out() -> HttpResponse:
        return _as_problem(view(request, *args, **kwargs))

    key = request.headers.get(HEADER)
    if key is not None and request.method in CHANGES:
        return answered_once(request, token, key, carried_out)
    return carried_out()


def _as_problem(response: HttpResponse) -> HttpResponse:
    """What the framework refuses by itself, such as a method that there is not."""
    if response.status_code < 400 or response["Content-Type"].startswith(MEDIA_TYPE):
        return response
    text = "This path does not take that method." if response.status_code == 405 else "Not done."
    problem = Problem(response.status_code, "bad_request", text).response()
    if "Allow" in response:
        problem["Allow"] = response["Allow"]
    return problem
