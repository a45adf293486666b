"""Keep evaluation sets: cases come from the page, and from what visitors asked."""

from collections.abc import Sequence

from django.db import transaction

from chatbot.models import EvaluationCase, EvaluationSet
from conversations.models import Message, Tenant


class NotOfThisTenant(Exception):
    """A message of another tenant cannot become a case of this set."""


@transaction.atomic
def add_case(
    set: EvaluationSet,
    question: str,
    expected: str = "",
    *,
    source_message: Message | None = None,
    rules: Sequence[str] = (),
) -> EvaluationCase:
    """The set has a case with this question; the same message again gives the case it has.

    Without rules a case passes where there is an answer at all. Refused with
    `NotOfThisTenant` for another tenant's message.
    """
    if source_message is not None:
        if source_message.tenant_id != set.tenant_id:
            raise NotOfThisTenant(f"Message {source_message.pk} belongs to somebody else.")
        EvaluationSet.objects.select_for_update().get(pk=set.pk)
        found = set.cases.filter(source_message=source_message).first()
        if found:
            return found
    return EvaluationCase.objects.create(
        tenant_id=set.tenant_id,
        set=set,
        question=question.strip()[:4000],
        expected=expected.strip()[:4000],
        rules=list(rules),
        source_message=source_message,
    )


def sets_of(tenant_id: int) -> list[EvaluationSet]:
    """The tenant's sets, by name."""
    return list(EvaluationSet.objects.filter(tenant=tenant_id).order_by("name"))


def set_named(name: str, tenant: str = "") -> EvaluationSet:
    """The set of this name or number, of this tenant's slug where that is given.

    `LookupError` with what to write, where there is none or more than one.
    """
    rows = EvaluationSet.objects.select_related("tenant")
    if tenant:
        if not Tenant.objects.filter(slug=tenant).exists():
            raise LookupError(f"No tenant has the slug “{tenant}”.")
        rows = rows.filter(tenant__slug=tenant)
    found = list(rows.filter(name=name)[:2])
    if not found and name.isdigit():
        found = list(rows.filter(pk=int(name)))
    if len(found) == 1:
        return found[0]
    if found:
        raise LookupError(f"Several tenants have a set “{name}”; name one with --tenant.")
    known = ", ".join(f"“{one}”" for one in rows.values_list("name", flat=True)[:10])
    raise LookupError(f"There is no set “{name}”. There are: {known or 'none'}.")
