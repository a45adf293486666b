"""Lists a page at a time: each names the place where the next one goes on."""

import base64
import binascii
from typing import Annotated, Any

import orjson
from ninja import Schema
from pydantic import Field

from chatbot.api.problems import Problem

USUAL, MOST = 50, 200


class Page(Schema):
    """Which page of a list is asked for."""

    cursor: Annotated[str, Field(max_length=300)] | None = Field(
        default=None, description="`next` of the page before."
    )
    limit: int = Field(default=USUAL, ge=1, le=MOST)


def cursor_of(*place: Any) -> str:
    """A place in a list, as programs hand it back without reading it."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_in(cursor: str, *kinds: type) -> list[Any]:
    """The place that a cursor names; a `Problem` where it is none of this list's."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        place = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise _bad() from None
    if not isinstance(place, list) or [type(part) for part in place] != list(kinds):
        raise _bad()
    if any(isinstance(part, int) and not 0 <= part < 2**63 for part in place):
        raise _bad()
    return place


def _bad() -> Problem:
    return Problem(422, "bad_cursor", "Send the next of an earlier page as it was, or no cursor.")
