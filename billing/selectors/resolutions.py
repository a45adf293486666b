"""What a resolved conversation costs: spending over outcomes, with the rows behind both."""

from dataclasses import dataclass
from decimal import Decimal

from billing.selectors.scope import Scope
from billing.selectors.spend import added, spend_lines
from conversations.models import Outcome
from conversations.selectors.outcomes import OutcomeCounts, outcome_counts, outcome_link


@dataclass(frozen=True)
class Resolutions:
    """All that was spent in the scope's days, and what came out in them.

    `links` has for each kind the value of the filter `outcome` of the list
    of conversations that shows exactly those counted.
    """

    spent: Decimal
    counts: OutcomeCounts
    links: dict[str, str]

    @property
    def per_resolved(self) -> Decimal | None:
        """Dollars for each conversation resolved by the bot, confirmed or assumed."""
        return self.spent / self.counts.resolved if self.counts.resolved else None

    @property
    def per_confirmed(self) -> Decimal | None:
        """Dollars for each of which somebody said that it is resolved."""
        return self.spent / self.counts.confirmed if self.counts.confirmed else None


def resolutions(scope: Scope, spent: Decimal | None = None) -> Resolutions:
    """The scope's spending over its outcomes; what others cost is paid by the resolved ones too.

    Whoever has the scope's sum already gives it as `spent`. Models and
    purposes narrow the spending only.
    """
    if spent is None:
        spent = added(spend_lines(scope, by=("tenant_id",))).amount
    return Resolutions(
        spent=spent,
        counts=outcome_counts(scope.tenants, scope.start, scope.end),
        links={
            kind.value: outcome_link(kind, scope.first, scope.last, scope.zone)
            for kind in Outcome.Kind
        },
    )
