"""The guardrails of one turn: before the call, after it, and what is written down."""

import dataclasses
import time

from django.conf import settings

from billing.errors import BillingError
from chatbot.engine.leases import Writing
from chatbot.engine.patience import surely
from chatbot.engine.streaming import show
from chatbot.guardrails.personal_data import Redaction
from chatbot.guardrails.policy import Guard, guard_of
from chatbot.guardrails.questions import stopped
from chatbot.guardrails.screen import Check, Finding, Outcome, Refusal, Screen, Side
from chatbot.models import GuardPolicy, Verdict
from chatbot.providers.base import Failure, Finished
from chatbot.providers.demo import is_demo
from chatbot.providers.moderations import USUAL_MODEL, Judged, judge
from conversations.models import Generation

BLOCKED = "blocked"
NOT_JUDGED = "not_judged"
# A server that has no moderation is asked again after so long: it may have been updated.
ASK_AGAIN_SECONDS = 600.0
_not_offered_until = 0.0

FLAGGED = {
    GuardPolicy.Flagged.NOTE: Outcome.NOTED,
    GuardPolicy.Flagged.BLOCK: Outcome.BLOCKED,
    GuardPolicy.Flagged.PERSON: Outcome.PERSON,
}


class NotLetIn(Exception):
    """The question must not reach a model; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


def let_in(generation: Generation) -> None:
    """The question may go to a model; else `NotLetIn`."""
    guard = guard_of(generation.tenant)
    text = generation.question.text
    word = stopped(guard, text)
    if word:
        raise NotLetIn(_refusal(guard, [word]))
    if guard.policy.moderates_questions:
        refusal = _judged(generation, guard, Side.QUESTION, text)
        if refusal:
            raise NotLetIn(refusal)


def examine(
    generation: Generation, writing: Writing, screen: Screen, finished: Finished
) -> Finished:
    """What was withheld of the answer is shown; or it has failed, and the screen says why."""
    if finished.failure and finished.failure.code == "claim_lost":
        return finished
    guard = guard_of(generation.tenant)
    if screen.is_stopped:
        # what the screen has found is noted in any case
        screen.refusal = dataclasses.replace(_refusal(guard, screen.findings), findings=[])
    elif screen.withholds and finished.text:
        screen.refusal = _judged(generation, guard, Side.ANSWER, finished.text)
    if screen.refusal is None:
        if screen.withholds:
            show(writing, finished.text)
        return finished
    return dataclasses.replace(
        finished,
        text="" if screen.withholds else finished.text,
        failure=Failure(screen.refusal.code, screen.refusal.detail, billed=True),
    )


def note(generation: Generation, findings: list[Finding]) -> None:
    """Each finding is a verdict in the transcript."""
    if findings:
        Verdict.objects.bulk_create(
            Verdict(
                tenant_id=generation.tenant_id,
                generation=generation,
                side=one.side,
                check_name=one.check,
                outcome=one.outcome,
                ground=one.ground[:300],
                written=one.written[:300],
                version_id=one.version,
            )
            for one in findings
        )


def _refusal(guard: Guard, findings: list[Finding], detail: str = "") -> Refusal:
    return Refusal(
        BLOCKED,
        detail or "A word of a word list stands in it; the verdicts say which.",
        findings,
        for_person=any(one.outcome == Outcome.PERSON for one in findings),
        told=guard.policy.sentence,
    )


def _judged(generation: Generation, guard: Guard, side: Verdict.Side, text: str) -> Refusal | None:
    """Why moderation lets the text not through; noted where it does so all the same."""
    policy = guard.policy
    judged = _ask(generation, policy, text)
    if judged is None:
        return None
    if judged.failure:
        finding = Finding(side, Check.MODERATION, Outcome.UNAVAILABLE, judged.failure)
        if policy.unavailable == GuardPolicy.Unavailable.STOP:
            detail = f"Moderation could not be had ({judged.failure}), and this tenant wants it."
            return Refusal(NOT_JUDGED, detail, [finding])
        note(generation, [finding])
        return None
    if not judged.flagged:
        return None
    outcome = FLAGGED[GuardPolicy.Flagged(policy.flagged)]
    finding = Finding(side, Check.MODERATION, outcome, ", ".join(judged.flagged), text)
    if outcome == Outcome.NOTED:
        note(generation, [finding])
        return None
    return _refusal(guard, [finding], f"The provider's moderation flagged: {finding.ground}.")


def _ask(generation: Generation, policy: GuardPolicy, text: str) -> Judged | None:
    """What the provider's moderation says, with the call in the books; None where it has none."""
    global _not_offered_until
    if time.monotonic() < _not_offered_until:
        return None
    usual = "demo-moderation" if is_demo(settings.CHAT_MODEL) else USUAL_MODEL
    model = policy.moderation_model or usual
    try:
        judged = judge(generation, model, Redaction(policy.hidden).hide(text), surely)
    except BillingError as refusal:
        return Judged(failure=refusal.code)
    if not judged.offered:
        _not_offered_until = time.monotonic() + ASK_AGAIN_SECONDS
        return None
    return judged
