"""The limit of a calendar month that the report draws."""

from dataclasses import dataclass, field
from decimal import Decimal

from billing.models import SpendLimit
from billing.money import rounded
from billing.selectors.limits import LimitState, limits_of
from conversations.models import Tenant

AtHard = SpendLimit.AtHard

HAPPENS = {
    AtHard.CHEAPER: "A cheaper model answers while that fits, then the bot stops and says so.",
    AtHard.PERSON: "Visitors are handed over to a person.",
    AtHard.STOP: "The bot stops and says so.",
}


@dataclass(frozen=True)
class MonthLimit:
    """What a month may cost in dollars, and what happens on the way.

    At `soft` managers are alerted, `hard` is never passed; at least one
    is there. `held` is set aside for calls that are under way. `days` are
    the limits of a single day beside it.
    """

    soft: Decimal | None
    hard: Decimal | None
    at_hard: str
    held: Decimal = Decimal(0)
    days: list[LimitState] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """What counts as the whole: the hard limit, else the soft one."""
        return self.hard if self.hard is not None else self.soft or Decimal(0)

    def happens_at(self, percent: int) -> str:
        """What happens when this share is spent, in words."""
        if percent >= 100:
            return "Managers are alerted." if self.hard is None else self.at_hard
        if self.soft is None or self.hard is None:
            return "Nothing."
        alerted_at = self.soft * 100 / self.amount if self.amount else Decimal(0)
        if alerted_at == percent:
            return "Managers are alerted."
        words = "have been" if alerted_at < percent else "will be"
        return f"Nothing new; managers {words} alerted at {rounded(alerted_at, 0):f} %."


def month_limit(tenants: tuple[Tenant, ...], whole: bool) -> MonthLimit | None:
    """The limit of the one tenant, or of the whole deployment where all of that is meant.

    None where there is no such limit, or where only some tenants are added up.
    """
    if len(tenants) != 1 and not whole:
        return None
    states = limits_of(tenants[0] if len(tenants) == 1 else None)
    days = [state for state in states if state.limit.period == SpendLimit.Period.DAY]
    for state in states:
        if state.limit.period == SpendLimit.Period.MONTH:
            words = HAPPENS[AtHard(state.limit.at_hard)]
            return MonthLimit(state.soft, state.hard, words, state.held, days)
    return None
