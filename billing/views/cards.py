"""The first rows of the spend report: eight figures, how each has changed and where it goes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.money import dollars, rounded, shown
from billing.rounding import places_for
from billing.selectors.spend import Sums
from billing.selectors.talks import Talks
from billing.views.burn_down import Month
from billing.views.figures import change, percent, short
from billing.views.periods import Compare
from billing.views.reading import Reading
from billing.views.sparkline import points_of

NEARLY = 80


@dataclass(frozen=True)
class Card:
    """One figure; `before` is the same figure of the period it is compared with, or nothing.

    `mood` is empty, `warn` or `bad`, and the note says the same in words.
    `link` leads to the rows behind it.
    """

    title: str
    value: str
    note: str
    change: str = ""
    before: str = ""
    spark: str = ""
    mood: str = ""
    link: str = ""
    used: str = ""


def cards_of(reading: Reading, month: Month, saved_by_cache: str) -> list[Card]:
    """Eight, in the order in which a manager asks; `saved_by_cache` in dollars, or empty."""
    cards = [
        _spend(reading),
        _month(reading, month),
        _forecast(reading, month),
        _per_conversation(reading),
        _per_resolved(reading),
        _conversations(reading),
        _tokens(reading, saved_by_cache),
        _failures(reading),
    ]
    if reading.asked.chosen_compare == Compare.NONE:
        return [_alone(card) for card in cards]
    return cards


def _alone(card: Card) -> Card:
    return replace(card, change="", before="")


def _spark(reading: Reading, figure: Callable[[Sums], Decimal | int]) -> str:
    by_day = reading.by_day
    return points_of([figure(by_day.get(day, Sums())) for day in reading.scope.days])


def _spend(reading: Reading) -> Card:
    sums, before = reading.sums, reading.sums_before
    return Card(
        "Spend",
        reading.total_shown,
        f"US dollars, {sums.calls:,} model call{'' if sums.calls == 1 else 's'}",
        change(sums.amount, before.amount),
        dollars(rounded(before.amount, places_for(before.amount))),
        _spark(reading, lambda one: one.amount),
        link="#table",
    )


def _month(reading: Reading, month: Month) -> Card:
    spark = points_of([reading.daily.get(day, Decimal(0)) for day in sorted(reading.daily)])
    if month.used is None or month.limit is None:
        note = "no monthly limit" if len(reading.scope.tenants) == 1 else "of all tenants"
        return Card(f"{month.first:%B} so far", shown(month.spent), note, spark=spark)
    mood = "bad" if month.is_over else "warn" if month.used >= NEARLY else ""
    note = f"of {shown(month.limit.amount)}: {month.used:.0f} %"
    if month.is_over:
        note += ", the limit is spent"
    return Card(
        f"{month.first:%B} so far",
        shown(month.spent),
        note,
        spark=spark,
        mood=mood,
        link="#burn-down",
        used=f"{min(month.used, Decimal(100)):.1f}",
    )


def _forecast(reading: Reading, month: Month) -> Card:
    title = f"By {month.last.day} {month.last:%B}"
    forecast = month.forecast
    if forecast is None:
        return Card(title, "–", "too little to tell from: it takes seven whole days")
    note = f"likely {shown(forecast.low)} to {shown(forecast.high)}"
    if month.over_by:
        note += f"; {month.over_by} above the limit"
    return Card(
        title,
        shown(forecast.likely),
        note,
        mood="warn" if month.over_by else "",
        link="#burn-down" if month.limit else "",
    )


def _per_conversation(reading: Reading) -> Card:
    now, before = reading.talks.each, reading.talks_before.each
    by_day = reading.talks_by_day
    return Card(
        "Cost per conversation",
        "–" if now is None else shown(now),
        "its model calls, on average",
        change(now, before or Decimal(0)),
        shown(before or Decimal(0)),
        points_of([by_day.get(day, Talks()).each for day in reading.scope.days]),
        link=reading.asked.link(by="conversation") + "#table",
    )


def _per_resolved(reading: Reading) -> Card:
    found, before = reading.resolutions, reading.resolutions_before
    now, counts = found.per_resolved, found.counts
    if now is None:
        note = "nothing is resolved yet; that is judged after seven quiet days"
        return Card("Cost per resolved conversation", "–", note, link="#outcomes")
    earlier = before.per_resolved if before else None
    return Card(
        "Cost per resolved conversation",
        shown(now),
        f"all spending over {counts.resolved:,} resolved: {counts.confirmed:,} confirmed, "
        f"{counts.assumed:,} assumed",
        change(now, earlier or Decimal(0)),
        shown(earlier or Decimal(0)),
        link="#outcomes",
    )


def _conversations(reading: Reading) -> Card:
    now, before = reading.talks.conversations, reading.talks_before.conversations
    by_day = reading.talks_by_day
    return Card(
        "Conversations",
        f"{now:,}",
        "with at least one model call",
        change(now, before),
        f"{before:,}",
        points_of([by_day.get(day, Talks()).conversations for day in reading.scope.days]),
        link=reading.asked.link(by="conversation") + "#table",
    )


def _tokens(reading: Reading, saved: str) -> Card:
    sums, before = reading.sums, reading.sums_before
    return Card(
        "Tokens",
        short(sums.tokens),
        f"{short(sums.input_tokens)} in "
        f"({percent(sums.cached_tokens, sums.input_tokens)} cached), "
        f"{short(sums.output_tokens)} out{'; the cache saved ' + saved if saved else ''}",
        change(sums.tokens, before.tokens),
        short(before.tokens),
        _spark(reading, lambda one: one.tokens),
        link="#savings",
    )


def _failures(reading: Reading) -> Card:
    failed, refused = reading.sums.errors, sum(reading.refusals.values())
    before = reading.sums_before.errors + reading.refusals_before
    by_day = reading.by_day
    daily = [
        by_day.get(day, Sums()).errors + reading.refusals.get(day, 0) for day in reading.scope.days
    ]
    return Card(
        "Errors and refusals",
        f"{failed + refused:,}",
        f"{failed:,} failed call{'' if failed == 1 else 's'} "
        f"({percent(failed, reading.sums.calls, 1)}), {refused:,} refused by a limit",
        change(failed + refused, before),
        f"{before:,}",
        points_of(daily),
        mood="warn" if refused else "",
        link="#quality",
    )
