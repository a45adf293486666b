"""The arms of a canary side by side: figures with bounds, and where they stand in a drawing."""

from dataclasses import dataclass
from decimal import Decimal

from billing.money import shown
from chatbot.models import Rollout
from chatbot.rollout.intervals import Interval
from chatbot.rollout.judging import Comparison, Sign, compare

# The drawing's own units.
WIDTH = 1000
MARK = 12


@dataclass(frozen=True)
class Span:
    """An estimate with its bounds, in words and in the drawing."""

    text: str
    bounds: str
    low: int
    middle: int
    high: int

    @property
    def at(self) -> int:
        """Where the mark of the estimate begins; never beyond the drawing."""
        return max(0, min(self.middle - MARK // 2, WIDTH - MARK))

    @property
    def length(self) -> int:
        """Of the line between the bounds; never nothing, or it would not be seen."""
        return max(4, self.high - self.low)


@dataclass(frozen=True)
class Row:
    """One figure of both arms."""

    name: str
    new: Span | None
    usual: Span | None
    apart: str
    apart_bounds: str
    limit: str
    verdict: str
    is_worse: bool


@dataclass(frozen=True)
class CanaryPage:
    """All that is shown."""

    comparison: Comparison
    rows: list[Row]
    confidence: str
    new_cost: str
    usual_cost: str


def page_of(rollout: Rollout) -> CanaryPage:
    """The comparison as it stands now."""
    comparison = compare(rollout)
    return CanaryPage(
        comparison=comparison,
        rows=[_row(sign) for sign in comparison.signs],
        confidence=f"{rollout.confidence} %",
        new_cost=shown(comparison.new.cost),
        usual_cost=shown(comparison.usual.cost),
    )


def _row(sign: Sign) -> Row:
    most = max([one.high for one in (sign.new, sign.usual) if one] or [1.0]) or 1.0
    unit = "%" if sign.is_money else "points"
    apart, bounds = "–", ""
    if sign.apart:
        apart = f"{sign.apart.value:+.1f} {unit}"
        bounds = f"{sign.apart.low:+.1f} to {sign.apart.high:+.1f}"
    return Row(
        name=sign.name,
        new=_span(sign.new, most, sign.is_money),
        usual=_span(sign.usual, most, sign.is_money),
        apart=apart,
        apart_bounds=bounds,
        limit="" if sign.limit is None else f"+{sign.limit} {unit}",
        verdict=_verdict(sign),
        is_worse=sign.is_worse,
    )


def _verdict(sign: Sign) -> str:
    if sign.limit is None:
        return "–"
    if sign.apart is None:
        return "too early"
    if sign.is_worse:
        return "too much worse"
    if sign.apart.high < 0:
        return "better"
    return "not sure"


def _span(one: Interval | None, most: float, is_money: bool) -> Span | None:
    if one is None:
        return None
    low = max(0.0, one.low)
    said = [_said(value, is_money) for value in (one.value, low, one.high)]
    places = [round(WIDTH * value / most) for value in (low, one.value, one.high)]
    return Span(said[0], f"{said[1]} to {said[2]}", *places)


def _said(value: float, is_money: bool) -> str:
    # bounds are estimates: five digits of a dollar are more than they know
    return shown(Decimal(f"{value:.6f}"), 5) if is_money else f"{value:.1f} %"
