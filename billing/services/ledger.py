"""Settle an attempt: one ledger entry, once."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from billing.models import Attempt, Budget, LedgerEntry
from billing.pricing import cost_of
from billing.usage import Usage

Certainty = LedgerEntry.Certainty


def settle(
    attempt: Attempt,
    usage: Usage | None,
    *,
    certainty: LedgerEntry.Certainty,
    outcome: str,
    request_id: str = "",
    tier: str = "",
) -> bool:
    """The attempt has its ledger entry and its hold is given back; False if it had one before.

    Turning the attempt from open to settled is what makes the entry the
    only one of kind `call`. Without usage the certainty is `unknown` and the
    whole hold is charged: a call whose cost nobody knows is never free.
    """
    if usage is None:
        certainty = Certainty.UNKNOWN
    with transaction.atomic(savepoint=False):
        first = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN).update(
            state=Attempt.State.SETTLED
        )
        if not first:
            return False
        amount = attempt.held if usage is None else cost_of(usage, attempt.price)
        tokens = usage or Usage(input=attempt.prompt_tokens, output=attempt.max_output_tokens)
        LedgerEntry.objects.create(
            attempt=attempt,
            tenant_id=attempt.tenant_id,
            generation_id=attempt.generation_id,
            purpose=attempt.purpose,
            model=attempt.model,
            persona_label=attempt.generation.persona_label if attempt.generation else "",
            tier=tier,
            price=attempt.price,
            at=Now(),
            input_tokens=tokens.input,
            cached_tokens=tokens.cached,
            cache_write_tokens=tokens.cache_write,
            output_tokens=tokens.output,
            reasoning_tokens=tokens.reasoning,
            certainty=certainty,
            raw_usage=tokens.raw,
            amount=amount,
            outcome=outcome,
            request_id=request_id,
        )
        _release(attempt, amount)
    return True


def _release(attempt: Attempt, amount: Decimal) -> None:
    if attempt.budget_id is not None:
        Budget.objects.filter(pk=attempt.budget_id).update(
            held=F("held") - attempt.held, spent=F("spent") + amount
        )
