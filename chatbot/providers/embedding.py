"""Ask an OpenAI-compatible server where texts lie in the space of an embedding model."""

import base64
import functools
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
from django.conf import settings
from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAI, OpenAIError

from billing.usage import Usage
from chatbot.providers.base import Failure

CONNECT_SECONDS = 5
# A visitor waits for the first word while their question is placed.
QUESTION_SECONDS, PASSAGES_SECONDS = 5, 60


@dataclass
class Embedded:
    """A vector for each text, in their order; none where it failed."""

    vectors: list[list[float]] = field(default_factory=list)
    usage: Usage | None = None
    failure: Failure | None = None
    request_id: str = ""


def request_of(model: str, texts: Sequence[str]) -> dict[str, object]:
    """The body that `embed` sends."""
    return {"model": model, "input": list(texts), "encoding_format": "base64"}


def embed(request: dict[str, object], attempt_id: str, seconds: float) -> Embedded:
    """What the server answers within so long; its failures are returned, not raised.

    Blocks. Both shapes of vectors are read: some servers do not know base64.
    """
    try:
        answer = _client().post(
            "/embeddings",
            cast_to=httpx2.Response,
            body=request,
            options={
                "headers": {"X-Attempt-Id": attempt_id},
                "timeout": httpx2.Timeout(seconds, connect=CONNECT_SECONDS),
            },
        )
        body = answer.json()
        data = sorted(body["data"], key=lambda one: one["index"])
        return Embedded(
            [_numbers(one["embedding"]) for one in data],
            Usage.from_report(body["usage"]) if body.get("usage") else None,
            request_id=answer.headers.get("x-request-id", ""),
        )
    except APIStatusError as error:
        code = str(error.code or f"http_{error.status_code}")
        said = f"The provider answered {error.status_code}."
        return Embedded(
            failure=Failure(code, said, billed=False),
            request_id=error.request_id or "",
        )
    except APITimeoutError:
        failure = Failure("timeout", f"No answer within {seconds:g} s.", billed=True)
    except APIConnectionError as error:
        failure = Failure("unreachable", str(error.__cause__ or error), billed=False)
    except (OpenAIError, httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        failure = Failure("malformed", f"The answer made no sense: {error!r}"[:500], billed=True)
    return Embedded(failure=failure)


@functools.cache
def _client() -> OpenAI:
    base_url, key = settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY
    return OpenAI(api_key=key or ("none" if base_url else None), base_url=base_url, max_retries=0)


def _numbers(vector: str | list[float]) -> list[float]:
    if not isinstance(vector, str):
        return [float(number) for number in vector]
    numbers = array("f")
    numbers.frombytes(base64.b64decode(vector))
    return numbers.tolist()
