"""What a digest says: a period's spending as the figures and sentences of a short mail."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.forecast import DAY, Forecast
from billing.models import Price
from billing.money import dollars, rounded, shown
from billing.movers import top_movers, what_changed
from billing.rounding import apportioned, places_for
from billing.savings import Saving
from billing.selectors.spend import SpendLine, Sums, added

WEEK, MONTH = "week", "month"
MOST_MOVERS = 5
MOST_MODELS = 8


@dataclass(frozen=True)
class Period:
    """A whole week, Monday to Sunday, or a whole month; first and last day included."""

    kind: str
    first: datetime.date
    last: datetime.date

    @property
    def before(self) -> "Period":
        """The week or month before it."""
        return period_before(self.kind, self.first)

    @property
    def in_words(self) -> str:
        """Which one it was, as a mail of the next days says it."""
        return "last week" if self.kind == WEEK else f"in {self.first:%B}"

    def __str__(self) -> str:
        if self.kind == MONTH:
            return f"{self.first:%B %Y}"
        return f"{self.first.day} {self.first:%B} – {self.last.day} {self.last:%B %Y}"


def period_before(kind: str, day: datetime.date) -> Period:
    """The last whole week or month that ended before the one this day is in."""
    if kind == WEEK:
        monday = day - day.weekday() * DAY
        return Period(kind, monday - 7 * DAY, monday - DAY)
    last = day.replace(day=1) - DAY
    return Period(kind, last.replace(day=1), last)


@dataclass(frozen=True)
class Figure:
    """A line of the mail's first part: what it is, how much, and a word to it."""

    title: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class ModelRow:
    """A model's line of the table; the amounts shown add up to the total shown."""

    name: str
    calls: str
    amount: str
    change: str


@dataclass(frozen=True)
class Facts:
    """Everything a digest is made from.

    `forecast` and `month_limit` are of the running month, not of the period.
    """

    lines: Sequence[SpendLine]
    before: Sequence[SpendLine]
    conversations: int
    conversation_amount: Decimal
    prices: dict[str, Price]
    saved: Sequence[Saving]
    forecast: Forecast | None
    month_limit: Decimal | None


@dataclass(frozen=True)
class Digest:
    """A mail's content in the order in which it is read.

    The models' amounts add up to the total of the headline, the reasons to
    the change that `figures` tell.
    """

    headline: str
    figures: list[Figure]
    models: list[ModelRow]
    change: str
    reasons: list[Figure]
    movers: list[Figure]


def digest_of(period: Period, facts: Facts) -> Digest:
    """The digest of a period in which, or before which, anything was spent."""
    now, before = added(facts.lines), added(facts.before)
    places = places_for(now.amount)
    total = rounded(now.amount, places)
    difference = total - rounded(before.amount, places)
    return Digest(
        headline=f"{dollars(total)} spent {period.in_words}, {change(now.amount, before.amount)}",
        figures=[
            Figure("Spent", dollars(total), _against(now.amount, before.amount, places)),
            *_conversations(facts),
            Figure("Model calls", f"{now.calls:,}", _errors(now)),
            Figure("Tokens", f"{now.tokens:,}", _kinds(now)),
            *_saved(facts.saved),
            *_month(facts),
        ],
        models=_models(facts, places, total),
        change=signed(difference),
        reasons=_reasons(facts, places, difference),
        movers=_movers(facts, places),
    )


def change(now: Decimal, before: Decimal) -> str:
    """`+12 %`, or a word where there is no percentage to tell."""
    if not before:
        return "nothing before" if now else "as before"
    percent = rounded((now - before) * 100 / before, 0)
    return f"{percent:+,f} %".replace("-", "−") if percent else "as before"


def signed(amount: Decimal) -> str:
    """A rounded amount with its sign, if it has one: `+$1.20`, `−$0.30`, `$0.00`."""
    return f"{'−' if amount < 0 else '+' if amount else ''}{dollars(abs(amount))}"


def _against(now: Decimal, before: Decimal, places: int) -> str:
    return f"{change(now, before)}, {dollars(rounded(before, places))} the time before"


def _conversations(facts: Facts) -> list[Figure]:
    count = facts.conversations
    each = f"{shown(facts.conversation_amount / count)} each, on average" if count else ""
    return [Figure("Conversations", f"{count:,}", each)]


def _errors(now: Sums) -> str:
    return f"{now.errors:,} gave no whole answer" if now.errors else "all gave a whole answer"


def _kinds(now: Sums) -> str:
    share = now.cached_tokens * 100 / now.input_tokens if now.input_tokens else 0
    return f"{now.input_tokens:,} in ({share:.0f} % cached), {now.output_tokens:,} out"


def _saved(savings: Sequence[Saving]) -> list[Figure]:
    """Ways of saving whose worth is known and not nothing."""
    return [
        Figure(f"Saved: {one.title.lower()}", shown(one.amount), one.note)
        for one in savings
        if one.amount
    ]


def _month(facts: Facts) -> list[Figure]:
    """Where the running month is and where it goes."""
    forecast, limit = facts.forecast, facts.month_limit
    if forecast is None:
        return [Figure("This month", "no forecast", "seven days of spending are the fewest")]
    words = f"between {shown(forecast.low)} and {shown(forecast.high)}"
    if limit is not None:
        more = "more than the limit" if forecast.likely > limit else "within the limit"
        words += f"; {more} of {shown(limit)}"
    return [
        Figure("This month so far", shown(forecast.spent)),
        Figure("Likely at the month's end", shown(forecast.likely), words),
    ]


def _models(facts: Facts, places: int, total: Decimal) -> list[ModelRow]:
    """The dearest models, and all others in one row."""
    sums, before = by_model(facts.lines), by_model(facts.before)
    names = sorted(sums, key=lambda name: (-sums[name].amount, name))
    groups = [(name, sums[name], before.get(name, Sums())) for name in names[:MOST_MODELS]]
    if len(names) > MOST_MODELS:
        rest = names[MOST_MODELS:]
        known = [before[name] for name in rest if name in before]
        groups.append(("All others", added(sums[name] for name in rest), added(known)))
    amounts = apportioned([group.amount for _, group, _ in groups], places, total)
    return [
        ModelRow(name, f"{group.calls:,}", dollars(amount), change(group.amount, previous.amount))
        for (name, group, previous), amount in zip(groups, amounts, strict=True)
    ]


def by_model(lines: Sequence[SpendLine]) -> dict[str, Sums]:
    """The sums of each model."""
    groups: dict[str, list[SpendLine]] = {}
    for line in lines:
        groups.setdefault(line.model, []).append(line)
    return {name: added(group) for name, group in groups.items()}


def _reasons(facts: Facts, places: int, difference: Decimal) -> list[Figure]:
    effects = what_changed(facts.before, facts.lines, facts.prices)
    amounts = apportioned([effect.amount for effect in effects], places, difference)
    return [
        Figure(effect.title, signed(amount), effect.note)
        for effect, amount in zip(effects, amounts, strict=True)
    ]


def _movers(facts: Facts, places: int) -> list[Figure]:
    movers = top_movers(facts.before, facts.lines, prices=facts.prices, limit=MOST_MOVERS)
    return [
        Figure(
            str(mover.key),
            signed(rounded(mover.change, places)),
            f"{dollars(rounded(mover.now, places))}, {dollars(rounded(mover.before, places))} "
            "the time before",
        )
        for mover in movers
    ]
