"""Ask what waits in trials that run, in the background or for who waits at a terminal."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict

from django.db import connection

from billing.errors import BillingError
from chatbot.models import Trial, TrialItem
from chatbot.sandbox import trials
from chatbot.sandbox.answering import BLOCKED, Answered, answer
from chatbot.sandbox.candidates import candidate_of
from chatbot.sandbox.rules import Given, check
from chatbot.sandbox.turns import before_of, talk_before

logger = logging.getLogger(__name__)

State = TrialItem.State

SECONDS = 60.0
TRIES = 3
# So many at a time in the whole deployment: visitors' replies share the workers and the keys.
AT_ONCE = 2
# Longer than a call with its waits may take, so nobody else takes it meanwhile.
HELD_SECONDS = 300
# Whoever asks in a chat waits for it, so those go first.
CLAIM = """
UPDATE chatbot_trialitem AS mine
   SET tries = tries + 1,
       taken_until = statement_timestamp() + %(held)s * interval '1 second'
 WHERE mine.id IN (
   SELECT item.id FROM chatbot_trialitem AS item JOIN chatbot_trial AS trial
       ON trial.id = item.trial_id
    WHERE item.state = 'waiting' AND trial.state = 'running'
      AND (%(only)s::bigint IS NULL OR trial.id = %(only)s)
      AND coalesce(item.taken_until, '-infinity') < statement_timestamp()
      AND (%(only)s::bigint IS NOT NULL OR trial.kind = 'play'
           OR (SELECT count(*) FROM chatbot_trialitem
                WHERE state = 'waiting' AND taken_until > statement_timestamp()) < %(at_once)s)
    ORDER BY trial.kind <> 'play', item.id LIMIT 1 FOR UPDATE OF item SKIP LOCKED
 )
RETURNING mine.id
"""


def work(seconds: float = SECONDS) -> int:
    """Items were asked for so long, or until none waited; returns how many.

    Several may do so at once. What a worker that died was at is asked anew
    once it is not held any more; its open call is settled by `orphans`.
    """
    deadline, done = time.monotonic() + seconds, 0
    while time.monotonic() < deadline and (item := _claim(None)):
        _work_on(item)
        done += 1
    return done


def work_through(trial: Trial, told: Callable[[TrialItem], None] = lambda _: None) -> None:
    """The trial has ended, or was stopped; `told` of every item that ended on the way."""
    while True:
        item = _claim(trial.pk)
        if item is not None:
            _work_on(item)
            told(item)
            continue
        trial.refresh_from_db()
        if trial.state != Trial.State.RUNNING:
            return
        time.sleep(0.2)  # a worker holds the rest
        trials.end_if_done(trial)


def _claim(only: int | None) -> TrialItem | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"held": HELD_SECONDS, "at_once": AT_ONCE, "only": only})
        row = cursor.fetchone()
    if row is None:
        return None
    rows = TrialItem.objects.select_related(
        "trial__tenant",
        "trial__persona",
        "recorded__question",
        "recorded__tenant",
        "case",
    )
    return rows.get(pk=row[0])


def _work_on(item: TrialItem) -> None:
    """The item has its answer or the reason for none; a limit that is reached stops the trial."""
    trial = item.trial
    if item.tries > TRIES:
        _end(item, Answered(code="gave_up", problem=f"{TRIES} workers died over it."))
    else:
        try:
            if trial.kind == Trial.Kind.PLAY:
                item.history = talk_before(item)
            recorded = bool(item.recorded_id or (item.case and item.case.source_message_id))
            said = answer(candidate_of(trial), item.question, before_of(item), recorded=recorded)
            _end(item, said)
        except BillingError as refusal:
            _refused(item, refusal)
            return
        except Exception:
            logger.exception("Item %s of trial %s could not be asked", item.pk, trial.pk)
            problem = "Something went wrong here; the worker's log says what."
            _end(item, Answered(code="internal", problem=problem))
    trials.end_if_done(trial)


def _refused(item: TrialItem, refusal: BillingError) -> None:
    """A question of a chat has failed; of other trials nothing is lost, they can go on later."""
    if item.trial.kind == Trial.Kind.PLAY:
        _end(item, Answered(code=refusal.code, problem=str(refusal)))
        return
    TrialItem.objects.filter(pk=item.pk, state=State.WAITING).update(
        taken_until=None, tries=item.tries - 1
    )
    trials.stop(item.trial, str(refusal))


def _end(item: TrialItem, answered: Answered) -> None:
    is_refused = answered.code == BLOCKED
    fields = asdict(answered)
    fields["answer"] = fields.pop("text")
    if item.rules:
        given = Given(
            text=answered.text,
            citations=answered.citations,
            stopped=is_refused,
            failed=bool(answered.code),
            tokens=answered.output_tokens,
            cost=answered.cost,
            seconds=(answered.whole_ms or 0) / 1000,
        )
        checks = check(item.rules, given)
        fields["checks"] = [asdict(one) for one in checks]
        fields["passed"] = all(one.kept for one in checks)
    elif item.trial.kind == Trial.Kind.EVALUATION:
        fields["passed"] = not answered.code
    fields["state"] = State.FAILED if answered.code else State.DONE
    for name, value in fields.items():
        setattr(item, name, value)
    TrialItem.objects.filter(pk=item.pk, state=State.WAITING).update(
        **fields, history=item.history, taken_until=None
    )
