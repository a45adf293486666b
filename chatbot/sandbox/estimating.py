"""What a trial will cost, before anybody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from django.db.models import Avg
from django.utils import timezone

from billing.models import LedgerEntry
from billing.pricing import cost_of, upper_bound
from billing.services.prices import price_at
from billing.usage import Usage
from chatbot.models import TrialItem
from chatbot.providers.tokens import count_messages
from chatbot.sandbox.candidates import Candidate
from chatbot.sandbox.turns import before_of

# So many prompts are built and counted; more are taken to be like these.
MOST_BUILT = 40
# Where the tenant's bot has answered nothing yet.
USUAL_ANSWER_TOKENS = 120


@dataclass(frozen=True)
class Estimate:
    """Dollars: what it is likely to cost, and the most that limits are asked to hold."""

    likely: Decimal
    most: Decimal


def estimate(candidate: Candidate, items: Sequence[TrialItem]) -> Estimate:
    """What asking all of these would cost now; `Unpriced` where the model has no price."""
    tenant = candidate.tenant
    price = price_at(candidate.voice.model, timezone.now(), tenant.pk)
    if not items:
        return Estimate(Decimal(0), Decimal(0))
    step = max(1, len(items) // MOST_BUILT)
    # nothing may be spent on it: embeddings change which passages, hardly how long they are
    built = [
        candidate.prompt(before_of(one), one.question, free=True).prompt for one in items[::step]
    ]
    prompts = [count_messages(one.messages) for one in built]
    answer = min(_answer_tokens(candidate), built[0].max_output_tokens)
    likely = [cost_of(Usage(input=tokens, output=answer), price) for tokens in prompts]
    most = [
        upper_bound(tokens, prompt.max_output_tokens, price)
        for tokens, prompt in zip(prompts, built, strict=True)
    ]
    return Estimate(_scaled(likely, len(items)), _scaled(most, len(items)))


def _answer_tokens(candidate: Candidate) -> int:
    """How long this tenant's answers are."""
    rows = LedgerEntry.objects.filter(
        tenant=candidate.tenant, purpose="reply", outcome="stop"
    ).order_by("-at")
    found = rows.values("output_tokens")[:200].aggregate(mean=Avg("output_tokens"))["mean"]
    return round(found or USUAL_ANSWER_TOKENS)


def _scaled(costs: list[Decimal], count: int) -> Decimal:
    return mean(costs) * count
