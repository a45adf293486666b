"""Ask an OpenAI-compatible server's moderation about a text."""

import functools
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from openai import APIStatusError, AsyncOpenAI, OpenAIError

SECONDS = 8  # a visitor waits for it
USUAL_MODEL = "omni-moderation-latest"


@dataclass(frozen=True)
class Judged:
    """What moderation said: the categories it flagged, or why it said nothing.

    `offered` is False where the server has no moderation at all.
    """

    flagged: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    offered: bool = True
    request_id: str = ""


def moderation_request(model: str, text: str) -> dict[str, Any]:
    """The body that `judge` will send, without any key."""
    return {"model": model, "input": text}


async def judge(request: dict[str, Any], attempt_id: str) -> Judged:
    """The provider's judgement; failures are returned, not raised. To be called on one loop."""
    try:
        response = await _client().moderations.with_raw_response.create(
            **request, extra_headers={"X-Attempt-Id": attempt_id}
        )
        said = orjson.loads(response.content)
    except APIStatusError as error:
        # an unknown path is answered by 404 as an unknown model is; only the latter has a code
        offered = not (error.status_code in (404, 405, 501) and not error.code)
        return Judged(failure=f"http_{error.status_code}", offered=offered)
    except (OpenAIError, orjson.JSONDecodeError) as error:
        return Judged(failure=type(error).__name__)
    return _read(said, response.headers.get("x-request-id", ""))


def _read(said: Any, request_id: str) -> Judged:
    try:
        result = said["results"][0]
        flagged = tuple(sorted(name for name, is_so in result["categories"].items() if is_so))
        if result["flagged"] and not flagged:
            flagged = ("flagged",)
        scores = {name: float(one) for name, one in result.get("category_scores", {}).items()}
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return Judged(failure="malformed", request_id=request_id)
    return Judged(flagged, scores, request_id=request_id)


@functools.cache
def _client() -> AsyncOpenAI:
    base_url = settings.OPENAI_BASE_URL
    return AsyncOpenAI(
        api_key=settings.OPENAI_API_KEY or ("none" if base_url else None),
        base_url=base_url,
        max_retries=0,
        timeout=SECONDS,
    )
