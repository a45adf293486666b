"""One answer of a candidate: guardrails, call and books as in a turn, and nobody to see it."""

import asyncio
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.models import Attempt
from billing.services import ledger
from billing.services.attempts import Call, Unasked, open_attempt
from chatbot.engine.citations import cited
from chatbot.engine.course import Course, NoRoute
from chatbot.engine.ending import settle
from chatbot.engine.kept import without_words
from chatbot.engine.loop import run
from chatbot.engine.prompting import BuiltPrompt
from chatbot.engine.streaming import Ended, Screened
from chatbot.guardrails.policy import guard_of
from chatbot.guardrails.questions import stopped
from chatbot.guardrails.screen import Finding, Screen
from chatbot.providers.base import Finished
from chatbot.providers.directory import Route, directory
from chatbot.providers.lessons import tell
from chatbot.providers.retry import wait_before
from chatbot.providers.tokens import count_messages
from chatbot.sandbox.candidates import Candidate
from chatbot.sandbox.turns import Before

BLOCKED = "blocked"


@dataclass
class Answered:
    """What a candidate answered, or why it did not, with what that took."""

    text: str = ""
    citations: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    code: str = ""
    problem: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    first_ms: int | None = None
    whole_ms: int | None = None


def answer(
    candidate: Candidate, question: str, before: Before, *, recorded: bool = False
) -> Answered:
    """The candidate has answered, and every call stands in the books as an evaluation.

    Where the question is `recorded`, a visitor's, the books keep no words of it.

    The model tried is the one that is called: nobody stands in for it, and
    what passes by itself is waited out. Moderation is not asked. Raises the
    till's refusals (`BillingError`) where a call may not be made.
    """
    answered = Answered(model=candidate.voice.model)
    word = stopped(guard_of(candidate.tenant), question)
    if word:
        answered.code, answered.verdicts = BLOCKED, _plain([word])
        answered.problem = "The question is stopped by a word list."
        return answered
    course = Course(choices=[directory().home(candidate.voice.model)])
    began = time.perf_counter()
    while True:
        built = candidate.prompt(before, question)
        try:
            route = course.route(candidate.voice.model, candidate.tenant.pk)
        except NoRoute as refusal:
            answered.code, answered.problem = refusal.code, str(refusal)
            break
        finished = _call(candidate, built, route, answered, began, recorded)
        tell(course.learn(route, finished))
        course.tries += 1
        failure = finished.failure
        wait = None if not failure or finished.text else wait_before(course.tries, failure)
        if wait is None:
            _conclude(answered, built, finished)
            break
        time.sleep(wait)
    answered.whole_ms = round(1000 * (time.perf_counter() - began))
    return answered


def _call(
    candidate: Candidate,
    built: BuiltPrompt,
    route: Route,
    answered: Answered,
    began: float,
    recorded: bool,
) -> Finished:
    """The call is over and settled."""
    prompt = built.prompt
    request = route.provider.request_of(prompt)
    call = Call(
        purpose=Attempt.Purpose.EVALUATION,
        model=prompt.model,
        prompt_tokens=count_messages(prompt.messages),
        max_output_tokens=prompt.max_output_tokens,
        request=without_words(request) if recorded else request,
    )
    attempt = open_attempt(Unasked(candidate.tenant), call)
    if not connection.in_atomic_block:
        connection.close()  # back to the pool while the model writes
    nobody = _Nobody()
    finished = run(_stream(route, request, attempt, built.screen, nobody))
    if nobody.first_at and answered.first_ms is None:
        answered.first_ms = round(1000 * (nobody.first_at - began))
    settle(attempt, finished)
    entry = ledger.entry_of(attempt)
    if entry:
        answered.cost += entry.amount
        answered.input_tokens += entry.input_tokens
        answered.output_tokens += entry.output_tokens
    return finished


def _conclude(answered: Answered, built: BuiltPrompt, finished: Finished) -> None:
    answered.text = finished.text
    answered.verdicts = _plain(built.findings + built.screen.findings)
    if built.screen.is_stopped:
        answered.code, answered.problem = BLOCKED, "The answer is stopped by a word list."
    elif finished.failure:
        answered.code, answered.problem = finished.failure.code, finished.failure.detail
    else:
        answered.citations = cited(finished.text, built.passages)


async def _stream(
    route: Route, request: dict[str, Any], attempt: Attempt, screen: Screen, nobody: "_Nobody"
) -> Finished:
    screened = Screened(nobody, screen)
    try:
        return screened.end(await route.provider.stream(request, str(attempt.pk), screened))
    except Ended:
        return screened.end(None)


class _Nobody:
    """Stands where the lane to the sockets would; knows when the first text came."""

    first_at: float = 0.0

    def take(self, text: str) -> None:
        self.first_at = self.first_at or time.perf_counter()

    async def ready(self) -> None:
        await asyncio.sleep(0)


def _plain(findings: list[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "side": str(one.side),
            "check": str(one.check.label),
            "outcome": str(one.outcome.label),
            "ground": one.ground,
            "written": one.written,
        }
        for one in findings
    ]
