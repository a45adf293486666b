"""Small calls beside a reply, such as moderation and embeddings: one answer, nothing streamed.

They go where the directory says, by its keys and past its breakers, as
replies do, and each of them stands in the books.
"""

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
from django.db import connection
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AzureOpenAI,
    OpenAI,
    OpenAIError,
)

from billing.models import Attempt
from billing.services import ledger
from billing.services.attempts import Call, Unasked, open_attempt
from billing.usage import Usage
from chatbot.providers.base import Failure
from chatbot.providers.directory import Choice, Route, directory
from chatbot.providers.errors import Family
from chatbot.providers.lessons import learn, tell
from chatbot.providers.refusals import refusal_of
from chatbot.providers.retry import NOTHING, POLICIES, wait_before
from chatbot.providers.servers import Key, Server
from chatbot.providers.tokens import count
from chatbot.waits import waits
from conversations.models import Generation

Result = TypeVar("Result")
Certainty = ledger.Certainty
# How a step against the database is made; the engine's way waits for one that is away.
Patience = Callable[[Callable[[], Result], float], Result]

CONNECT_SECONDS = 5
# The database may be away for so long before the call, while a visitor waits, and after it.
BEGIN_SECONDS, END_SECONDS = 15, 120
# With every key and server that stands in, and one more try of what passes by itself.
MOST_CALLS = 3
LONGEST_WAIT_SECONDS = 1.0
KEPT_CHARACTERS = 200
NOT_OFFERED = "not_offered"
# A status of a path that the server does not know; a model it does not know has a code as well.
NONSENSE = (ValueError, KeyError, IndexError, TypeError, AttributeError)
NO_SUCH_PATH = (404, 405, 501)


