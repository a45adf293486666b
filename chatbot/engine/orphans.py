"""Settle calls whose reply is no longer written by whoever made them."""

import datetime

from django.db.models import Q
from django.db.models.functions import Now

from billing.models import Attempt, LedgerEntry
from billing.services import ledger
from billing.usage import Usage
from chatbot.providers.tokens import count
from conversations.models import Generation

# Longer than a lease: a worker that was only slow settles better, with the provider's own count.
PATIENCE = datetime.timedelta(seconds=30)
# A summary is written after its reply has ended, and a trial belongs to no reply whose end
# could be waited for: nobody holds a lease for them.
LONE_PATIENCE = datetime.timedelta(minutes=5)


def settle_orphans() -> int:
    """Every open call is settled whose reply has ended long enough ago; returns how many.

    Stopped replies are settled by their worker; this is for workers that died meanwhile.
    """
    ended = ~Q(generation__state__in=Generation.OPEN_STATES)
    lone = Q(purpose__in=[Attempt.Purpose.SUMMARY, Attempt.Purpose.EVALUATION])
    orphans = Attempt.objects.filter(ended, state=Attempt.State.OPEN).filter(
        ~lone & Q(generation=None, opened_at__lt=Now() - PATIENCE)
        | ~lone & Q(generation__finished_at__lt=Now() - PATIENCE)
        | lone & Q(opened_at__lt=Now() - LONE_PATIENCE)
    )
    settled = 0
    for attempt in orphans.select_related("price", "generation"):
        of_reply = attempt.purpose != Attempt.Purpose.SUMMARY
        written = attempt.generation.text if attempt.generation and of_reply else ""
        settled += settle_abandoned(attempt, written)
    return settled


def settle_abandoned(attempt: Attempt, text: str) -> bool:
    """A dead worker's call is in the ledger: by estimate where text shows that it began."""
    return ledger.settle(
        attempt,
        estimate(attempt, text),
        certainty=LedgerEntry.Certainty.ESTIMATED,
        outcome="abandoned",
    )


def estimate(attempt: Attempt, text: str) -> Usage | None:
    """Tokens counted here; None where no text shows that the model began at all."""
    return Usage(input=attempt.prompt_tokens, output=count(text)) if text else None
