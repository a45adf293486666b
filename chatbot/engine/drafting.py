"""Write what the bot would say, for a person of staff to edit and send."""

import asyncio
import dataclasses
import time
from typing import Any

from django.db import connection

from billing.errors import BillingError
from billing.models import Attempt
from billing.services.attempts import Call, Unasked, open_attempt
from chatbot.engine.course import Course, NoRoute
from chatbot.engine.ending import settle
from chatbot.engine.kept import without_words
from chatbot.engine.loop import run
from chatbot.engine.model_choice import voice_of
from chatbot.engine.prompting import BuiltPrompt, build_prompt
from chatbot.engine.streaming import Ended, Screened
from chatbot.models import Draft
from chatbot.providers.base import Finished, Provider
from chatbot.providers.directory import Route, directory
from chatbot.providers.tokens import count_messages
from conversations.models import Generation

READ_SECONDS = 0.05


class Nowhere:
    """Takes a reply's text and shows it to nobody."""

    def take(self, text: str) -> None:
        """Nothing leaves."""

    async def ready(self) -> None:
        """A little later there is more to read at once."""
        await asyncio.sleep(READ_SECONDS)


def write(pk: int) -> None:
    """The draft is written, or says why not; whoever comes second finds it taken.

    Its calls are in the books as any other, with the purpose `draft`. What a
    provider fails at is tried again as for a reply.
    """
    taken = Draft.objects.filter(pk=pk, state=Draft.State.ASKED)
    if not taken.update(state=Draft.State.WRITING):
        return
    draft = Draft.objects.select_related("tenant", "question", "conversation").get(pk=pk)
    course = Course()
    try:
        while (wait := _call(draft, course)) is not None:
            connection.close()
            time.sleep(wait)
    except (BillingError, NoRoute) as refusal:
        _fail(draft, str(refusal))


def _call(draft: Draft, course: Course) -> float | None:
    """One call was made; the seconds to the next one, None where the draft has ended."""
    route, built = _prepared(draft, course)
    request = route.provider.request_of(built.prompt)
    call = Call(
        purpose=Attempt.Purpose.DRAFT,
        model=built.prompt.model,
        prompt_tokens=count_messages(built.prompt.messages),
        max_output_tokens=built.prompt.max_output_tokens,
        request=without_words(request),
    )
    attempt = open_attempt(Unasked(draft.tenant), call)
    Draft.objects.filter(pk=draft.pk).update(attempt=attempt.pk)
    connection.close()  # back to the pool while the model writes
    finished = run(_streamed(route.provider, request, str(attempt.pk), built))
    settle(attempt, finished)
    wait = course.ended(finished)
    if wait is None:
        _end(draft, built, finished)
    return wait


def _prepared(draft: Draft, course: Course) -> tuple[Route, BuiltPrompt]:
    """As for a reply to the same question; nothing is queued for it."""
    voice = voice_of(draft.tenant)
    route = course.route(voice.model, draft.tenant_id)
    model = route.choice.model
    voice = dataclasses.replace(voice, model=model, accepts=directory().accepts(model))
    asked = Generation(
        tenant=draft.tenant, conversation=draft.conversation, question=draft.question
    )
    return route, build_prompt(asked, voice, course.size)


async def _streamed(
    provider: Provider, request: dict[str, Any], attempt_id: str, built: BuiltPrompt
) -> Finished:
    screened = Screened(Nowhere(), built.screen)
    try:
        return screened.end(await provider.stream(request, attempt_id, screened))
    except Ended:
        return screened.end(None)


def _end(draft: Draft, built: BuiltPrompt, finished: Finished) -> None:
    if built.screen.is_stopped:
        _fail(draft, "A word list ended it; write this one yourself.")
    elif finished.failure:
        _fail(draft, finished.failure.detail)
    else:
        _has_ended(draft, state=Draft.State.DONE, text=finished.text)


def _fail(draft: Draft, why: str) -> None:
    _has_ended(draft, state=Draft.State.FAILED, why=why)


def _has_ended(draft: Draft, **fields: str) -> None:
    """Unless the conversation was redacted or erased meanwhile."""
    Draft.objects.filter(pk=draft.pk, state=Draft.State.WRITING).update(**fields)
