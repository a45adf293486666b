"""How the API says no: RFC 9457, with a code for programs and a sentence for people."""

from http.client import responses
from typing import Any

import orjson
from django.http import HttpResponse

from conversations.services.refusals import Refused

MEDIA_TYPE = "application/problem+json"
# What a refusal of the ground floor is called over HTTP; any other is a conflict.
STATUS_OF = {
    "too_many": 429,
    "busy": 429,
    "empty": 422,
    "too_long": 422,
    "bad_value": 422,
    "gone": 404,
}


class Problem(Exception):
    """The request is not carried out; the detail says what to do about it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        after: int | None = None,
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.after = after
        self.errors = errors or []

    def response(self) -> HttpResponse:
        """The problem as it is sent."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": responses.get(self.status, "Problem"),
            "status": self.status,
            "code": self.code,
            "detail": str(self),
            "errors": self.errors,
        }
        answer = HttpResponse(orjson.dumps(body), MEDIA_TYPE, self.status)
        if self.status == 401:
            answer["WWW-Authenticate"] = 'Bearer realm="Counterfoil"'
        if self.after is not None:
            answer["Retry-After"] = str(self.after)
        return answer


def refused(reason: Refused) -> Problem:
    """The refusal of a service, as a problem."""
    status = STATUS_OF.get(reason.code, 409)
    return Problem(status, reason.code, str(reason), after=reason.after)


def not_there(what: str) -> Problem:
    """There is none, or none of this tenant: which of the two is nobody's business."""
    return Problem(404, "not_found", f"There is no such {what} here.")