@dataclass(frozen=True)
class Errand:
    """What is asked of which model, on whose account, and how long there is for an answer.

    `keeps` says how many characters of each text the books keep, None all of them;
    `outcome` what they call what was read from the answer.
    """

    spender: Generation | Unasked
    purpose: Attempt.Purpose
    path: str
    model: str
    texts: Sequence[str]
    seconds: float
    options: Mapping[str, Any] = field(default_factory=dict)
    keeps: int | None = None
    outcome: Callable[[Any], str] = lambda _: "stop"

    def body(self, server: Server) -> dict[str, Any]:
        """What is sent to this server, which may know the model by another name."""
        model = server.name_of(self.model)
        whole = self.texts[0] if len(self.texts) == 1 else list(self.texts)
        return {"model": model, "input": whole, **self.options}

    def kept(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the books keep of it."""
        if self.keeps is None:
            return body
        return body | {"input": [text[: self.keeps] for text in self.texts]}


@dataclass
class Answer:
    """What came of it: the server's JSON, or why there is none."""

    body: Any = None
    usage: Usage | None = None
    failure: Failure | None = None
    request_id: str = ""
    outcome: str = ""


def _plainly(step: Callable[[], Any], seconds: float) -> Any:
    return step()


def run(
    errand: Errand, read: Callable[[Any], Result], patience: Patience[Any] = _plainly
) -> tuple[Result | None, Answer]:
    """What `read` makes of the answer, and the answer; None where there is none.

    Another key is asked where one was refused, another server where one
    stands in with the same model, and the same again once where the server
    was only busy; each is an attempt of its own. Failures are in the answer.
    Refused with a `BillingError` where the first call is not paid for; then
    nothing was sent. What `read` cannot make sense of (`NONSENSE`) is the failure
    `malformed`.
    """
    answers = [Answer(failure=_no_route(errand))]
    for route in _routes(errand, answers):
        answers.append(Answer())
        found = _call(errand, route, read, patience, answers[-1])
        if answers[-1].failure is None:
            return found, answers[-1]
    return None, answers[-1]


def _routes(errand: Errand, answers: Sequence[Answer]) -> Iterator[Route]:
    """Where it is asked, one after the other, by what the last one met."""
    barred: set[str] = set()
    for choice in _choices(errand):
        again = True
        while len(answers) <= MOST_CALLS and (route := directory().route(choice, barred)):
            yield route
            failure = answers[-1].failure
            if failure is None or POLICIES[failure.family] == NOTHING:
                return
            if POLICIES[failure.family].other_key:
                barred.add(route.key.fingerprint)
                continue
            wait = wait_before(1, failure)
            if wait is None or wait > LONGEST_WAIT_SECONDS or not again:
                break
            again = False
            time.sleep(wait)
            waits.provider += wait


def _choices(errand: Errand) -> list[Choice]:
    """The model where it is usually asked for, then the servers that stand in with the same."""
    tenant = errand.spender.tenant_id
    return [one for one in directory().choices(errand.model, tenant) if one.model == errand.model]


def _call(
    errand: Errand,
    route: Route,
    read: Callable[[Any], Result],
    patience: Patience[Any],
    answer: Answer,
) -> Result | None:
    body = errand.body(route.choice.server)
    call = Call(
        purpose=errand.purpose,
        model=errand.model,
        prompt_tokens=sum(map(count, errand.texts)),
        max_output_tokens=0,
        request=errand.kept(body),
    )
    attempt = patience(functools.partial(open_attempt, errand.spender, call), BEGIN_SECONDS)
    connection.close()  # back to the pool while the model is asked
    asked = time.monotonic()
    found = _post(errand, route, body, str(attempt.pk), read, answer)
    waits.provider += time.monotonic() - asked
    failure = answer.failure
    lesson = learn(route, failure) if failure is None or failure.code != NOT_OFFERED else None
    patience(functools.partial(_settle, attempt, answer), END_SECONDS)
    tell(lesson)
    return found


def _post(
    errand: Errand,
    route: Route,
    body: dict[str, Any],
    attempt_id: str,
    read: Callable[[Any], Result],
    answer: Answer,
) -> Result | None:
    """What `read` makes of the answer; how it went stands in `answer`."""
    key = route.key
    try:
        said = client_at(route.choice.server, key).post(
            errand.path,
            cast_to=httpx2.Response,
            body=body,
            options={
                "headers": {"X-Attempt-Id": attempt_id},
                "timeout": httpx2.Timeout(errand.seconds, connect=CONNECT_SECONDS),
            },
        )
        answer.request_id = said.headers.get("x-request-id", "")
        answer.body = body = said.json()
        answer.usage = Usage.from_report(body["usage"]) if body.get("usage") else None
        found = read(body)
        answer.outcome = errand.outcome(found)
        return found
    except APIStatusError as error:
        answer.request_id = error.request_id or ""
        answer.failure = _refusal(error, key)
    except APITimeoutError:
        detail = f"No answer within {errand.seconds:g} s."
        answer.failure = Failure("timeout", detail, billed=True, family=Family.SILENT)
    except APIConnectionError as error:
        detail = f"The provider could not be reached: {error.__cause__ or error}"
        answer.failure = Failure("unreachable", detail[:500], billed=False, family=Family.DOWN)
    except (OpenAIError, httpx2.HTTPError, *NONSENSE) as error:
        detail = f"The answer made no sense: {error!r}"
        answer.failure = Failure("malformed", detail[:500], billed=True, family=Family.BROKEN)
    return None


def _refusal(error: APIStatusError, key: Key) -> Failure:
    coded = isinstance(error.code, str) and not error.code.isdigit()
    if error.status_code in NO_SUCH_PATH and not coded:
        return Failure(NOT_OFFERED, "This server does not offer it.", billed=False)
    return refusal_of(error, key.secret.get_secret_value())


def _settle(attempt: Attempt, answer: Answer) -> None:
    usage, certainty, failure = answer.usage, Certainty.EXACT, answer.failure
    if usage is None:
        billed = failure is None or failure.billed
        usage = Usage(input=attempt.prompt_tokens if billed else 0, output=0)
        certainty = Certainty.ESTIMATED if billed else Certainty.EXACT
    ledger.settle(
        attempt,
        usage,
        certainty=certainty,
        outcome=failure.code if failure else answer.outcome,
        request_id=answer.request_id,
    )


def _no_route(errand: Errand) -> Failure:
    """What it is where nobody can be called at all."""
    server = directory().home(errand.model).server
    if not directory().keys[server.pk]:
        detail = f"There is no usable key for {errand.model} at {server.name}."
        return Failure("no_key", detail, billed=False)
    detail = f"{errand.model} at {server.name} has been failing and is not called for now."
    return Failure("provider_down", detail, billed=False)


@functools.lru_cache(maxsize=64)
def client_at(server: Server, key: Key) -> OpenAI:
    """One for the whole process and all its threads, so that its connections are used again."""
    secret = key.secret.get_secret_value()
    if server.api_version:
        root = (server.base_url or "").rstrip("/").removesuffix("/openai")
        return AzureOpenAI(
            azure_endpoint=root, api_version=server.api_version, api_key=secret, max_retries=0
        )
    return OpenAI(api_key=secret, base_url=server.base_url, max_retries=0)
