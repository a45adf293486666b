"""Run a turn: claim, then try until there is an answer or a reason for none."""

import functools
import logging
import time

from django.db import Error, connection

from billing.errors import BillingError, SpendLimitReached, Unpriced
from billing.models import Attempt
from billing.services import price_alerts
from chatbot import logs
from chatbot.engine.course import Course, NoRoute
from chatbot.engine.ending import conclude, fail, give_back, give_up_for, refuse, settle
from chatbot.engine.errand import set_out
from chatbot.engine.guarding import NotLetIn, examine, let_in
from chatbot.engine.lane import LiveReply
from chatbot.engine.leases import Writing, keeper
from chatbot.engine.listening import listeners
from chatbot.engine.opening import Opening, begin
from chatbot.engine.orphans import settle_abandoned
from chatbot.engine.outgrown import notice
from chatbot.engine.patience import BEGIN_SECONDS, END_SECONDS, surely
from chatbot.engine.rounds import after
from chatbot.engine.streaming import stream_reply
from chatbot.providers.lessons import tell
from chatbot.rollout.watching import turn_ended
from chatbot.waits import waits
from conversations.models import Generation
from conversations.services import generations, queue
from conversations.services.generations import ClaimLost

logger = logging.getLogger(__name__)


def run_turn() -> Generation | None:
    """Whoever is next has been answered, or told why not, and the money is settled.

    None where nobody waits.
    """
    generation = queue.claim()
    if generation is None:
        return None
    writing = Writing(LiveReply.of(generation))
    waits.begin()
    logs.only_about(conversation=generation.conversation_id, reply=str(generation.public_id))
    try:
        with keeper().keeping(generation, writing):
            write(generation, writing)
        if generation.arm:
            turn_ended(generation)
        listeners.reply_ended(generation)
    except ClaimLost:
        logger.info("%s was taken over or stopped", generation)
    except Exception:
        logger.exception("%s could not be written; the next try is another worker's", generation)
        give_back(generation)
    return generation


def write(generation: Generation, writing: Writing) -> None:
    """The claimed generation has ended; `ClaimLost` where it is no longer ours."""
    if generation.claim > 1:
        for attempt in generation.attempts.filter(state=Attempt.State.OPEN).select_related("price"):
            settle_abandoned(attempt, generation.text)
    if generation.claim > generations.MAX_CLAIMS:
        detail = f"{generations.MAX_CLAIMS} workers died over this reply."
        fail(generation, "gave_up", detail, partial=generation.text)
    else:
        answer(generation, writing)


def answer(generation: Generation, writing: Writing) -> None:
    """The generation has ended; every refusal on the way is its reason.

    What passes by itself is waited out, what is too long is cut, and what
    fails is asked of whoever stands in; each try is an attempt of its own in
    the books.
    """
    course = Course()
    while True:
        wait = call_once(generation, writing, course)
        if wait is None:
            return
        connection.close()
        time.sleep(wait)
        waits.provider += wait
        if writing.lost:
            raise ClaimLost(str(generation))


def call_once(generation: Generation, writing: Writing, course: Course) -> float | None:
    """The model was called, and the generation has ended; else the seconds to the next try."""
    try:
        if course.calls == 0:
            prepare(generation, writing, course)
        opened = surely(functools.partial(begin, generation, course), BEGIN_SECONDS)
    except NotLetIn as stop:
        surely(functools.partial(refuse, generation, stop.refusal), END_SECONDS)
        return None
    except SpendLimitReached as refusal:
        surely(functools.partial(give_up_for, generation, refusal, course.said), END_SECONDS)
        return None
    except Unpriced as refusal:
        price_alerts.model_unpriced(generation.model)
        if course.pass_over():
            return 0.0
        fail(generation, refusal.code, str(refusal), course.said)
        return None
    except (BillingError, NoRoute) as refusal:
        fail(generation, refusal.code, str(refusal), course.said)
        return None
    except Error as error:
        detail = f"The database did not let the call begin: {error}"
        fail(generation, "database", detail, course.said)
        return None
    connection.close()  # back to the pool: the model takes seconds, the database is not needed
    return follow(generation, writing, course, opened)


def prepare(generation: Generation, writing: Writing, course: Course) -> None:
    """The question may go to a model, and what it says yes to was done."""
    surely(functools.partial(let_in, generation), BEGIN_SECONDS)
    course.errand = surely(functools.partial(set_out, generation), BEGIN_SECONDS)
    if course.errand:
        course.errand.do_what_is_due(writing)


def follow(
    generation: Generation, writing: Writing, course: Course, opened: Opening
) -> float | None:
    """The open call has ended, and so has the generation; else the seconds to the next try."""
    attempt, built, route = opened.attempt, opened.built, opened.route
    logs.about(attempt=str(attempt.pk))
    finished = stream_reply(writing, route.provider, opened.request, str(attempt.pk), built.screen)
    waits.called(finished.sent_at, finished.first_token_at, finished.ended_at)
    met = course.learn(route, finished)
    listeners.call_ended(generation, attempt, route, finished)
    finished = examine(generation, writing, built.screen, finished)
    if finished.wishes:
        ended = after(generation, writing, course, attempt, built, finished)
        if ended is None:
            tell(met)
            return 0.0
        finished = ended
    note_waits(generation)
    wait = None if built.screen.refusal else course.ended(finished)
    if wait is None:
        end = functools.partial(conclude, generation, attempt, built, finished, course.errand)
    else:
        end = functools.partial(settle, attempt, finished)
    surely(end, END_SECONDS)
    if wait is None and built.outgrown:
        notice(generation.conversation_id)
    tell(met)
    return wait


def note_waits(generation: Generation) -> None:
    """Whatever ends the generation now writes down how long others had the word until here."""
    generation.provider_ms = round(waits.provider * 1000)
    generation.provider_first_ms = None if waits.first is None else round(waits.first * 1000)
    generation.tools_ms = round(waits.tools * 1000)
