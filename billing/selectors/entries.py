"""The ledger's own lines, for what the rollups cannot say."""

from django.db.models import BooleanField, Case, F, QuerySet, Value, When

from billing.models import LedgerEntry
from billing.selectors.scope import Scope


def entries_of(scope: Scope) -> QuerySet[LedgerEntry]:
    """The lines of the ledger that the scope is about."""
    entries = LedgerEntry.objects.filter(
        tenant_id__in=[tenant.pk for tenant in scope.tenants],
        at__gte=scope.start,
        at__lt=scope.end,
    )
    if scope.models:
        entries = entries.filter(model__in=scope.models)
    return entries.filter(purpose__in=scope.purposes) if scope.purposes else entries


def above(threshold: F | int) -> Case:
    """Whether the call had more input than this; it had not where the threshold is empty."""
    return Case(
        When(input_tokens__gt=threshold, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
