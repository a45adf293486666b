"""What a tenant's guardrails would make of a text, without a model and without a trace."""

from dataclasses import dataclass

from chatbot.guardrails import personal_data
from chatbot.guardrails.policy import guard_now
from chatbot.guardrails.questions import Asked, stopped
from chatbot.guardrails.screen import Finding, Screen
from conversations.models import Tenant


@dataclass(frozen=True)
class Tried:
    """A text as a question and as an answer.

    `sent` is what a model would see of it, None where it would see nothing;
    `shown` what a visitor would, up to where it `ends` early.
    """

    sent: str | None
    question: list[Finding]
    shown: str
    ends: bool
    answer: list[Finding]
    personal: list[tuple[str, str]]


def try_text(tenant: Tenant, text: str) -> Tried:
    """What would happen to this text now."""
    guard = guard_now(tenant)
    asked = Asked(guard)
    sent, word = asked.question(text), stopped(guard, text)
    screen = Screen(guard, {})
    shown = screen.take(text) + screen.end()
    return Tried(
        sent=None if word else sent,
        question=([word] if word else []) + asked.findings,
        shown=shown,
        ends=screen.is_stopped,
        answer=screen.findings,
        personal=[(one.kind, text[one.start : one.end]) for one in personal_data.find(text)],
    )
