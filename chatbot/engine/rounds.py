"""Between two calls of a turn: what the model wanted of tools, and whether it is called again."""

import dataclasses
import functools
import logging

from django.db import transaction

from billing.models import Attempt
from chatbot.engine.course import Course
from chatbot.engine.ending import settle
from chatbot.engine.guarding import note
from chatbot.engine.leases import Writing
from chatbot.engine.patience import END_SECONDS, surely
from chatbot.engine.prompting import BuiltPrompt
from chatbot.engine.streaming import show
from chatbot.providers.base import Failure, Finished
from chatbot.providers.errors import Family
from conversations.models import Generation

logger = logging.getLogger(__name__)

GAP = "\n\n"


def after(
    generation: Generation,
    writing: Writing,
    course: Course,
    attempt: Attempt,
    built: BuiltPrompt,
    finished: Finished,
) -> Finished | None:
    """How the call ended; None where tools have answered, and the model is to be told what.

    What was wanted is done only after a whole, good answer of a model that
    was offered tools in this very call. Each round is settled by itself.
    """
    if not finished.wishes or finished.failure or built.screen.refusal or built.screen.is_stopped:
        return finished
    errand = course.errand
    if errand is None or not (built.prompt.tools and built.prompt.may_call):
        logger.warning("%s wanted tools that it was not offered; nothing was done", attempt.model)
        return finished if finished.text else _nothing_said(finished)
    surely(functools.partial(_close, generation, attempt, built, finished), END_SECONDS)
    if course.size == 1:
        errand.passages = built.passages
    errand.originals = built.originals
    errand.first_token_at = errand.first_token_at or finished.first_token_at
    errand.take(finished.wishes, writing)
    if errand.asked:
        asks = (GAP if finished.text else "") + errand.asked.sentence
        show(writing, asks)
        return dataclasses.replace(finished, text=finished.text + asks)
    if finished.text:
        show(writing, GAP)
        errand.said += finished.text + GAP
    course.goes_on()
    return None


@transaction.atomic
def _close(
    generation: Generation, attempt: Attempt, built: BuiltPrompt, finished: Finished
) -> None:
    """The call is in the books, and what the guardrails found in its text in the transcript."""
    settle(attempt, finished)
    note(generation, built.screen.findings)


def _nothing_said(finished: Finished) -> Finished:
    detail = "The model wanted tools that it was not offered, and said nothing."
    return dataclasses.replace(
        finished, failure=Failure("empty", detail, billed=True, family=Family.EMPTY)
    )
